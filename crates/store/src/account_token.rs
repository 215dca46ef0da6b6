//! Tokens that were mailed to an address: each does one thing for one account, once. Kept here only as hashes.

use crate::backend::params;
use crate::{Conn, Result, Row, Tx};
use domain::mail::Template;
use domain::time::Timestamp;

/// What a token is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountToken {
    /// The account.
    pub user_id: i64,
    /// The address it was mailed to, in the form for comparison.
    pub email_key: String,
}

/// Issues a token of the kind that mails with this template carry.
pub async fn issue(tx: &Tx, hash: &str, purpose: Template, token: &AccountToken, expires: Timestamp) -> Result<()> {
    let sql = "INSERT INTO account_tokens (hash, user_id, purpose, email_key, expires_at) VALUES ($1, $2, $3, $4, $5)";
    tx.query(sql, params![hash, token.user_id, purpose.as_str(), &token.email_key, expires]).await.map(drop)
}

/// What a token is good for, if it is still good and its account still has the address; uses it up as little as
/// looking does.
pub async fn find(db: &impl Conn, hash: &str, purpose: Template, now: Timestamp) -> Result<Option<AccountToken>> {
    let sql = "SELECT t.user_id, t.email_key FROM account_tokens t JOIN users u ON u.id = t.user_id \
               WHERE t.hash = $1 AND t.purpose = $2 AND t.expires_at > $3 AND u.email_key = t.email_key AND u.is_active";
    db.first(sql, params![hash, purpose.as_str(), now]).await?.map(read).transpose()
}

/// Uses a token up: of any number of callers one gets it.
pub async fn redeem(tx: &Tx, hash: &str, purpose: Template, now: Timestamp) -> Result<Option<AccountToken>> {
    let sql = "DELETE FROM account_tokens WHERE hash = $1 AND purpose = $2 AND expires_at > $3 AND EXISTS (SELECT 1 \
               FROM users u WHERE u.id = account_tokens.user_id AND u.email_key = account_tokens.email_key \
               AND u.is_active) RETURNING user_id, email_key";
    tx.first(sql, params![hash, purpose.as_str(), now]).await?.map(read).transpose()
}

/// How many tokens of this kind an account has that are still good.
pub async fn count(db: &impl Conn, user_id: i64, purpose: Template, now: Timestamp) -> Result<i64> {
    let sql = "SELECT count(*) FROM account_tokens WHERE user_id = $1 AND purpose = $2 AND expires_at > $3";
    db.one(sql, params![user_id, purpose.as_str(), now]).await?.only()
}

/// Ends all tokens of this kind that an account has.
pub async fn end_all(tx: &Tx, user_id: i64, purpose: Template) -> Result<()> {
    let sql = "DELETE FROM account_tokens WHERE user_id = $1 AND purpose = $2";
    tx.query(sql, params![user_id, purpose.as_str()]).await.map(drop)
}

/// Forgets tokens nobody used in time, at most `limit`. Returns how many.
pub async fn sweep(db: &impl Conn, now: Timestamp, limit: i64) -> Result<usize> {
    let sql = "DELETE FROM account_tokens WHERE hash IN (SELECT hash FROM account_tokens WHERE expires_at < $1 LIMIT $2) \
               RETURNING hash";
    Ok(db.query(sql, params![now, limit]).await?.len())
}

fn read(row: Row) -> Result<AccountToken> {
    let mut cells = row.cells();
    Ok(AccountToken { user_id: cells.get()?, email_key: cells.get()? })
}
