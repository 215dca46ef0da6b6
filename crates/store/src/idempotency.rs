//! Answers to requests that carried an `Idempotency-Key`, each written in the transaction of what it answers.

use crate::backend::params;
use crate::{Conn, Result, Sql, Statement, Value};
use domain::cart::Owner;
use domain::time::Timestamp;

/// What tells one request from all others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Who asks: `user:12`, `session:34`, or `anyone` where nobody is known yet.
    pub caller: String,
    /// Method and path template: `POST /order/{id}/cancel/`.
    pub route: String,
    /// What the client chose.
    pub key: String,
}

/// What a request was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Tells what was asked from anything else under the same key.
    pub fingerprint: String,
    /// The status code.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// JSON.
    pub body: String,
}

/// What a request with this key was answered.
pub async fn find(db: &impl Conn, key: &Key) -> Result<Option<Kept>> {
    let sql = "SELECT fingerprint, status, location, body FROM idempotency_keys \
               WHERE caller = $1 AND route = $2 AND key = $3";
    let Some(row) = db.first(sql, params![&key.caller, &key.route, &key.key]).await? else { return Ok(None) };
    let mut cells = row.cells();
    let (fingerprint, status): (_, i64) = (cells.get()?, cells.get()?);
    let (location, body) = (cells.get()?, cells.get()?);
    Ok(Some(Kept { fingerprint, status: u16::try_from(status).unwrap_or_default(), location, body }))
}

/// Keeps an answer. Fails as a unique constraint does when there is one for the key.
pub async fn keep(db: &impl Conn, key: &Key, kept: &Kept, at: Timestamp) -> Result<()> {
    db.run(keeping(std::iter::once((key, kept)), at)).await.map(drop)
}

/// As [`keep`], for several at once.
pub fn keeping<'a>(rows: impl Iterator<Item = (&'a Key, &'a Kept)>, at: Timestamp) -> Statement {
    let sql = Sql::each(
        "INSERT INTO idempotency_keys (caller, route, key, fingerprint, status, location, body, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        "INSERT INTO idempotency_keys (caller, route, key, fingerprint, status, location, body, created_at) \
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], \
         $8::bigint[])",
    );
    let row = |(key, kept): (&Key, &Kept)| -> Vec<Value> {
        let Kept { fingerprint, status, location, body } = kept;
        params![&key.caller, &key.route, &key.key, fingerprint, i64::from(*status), location, body, at]
    };
    Statement::rows(sql, rows.map(row).collect())
}

/// Makes the answers to a session those to an account, but for keys that both have used.
pub async fn adopt(db: &impl Conn, session_id: i64, user_id: i64) -> Result<()> {
    let sql = "UPDATE idempotency_keys SET caller = $2 WHERE caller = $1 AND NOT EXISTS (SELECT 1 FROM idempotency_keys o \
               WHERE o.caller = $2 AND o.route = idempotency_keys.route AND o.key = idempotency_keys.key)";
    let [from, to] = [Owner::Session(session_id), Owner::User(user_id)].map(caller);
    db.query(sql, params![from, to]).await.map(drop)
}

/// How a caller with an account or a session is called in [`Key`].
#[must_use]
pub fn caller(owner: Owner) -> String {
    match owner {
        Owner::User(id) => format!("user:{id}"),
        Owner::Session(id) => format!("session:{id}"),
    }
}

/// Forgets what was kept before `before`, at most `limit`. Returns how many.
pub async fn sweep(db: &impl Conn, before: Timestamp, limit: i64) -> Result<usize> {
    let sql = "DELETE FROM idempotency_keys WHERE (caller, route, key) IN \
               (SELECT caller, route, key FROM idempotency_keys WHERE created_at < $1 LIMIT $2) RETURNING key";
    Ok(db.query(sql, params![before, limit]).await?.len())
}
