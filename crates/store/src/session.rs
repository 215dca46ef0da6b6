//! Anonymous sessions, known by the hash of the key in the caller's cookie.

use crate::backend::params;
use crate::{Conn, Result};
use domain::time::Timestamp;

/// Starts a session; returns its id.
pub async fn start(db: &impl Conn, key_hash: &str, now: Timestamp, until: Timestamp) -> Result<i64> {
    let sql = "INSERT INTO sessions (key_hash, created_at, expires_at) VALUES ($1, $2, $3) RETURNING id";
    db.one(sql, params![key_hash, now, until]).await?.only()
}

/// The id of the live session with this key, and when it ends.
pub async fn find(db: &impl Conn, key_hash: &str, now: Timestamp) -> Result<Option<(i64, Timestamp)>> {
    let sql = "SELECT id, expires_at FROM sessions WHERE key_hash = $1 AND expires_at > $2";
    let Some(row) = db.first(sql, params![key_hash, now]).await? else { return Ok(None) };
    let mut cells = row.cells();
    Ok(Some((cells.get()?, cells.get()?)))
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
