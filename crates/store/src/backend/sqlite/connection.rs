//! One SQLite connection: its settings, running a statement on it, and what its errors mean.

use super::super::row::{Cell, Row};
use super::super::sql::{Given, Statement, Value};
use crate::error::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::hooks::Wal;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, ToSql};
use std::ffi::c_int;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a connection waits for one of another program.
const BUSY: Duration = Duration::from_secs(5);
/// Statements kept prepared per connection.
const PREPARED: usize = 256;

pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path).map_err(|problem| cannot_open(path, &problem))?;
    connection.busy_timeout(BUSY).map_err(error)?;
    let settings =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";
    connection.execute_batch(settings).map_err(|problem| cannot_open(path, &problem))?;
    open_log(&connection)?;
    prepare_once(&connection)?;
    Ok(connection)
}

/// Whether there is a write-ahead log.
pub(super) fn has_log(connection: &Connection) -> Result<bool> {
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).map_err(error)?;
    Ok(mode == "wal")
}

/// From now on somebody else waits for the disk, and moves what is in the log into the file ([`checkpoint`]); `pages` is
/// told how many there are.
pub(super) fn leave_waiting(connection: &mut Connection, pages: Arc<AtomicU64>) -> Result<()> {
    // What a process left behind whose disk had failed is in the system's memory, but perhaps not on the disk, and what
    // is written behind it would be lost with it. Moved into the file, it is there. Not while others read it.
    connection.busy_timeout(Duration::ZERO).map_err(error)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(error)?;
    connection.busy_timeout(BUSY).map_err(error)?;
    connection.execute_batch("PRAGMA synchronous = NORMAL").map_err(error)?;
    let note = move |_: &mut Wal, count: c_int| {
        pages.store(count.unsigned_abs().into(), Ordering::Relaxed);
        Ok(())
    };
    connection.wal_hook(Some(note)).map_err(error)
}

/// Moves what is in the log into the file, as far as nobody reads what is older.
pub(super) fn checkpoint(connection: &Connection) -> Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).map_err(error)
}

/// The first read opens the write-ahead log. Later, when many clients are there, files may have run out, and what is open
/// by then has to do; and only a connection that has opened the log brings it into the one file when it closes as the
/// last.
fn open_log(connection: &Connection) -> Result<()> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(error)
}

pub(super) fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(path, flags).map_err(|problem| cannot_open(path, &problem))?;
    connection.busy_timeout(BUSY).map_err(error)?;
    let settings = "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;";
    connection.execute_batch(settings).map_err(error)?;
    open_log(&connection)?;
    prepare_once(&connection)?;
    Ok(connection)
}

/// Statements stay prepared. Without statistics (nobody runs ANALYZE) no value makes another plan better, but SQLite would
/// prepare a statement again whenever a value changes that its plan has looked at.
fn prepare_once(connection: &Connection) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(PREPARED);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(error).map(drop)
}

fn cannot_open(path: &Path, problem: &rusqlite::Error) -> Error {
    let path = path.display();
    Error::Unusable(format!(
        "cannot use {path} as the database: {problem}. Check that the folder exists, that this user may write there, \
         and that the file is an SQLite database; --database or DATABASE_URL name another."
    ))
}

/// Runs a statement without parameters.
pub(super) fn execute(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map_err(error).map(drop)
}

/// Runs one statement, as often as it is to run, and collects its rows. `$N` is bound by its name, so one text may use
/// a parameter twice.
pub(super) fn run(connection: &Connection, Statement { sql, given }: &Statement) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(&sql.sqlite).map_err(error)?;
    let mut found = Vec::new();
    match given {
        Given::Once(params) => {
            let places = places(&statement, params.len())?;
            run_once(&mut statement, &places, params, &mut found)?;
        }
        Given::Rows(rows) => {
            let places = places(&statement, rows.first().map_or(0, Vec::len))?;
            for params in rows {
                run_once(&mut statement, &places, params, &mut found)?;
            }
        }
    }
    Ok(found)
}

/// Where the statement wants `$1`, `$2`, …, as far as it does.
fn places(statement: &CachedStatement<'_>, count: usize) -> Result<Vec<Option<usize>>> {
    (1..=count).map(|number| statement.parameter_index(&format!("${number}")).map_err(error)).collect()
}

fn run_once(
    statement: &mut CachedStatement<'_>,
    places: &[Option<usize>],
    params: &[Value],
    found: &mut Vec<Row>,
) -> Result<()> {
    for (place, value) in places.iter().zip(params) {
        if let Some(place) = place {
            statement.raw_bind_parameter(*place, value).map_err(error)?;
        }
    }
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(error)? {
        let cells = (0..columns).map(|column| row.get_ref(column).map(cell).map_err(error));
        found.push(Row(cells.collect::<Result<_>>()?));
    }
    Ok(())
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Int(value),
        // The schema has no REAL column: a fraction can only come from an aggregate, and those are cast.
        ValueRef::Real(value) => Cell::Text(value.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Int(value) => ToSqlOutput::from(*value),
            Self::Text(value) => ToSqlOutput::from(value.as_str()),
            Self::Bool(value) => ToSqlOutput::from(*value),
            Self::Ints(values) => {
                let list: Vec<_> = values.iter().map(i64::to_string).collect();
                ToSqlOutput::from(format!("[{}]", list.join(",")))
            }
        })
    }
}

pub(super) fn error(problem: rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(failure, message) = &problem else {
        return Error::Other(problem.to_string());
    };
    let message = message.clone().unwrap_or_else(|| problem.to_string());
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Retry(message),
        ErrorCode::ConstraintViolation => constraint(&message),
        ErrorCode::DiskFull | ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::ReadOnly => {
            Error::Unavailable(message)
        }
        _ => Error::Other(message),
    }
}

/// `UNIQUE constraint failed: users.email_key` → `users_email_key`, the name PostgreSQL's constraint has.
fn constraint(message: &str) -> Error {
    match message.strip_prefix("UNIQUE constraint failed: ") {
        Some(columns) => {
            let columns: Vec<_> = columns.split(", ").collect();
            let table = columns.first().and_then(|first| first.split('.').next()).unwrap_or_default();
            let names = columns.iter().map(|column| column.rsplit('.').next().unwrap_or_default());
            Error::Unique(std::iter::once(table).chain(names).collect::<Vec<_>>().join("_"))
        }
        None => Error::Refused(message.to_owned()),
    }
}
