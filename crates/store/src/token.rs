//! Refresh tokens: each is single use, and belongs to the family of the login it came from.

use crate::backend::params;
use crate::{Conn, Result, Sql};
use domain::time::Timestamp;

/// Starts a family: one login.
pub async fn start_family(db: &impl Conn, family: &str, user_id: i64, now: Timestamp, until: Timestamp) -> Result<()> {
    let sql = "INSERT INTO token_families (id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)";
    db.query(sql, params![family, user_id, now, until]).await.map(drop)
}

/// Records a refresh token that is handed out, and keeps its family as long as it.
pub async fn issue(db: &impl Conn, jti: &str, family: &str, until: Timestamp) -> Result<()> {
    let sql = "INSERT INTO refresh_tokens (jti, family_id, expires_at) VALUES ($1, $2, $3)";
    db.query(sql, params![jti, family, until]).await?;
    let sql = "UPDATE token_families SET expires_at = $2 WHERE id = $1 AND expires_at < $2";
    db.query(sql, params![family, until]).await.map(drop)
}

/// What an attempt to use a refresh token found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It was unused and is used now.
    First,
    /// It had been used at this instant.
    Again(Timestamp),
    /// Its family was revoked.
    Revoked,
    /// This shop never issued it.
    Unknown,
}

/// Waits until nobody else is using this refresh token up, and keeps others waiting until the transaction ends. On SQLite
/// a transaction that writes is alone anyway.
pub async fn hold(db: &impl Conn, jti: &str) -> Result<()> {
    let sql = Sql::each(
        "SELECT jti FROM refresh_tokens WHERE jti = $1",
        "SELECT jti FROM refresh_tokens WHERE jti = $1 FOR UPDATE",
    );
    db.query(sql, params![jti]).await.map(drop)
}

/// Uses up a refresh token. One conditional write decides: of any number of callers one gets [`Use::First`].
pub async fn spend(db: &impl Conn, jti: &str, now: Timestamp) -> Result<Use> {
    let sql = "UPDATE refresh_tokens SET used_at = $2 WHERE jti = $1 AND used_at IS NULL \
               AND NOT EXISTS (SELECT 1 FROM token_families f WHERE f.id = refresh_tokens.family_id \
               AND f.revoked_at IS NOT NULL) RETURNING jti";
    if db.first(sql, params![jti, now]).await?.is_some() {
        return Ok(Use::First);
    }
    let sql = "SELECT t.used_at, f.revoked_at FROM refresh_tokens t JOIN token_families f ON f.id = t.family_id \
               WHERE t.jti = $1";
    let Some(row) = db.first(sql, params![jti]).await? else { return Ok(Use::Unknown) };
    let mut cells = row.cells();
    let (used, revoked): (Option<Timestamp>, Option<Timestamp>) = (cells.get()?, cells.get()?);
    Ok(match (revoked, used) {
        (Some(_), _) | (None, None) => Use::Revoked,
        (None, Some(at)) => Use::Again(at),
    })
}

/// Ends a family: its access tokens are refused from now on, its refresh tokens too.
pub async fn revoke(db: &impl Conn, family: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE token_families SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    db.query(sql, params![family, now]).await.map(drop)
}

/// Ends every family of an account.
pub async fn revoke_all(db: &impl Conn, user_id: i64, now: Timestamp) -> Result<()> {
    let sql = "UPDATE token_families SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL";
    db.query(sql, params![user_id, now]).await.map(drop)
}

/// Forgets families whose tokens have all expired, at most `limit` at a time. Returns how many.
pub async fn sweep(db: &impl Conn, now: Timestamp, limit: i64) -> Result<usize> {
    let sql = "DELETE FROM token_families WHERE id IN (SELECT id FROM token_families WHERE expires_at < $1 LIMIT $2) \
               RETURNING id";
    Ok(db.query(sql, params![now, limit]).await?.len())
}

/// Whether a refresh token was used.
pub async fn is_spent(db: &impl Conn, jti: &str) -> Result<bool> {
    let sql = "SELECT jti FROM refresh_tokens WHERE jti = $1 AND used_at IS NOT NULL";
    Ok(db.first(sql, params![jti]).await?.is_some())
}
