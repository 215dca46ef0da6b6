//! Databases on a running PostgreSQL server: made for one shop, dropped with it.

use crate::waiting::run_to_end;
use anyhow::{Context, Result};
use std::time::Duration;
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

/// The URL of database `name` on the server that `admin` (`postgres://…/postgres?…`) points at.
pub fn url_of(admin: &str, name: &str) -> String {
    let (address, options) = admin.split_once('?').map_or((admin, None), |(a, o)| (a, Some(o)));
    let host_start = address.find("://").map_or(0, |at| at + 3);
    let host_end = address[host_start..].find('/').map_or(address.len(), |at| host_start + at);
    let server = &address[..host_end];
    match options {
        Some(options) => format!("{server}/{name}?{options}"),
        None => format!("{server}/{name}"),
    }
}

/// Creates an empty database.
///
/// # Errors
/// When the server is away or the name is taken.
pub fn create(admin: &str, name: &str) -> Result<()> {
    create_like(admin, name, "template0")
}

/// Creates a database that holds what `template` holds, to which nobody may be connected.
///
/// # Errors
/// As for [`create`]; when there is no such template.
pub(crate) fn create_like(admin: &str, name: &str, template: &str) -> Result<()> {
    execute(admin, &format!("CREATE DATABASE {} TEMPLATE {}", quoted(name), quoted(template)))
        .with_context(|| format!("creating the database {name} like {template}"))
}

/// Drops a database with whoever is connected to it; one that is not there is fine.
///
/// # Errors
/// When the server is away.
pub fn drop(admin: &str, name: &str) -> Result<()> {
    execute(admin, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name)))
        .with_context(|| format!("dropping the database {name}"))
}

/// Runs one statement on a connection of its own, for a test that must look or reach under the shop.
///
/// # Errors
/// When the server is away or refuses the statement.
pub fn execute(url: &str, sql: &str) -> Result<()> {
    run_to_end(async {
        let client = connected(url).await?;
        for _ in 0..50 {
            match client.batch_execute(sql).await {
                // Another test's CREATE DATABASE is copying the template at this moment.
                Err(error) if error.code() == Some(&SqlState::OBJECT_IN_USE) => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                other => return Ok(other?),
            }
        }
        Ok(client.batch_execute(sql).await?)
    })
}

/// Runs one query and returns its first column as text, a row an entry; SQL NULL is `None`. Cast what
/// is not text: `SELECT count(*)::text FROM orders`.
///
/// # Errors
/// When the server is away, refuses the query, or the column is not text.
pub fn query(url: &str, sql: &str) -> Result<Vec<Option<String>>> {
    run_to_end(async { first_column(&connected(url).await?, sql).await })
}

pub(super) async fn first_column(client: &tokio_postgres::Client, sql: &str) -> Result<Vec<Option<String>>> {
    let rows = client.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

pub(super) async fn connected(url: &str) -> Result<tokio_postgres::Client> {
    let connecting = tokio_postgres::connect(url, NoTls);
    let (client, connection) = tokio::time::timeout(Duration::from_secs(10), connecting)
        .await
        .with_context(|| format!("{url} does not answer"))?
        .with_context(|| format!("connecting to {url}"))?;
    // Ends when the client is dropped; an error shows up in the statement that was under way.
    tokio::spawn(connection);
    Ok(client)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::url_of;

    #[test]
    fn a_database_url_keeps_the_server_and_its_options() {
        assert_eq!(
            url_of("postgres://me:pw@127.0.0.1:5/postgres?sslmode=disable", "shop"),
            "postgres://me:pw@127.0.0.1:5/shop?sslmode=disable"
        );
        assert_eq!(url_of("postgres://me@h:5", "shop"), "postgres://me@h:5/shop");
    }
}
