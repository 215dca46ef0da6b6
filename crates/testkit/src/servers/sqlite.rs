//! SQLite files, for a test that must look or reach under the shop, or be in its way.

use anyhow::{Context, Result};
pub use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// Runs statements on a connection of their own.
///
/// # Errors
/// When the file is no database or the statement is refused.
pub fn execute(file: &Path, sql: &str) -> Result<()> {
    Ok(open(file)?.execute_batch(sql)?)
}

/// Runs one query and returns its first column as text, a row an entry; SQL NULL is `None`. Cast what
/// is not text: `SELECT CAST(count(*) AS text) FROM orders`.
///
/// # Errors
/// When the file is no database, the query is refused, or the column is not text.
pub fn query(file: &Path, sql: &str) -> Result<Vec<Option<String>>> {
    let connection = open(file)?;
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Somebody who has a database open and does nothing with it, until dropped.
pub struct Idler(#[expect(dead_code, reason = "held, never used: that is its purpose")] Connection);

/// Opens the database and reads from it once, as a server does at its start.
///
/// # Errors
/// When the file is no database.
pub fn idle_on(file: &Path) -> Result<Idler> {
    let connection = open(file)?;
    let _: i64 = connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    Ok(Idler(connection))
}

fn open(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file).with_context(|| format!("opening {}", file.display()))?;
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection)
}
