//! An SQLite database as a file: is it whole, is it a shop's, does anyone use it, does it hold anything. For backup
//! and restore, which move files instead of rows. Everything here blocks.

use super::connection::error;
use crate::error::{Error, Result};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Checks that the file is a shop's database and that every page of it is in order. Writes nothing, not even the files
/// SQLite puts beside a database it opens.
///
/// # Errors
/// [`Error::Unusable`] says what is wrong with it.
pub fn verify(path: &Path) -> Result<()> {
    let shown = path.display();
    let unusable = |what: &str| Err(Error::Unusable(format!("{shown} {what}")));
    if std::fs::metadata(beside(path, "-wal")).is_ok_and(|wal| wal.len() > 0) {
        return unusable(
            "is only half of a database: the -wal file beside it holds the rest. Make the copy with `oxcart backup`",
        );
    }
    let connection = open_as_is(path)?;
    match first_text(&connection, "PRAGMA integrity_check(1)") {
        Ok(said) if said == "ok" => {}
        Ok(said) => return unusable(&format!("is damaged: {said}")),
        Err(problem) if is_no_database(&problem) => return unusable("is not an SQLite database, or is damaged"),
        Err(problem) => return unusable(&format!("cannot be read: {problem}")),
    }
    let history = "SELECT CAST(count(*) AS text) FROM sqlite_master WHERE name = 'refinery_schema_history'";
    match first_text(&connection, history).map_err(error)?.as_str() {
        "0" => unusable("is an SQLite database, but not a shop's"),
        _ => Ok(()),
    }
}

/// A database that nobody else has open, and nobody else can use, until this is dropped.
///
/// Every process that uses a database in write-ahead mode keeps a shared lock on its file, also while it is idle.
/// Leaving that mode needs the file alone, so it succeeds only if there is no such process; it also brings everything
/// into the one file.
pub struct Alone {
    connection: Connection,
}

impl Alone {
    /// Takes the database, or nothing when the file is damaged or no database.
    ///
    /// # Errors
    /// [`Error::Unusable`] while another process has it open, or when it can't be opened.
    pub fn take(path: &Path) -> Result<Option<Self>> {
        let taken = (|| {
            let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            connection.busy_timeout(Duration::from_millis(500))?;
            let _: String = connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
            connection.execute_batch("BEGIN EXCLUSIVE")?;
            Ok(Self { connection })
        })();
        match taken {
            Ok(alone) => Ok(Some(alone)),
            Err(problem) if is_no_database(&problem) => Ok(None),
            Err(problem) if matches!(problem.sqlite_error_code(), Some(ErrorCode::DatabaseBusy)) => {
                Err(Error::Unusable(format!("{} is in use: stop the server first", path.display())))
            }
            Err(problem) => Err(Error::Unusable(format!("cannot open {}: {problem}", path.display()))),
        }
    }

    /// Whether any table has a row, the schema's own history aside.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn holds_rows(&self) -> Result<bool> {
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' \
                      AND name NOT IN ('refinery_schema_history', 'mail_cursor')";
        let mut tables = self.connection.prepare(tables).map_err(error)?;
        let names = tables.query_map([], |row| row.get::<_, String>(0)).map_err(error)?;
        for name in names {
            let name = name.map_err(error)?.replace('"', "\"\"");
            let any = format!("SELECT EXISTS (SELECT 1 FROM \"{name}\")");
            if self.connection.query_row(&any, [], |row| row.get(0)).map_err(error)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The path of a file SQLite keeps beside the database: `-wal`, `-shm`.
#[must_use]
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Opens a file that nobody writes to, without locks and without files beside it: it may lie on a read-only disk.
fn open_as_is(path: &Path) -> Result<Connection> {
    let cannot = |why: String| Error::Unusable(format!("cannot read {}: {why}", path.display()));
    std::fs::File::open(path).map_err(|problem| cannot(problem.to_string()))?;
    let name = path.to_str().ok_or_else(|| cannot("its path is not valid UTF-8".into()))?;
    let escaped = name.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let opened = Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags);
    opened.map_err(|problem| cannot(problem.to_string()))
}

fn first_text(connection: &Connection, sql: &str) -> rusqlite::Result<String> {
    connection.query_row(sql, [], |row| row.get(0))
}

fn is_no_database(problem: &rusqlite::Error) -> bool {
    matches!(problem.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}
