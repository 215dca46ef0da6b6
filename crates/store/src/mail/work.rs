//! Working the outbox off: whoever takes a mail has it for a while, and writes down what became of it.

use super::{columns, read_of};
use crate::backend::params;
use crate::{Conn, Result, Row, Sql, Tx};
use domain::mail::{Mail, Named, Template};
use domain::time::Timestamp;

/// How long a mail that this release can't read is left alone, in seconds: a newer one may know it.
const UNREADABLE: i64 = 60 * 60;

/// Whether a mail is due.
pub async fn has_due(db: &impl Conn, now: Timestamp) -> Result<bool> {
    let sql = "SELECT id FROM mails WHERE state = 'waiting' AND due_at <= $1 LIMIT 1";
    Ok(db.first(sql, params![now]).await?.is_some())
}

/// `$which` of those that are due. With that of the index `mails_urgent`, word for word, it is found by it.
macro_rules! claiming {
    ($which:literal, $lock:literal) => {
        columns!(
            concat!(
                "UPDATE mails SET due_at = $2, leased_until = $2, attempts = attempts + 1 WHERE id IN (SELECT id \
                 FROM mails WHERE state = 'waiting' AND ",
                $which,
                " AND due_at <= $1 ORDER BY due_at, id LIMIT $3",
                $lock,
                ") RETURNING "
            ),
            ""
        )
    };
}

/// Takes mails that are due for one's own until `until`, at most `limit`, those about accounts first, and counts the
/// attempt. Nobody else gets them before; if nothing becomes of it, they are due again then. One that can't be read is
/// put off and says why: it must not keep the others.
pub async fn claim(tx: &Tx, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Mail>> {
    let urgent = Sql::each(
        claiming!("template IN ('password_reset', 'confirm_email')", ""),
        claiming!("template IN ('password_reset', 'confirm_email')", " FOR UPDATE SKIP LOCKED"),
    );
    let any = Sql::each(claiming!("TRUE", ""), claiming!("TRUE", " FOR UPDATE SKIP LOCKED"));
    let mut rows = tx.query(urgent, params![now, until, limit]).await?;
    let rest = limit.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    if rest > 0 {
        rows.extend(tx.query(any, params![now, until, rest]).await?);
    }
    let mut mails = vec![];
    for row in rows {
        mails.extend(readable(tx, row, now).await?);
    }
    Ok(mails)
}

async fn readable(tx: &Tx, row: Row, now: Timestamp) -> Result<Option<Mail>> {
    let mut cells = row.cells();
    let id: i64 = cells.get()?;
    let error = match read_of(id, &mut cells) {
        Ok(Mail { template: Named::Unknown(name), .. }) => format!("a mail has the unknown template {name}"),
        Ok(mail) => return Ok(Some(mail)),
        Err(error) => error.to_string(),
    };
    tracing::warn!(id, %error, "a mail in the outbox can't be read; it is left alone for an hour");
    let sql = "UPDATE mails SET due_at = $2, leased_until = NULL, last_error = $3 WHERE id = $1";
    tx.query(sql, params![id, now.plus_seconds(UNREADABLE), error]).await?;
    Ok(None)
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is with the server.
    Sent,
    /// It is where the staff reads it, and nobody tried to send it.
    Kept,
    /// To be tried again then; why it did not work.
    Later(Timestamp, String),
    /// Not to be tried again; why.
    Failed(String),
}

/// Writes down what became of an attempt, if it is still the last one. Returns whether it was.
pub async fn settle(tx: &Tx, mail: &Mail, outcome: &Outcome, now: Timestamp) -> Result<bool> {
    let (state, due, error, sent) = match outcome {
        Outcome::Sent | Outcome::Kept => ("sent", now, "", Some(now)),
        Outcome::Later(due, error) => ("waiting", *due, error.as_str(), None),
        Outcome::Failed(error) => ("failed", now, error.as_str(), None),
    };
    let attempts = if *outcome == Outcome::Kept { 0 } else { mail.attempts };
    let sql = "UPDATE mails SET state = $4, due_at = $5, last_error = $6, sent_at = $7, attempts = $8, \
               leased_until = NULL WHERE id = $1 AND attempts = $2 AND leased_until = $3 AND state = 'waiting' RETURNING id";
    let values = params![mail.id, mail.attempts, mail.leased_until, state, due, error, sent, attempts];
    Ok(tx.first(sql, values).await?.is_some())
}

/// Has a mail tried again from the beginning, unless it was sent or is being sent. Returns whether it will be.
pub async fn try_again(tx: &Tx, id: i64, now: Timestamp, give_up_at: Timestamp) -> Result<bool> {
    let sql = "UPDATE mails SET state = 'waiting', due_at = $2, give_up_at = $3, attempts = 0, leased_until = NULL \
               WHERE id = $1 AND state <> 'sent' AND (leased_until IS NULL OR leased_until <= $2) RETURNING id";
    Ok(tx.first(sql, params![id, now, give_up_at]).await?.is_some())
}

/// Until when mails that are tried again are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Until then, whenever they were written.
    Then(Timestamp),
    /// For so many seconds from when they were written; those whose time is over are left alone.
    Seconds(i64),
}

/// Has all mails with this template that failed tried again from the beginning. Returns how many.
pub async fn try_failed_again(tx: &Tx, template: Template, now: Timestamp, until: Until) -> Result<usize> {
    macro_rules! text {
        ($give_up:literal) => {
            concat!(
                "UPDATE mails SET state = 'waiting', due_at = $2, attempts = 0, leased_until = NULL, give_up_at = ",
                $give_up,
                " WHERE state = 'failed' AND template = $1 AND ",
                $give_up,
                " > $2 RETURNING id"
            )
        };
    }
    let (sql, value) = match until {
        Until::Then(at) => (text!("CAST($3 AS bigint)"), at.0),
        Until::Seconds(seconds) => (text!("(created_at + CAST($3 AS bigint))"), seconds.saturating_mul(1_000_000)),
    };
    Ok(tx.query(sql, params![template.as_str(), now, value]).await?.len())
}
