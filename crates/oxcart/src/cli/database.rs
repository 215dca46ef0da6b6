//! How commands come to their database: as it is, without making one, or ready for use.

use std::path::Path;

use anyhow::{Context as _, bail};
use app::App;
use store::Db;

use crate::config::{Config, Database};
use crate::wiring;

/// The database as it is; nothing when its SQLite file is not there. Makes and changes nothing.
///
/// # Errors
/// When it can't be opened. An unreachable PostgreSQL is told only by the first statement.
pub(super) fn existing(config: &Config) -> anyhow::Result<Option<Db>> {
    match &config.database {
        Database::Sqlite(file) if !file.exists() => Ok(None),
        _ => wiring::database(config).map(Some),
    }
}

/// The shop on a database that must be there and up to date.
///
/// # Errors
/// When there is none, it can't be reached, or it lacks a migration.
pub(super) async fn current(config: &Config) -> anyhow::Result<App> {
    let Some(db) = existing(config)? else { bail!("there is no database at {}", config.database) };
    let state = db.migration_state().await.context("cannot read the database")?;
    if !state.is_current() {
        bail!("the database is not up to date: run `oxcart migrate` first");
    }
    wiring::without_secret(config)
}

/// The shop on a database that is up to date; a new one is made ready first, an old one left alone.
///
/// # Errors
/// When it can't be made or reached, or lacks a migration.
pub(super) async fn current_or_new(config: &Config) -> anyhow::Result<App> {
    let new = match existing(config)? {
        None => true,
        Some(db) => db.migration_state().await.context("cannot read the database")?.is_new(),
    };
    if new { wiring::open(config, true).await } else { current(config).await }
}

/// The command line of a PostgreSQL tool, without the password, for a shell.
pub(super) fn postgres_tool(command: &str, config: &Config, file: &Path) -> String {
    let url = config.database.to_string().replace(":***@", "@").replace("password=***", "");
    let file = quoted(&file.display().to_string());
    let url = quoted(url.trim_end_matches(['?', '&']));
    command.replace("{file}", &file).replace("{url}", &url)
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@=,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_is_shown_for_a_shell_reaches_the_tool_whole() {
        assert_eq!(quoted("/backups/shop.backup"), "/backups/shop.backup");
        assert_eq!(quoted("postgres://db/shop?sslmode=require&x=1"), "'postgres://db/shop?sslmode=require&x=1'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
