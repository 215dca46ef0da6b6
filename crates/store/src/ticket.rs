//! Tickets: each lets one socket in, once, within its time. Kept here only as hashes.

use crate::backend::params;
use crate::{Conn, Result};
use domain::cart::Owner;
use domain::time::Timestamp;

/// What a ticket stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The account or session it was issued to.
    pub owner: Owner,
    /// The login it came from, if an account's.
    pub family: Option<String>,
    /// The account's version it came from, if an account's.
    pub version: Option<i64>,
    /// Until when what it opens may stay open.
    pub until: Timestamp,
}

/// Issues a ticket that is good until `expires`.
pub async fn issue(db: &impl Conn, hash: &str, ticket: &Ticket, expires: Timestamp) -> Result<()> {
    let sql = "INSERT INTO tickets (hash, user_id, session_id, family_id, auth_version, access_until, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let Ticket { owner, family, version, until } = ticket;
    let values = params![hash, owner.user_id(), owner.session_id(), family, *version, *until, expires];
    db.query(sql, values).await.map(drop)
}

/// Takes a ticket away and returns what it stood for: of any number of callers one gets it.
pub async fn redeem(db: &impl Conn, hash: &str, now: Timestamp) -> Result<Option<Ticket>> {
    let sql = "DELETE FROM tickets WHERE hash = $1 AND expires_at > $2 \
               RETURNING user_id, session_id, family_id, auth_version, access_until";
    let Some(row) = db.first(sql, params![hash, now]).await? else { return Ok(None) };
    let mut cells = row.cells();
    let (user, session): (Option<i64>, Option<i64>) = (cells.get()?, cells.get()?);
    let owner = user.map(Owner::User).or(session.map(Owner::Session));
    let (family, version, until) = (cells.get()?, cells.get()?, cells.get()?);
    Ok(owner.map(|owner| Ticket { owner, family, version, until }))
}

/// Forgets tickets nobody used in time, at most `limit`. Returns how many.
pub async fn sweep(db: &impl Conn, now: Timestamp, limit: i64) -> Result<usize> {
    let sql =
        "DELETE FROM tickets WHERE hash IN (SELECT hash FROM tickets WHERE expires_at < $1 LIMIT $2) RETURNING hash";
    Ok(db.query(sql, params![now, limit]).await?.len())
}
