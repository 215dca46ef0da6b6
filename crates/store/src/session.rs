//! Anonymous sessions, known by the hash of the key in the caller's cookie.

use crate::backend::params;
use crate::{Conn, Result, Row, Sql};
use domain::time::Timestamp;
use serde_json::json;
use std::collections::HashMap;

/// Starts a session; returns its id.
pub async fn start(db: &impl Conn, key_hash: &str, now: Timestamp, until: Timestamp) -> Result<i64> {
    let sql = "INSERT INTO sessions (key_hash, created_at, expires_at) VALUES ($1, $2, $3) RETURNING id";
    db.one(sql, params![key_hash, now, until]).await?.only()
}

/// The ids of the sessions with these keys, and when they end or ended; by key.
pub async fn find_all(db: &impl Conn, key_hashes: &[&str]) -> Result<HashMap<String, (i64, Timestamp)>> {
    let sql = Sql::each(
        "SELECT key_hash, id, expires_at FROM sessions WHERE key_hash IN (SELECT value FROM json_each($1))",
        "SELECT key_hash, id, expires_at FROM sessions \
         WHERE key_hash IN (SELECT json_array_elements_text($1::text::json))",
    );
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, (cells.get()?, cells.get()?)))
    };
    db.query(sql, params![json!(key_hashes).to_string()]).await?.into_iter().map(read).collect()
}

/// Prolongs a session.
pub async fn prolong(db: &impl Conn, id: i64, until: Timestamp) -> Result<()> {
    db.query("UPDATE sessions SET expires_at = $2 WHERE id = $1", params![id, until]).await.map(drop)
}

/// Ends a session; its cart goes with it.
pub async fn end(db: &impl Conn, id: i64) -> Result<()> {
    db.query("DELETE FROM sessions WHERE id = $1", params![id]).await.map(drop)
}

/// Forgets sessions that ended, with their carts, at most `limit` at a time. Returns how many.
pub async fn sweep(db: &impl Conn, now: Timestamp, limit: i64) -> Result<usize> {
    let sql = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < $1 LIMIT $2) RETURNING id";
    Ok(db.query(sql, params![now, limit]).await?.len())
}
