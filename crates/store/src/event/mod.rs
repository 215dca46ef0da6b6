//! The event log: rows written in the transaction of the change they tell of, read in the order of `seq`.
//!
//! # Why no reader skips an event
//! A reader remembers the last `seq` it saw and asks for what is greater. That is only right if an event never appears
//! *behind* one that was read already.
//!
//! On SQLite it can't: one transaction writes at a time, and `seq` is the row's place (`AUTOINCREMENT`, so a number is
//! never used twice, not even after everything was swept away).
//!
//! On PostgreSQL transactions draw their numbers in one order and commit in another, so rows are written without a
//! `seq`, which no reader sees. [`number`] gives it afterwards, to rows that are committed: one statement reads the
//! counter `event_log.seq` and the rows that have none; the next gives them numbers and moves the counter on, **if it
//! still is what was read**. Two numberers can't both win: the second waits for the first one's row lock, finds the
//! counter moved and numbers nothing, and its next attempt starts from a fresh look.
//! So numbers have no gaps, appear in order, and a transaction that commits late simply gets later ones. Events of one
//! thing keep their order: whoever changes it next waits for its lock, so the earlier change is committed, and
//! has drawn its id, before.
//!
//! The lock lives as long as that one statement: nothing is tied to a session (no advisory lock, no LISTEN), a frozen
//! instance holds nothing up, and a transaction pooler may stand in between. Any instance may number, and all do;
//! what one leaves behind when it dies, the next one finds.

mod number;
mod read;

pub use number::{end, number};
pub use read::{Bounds, Wanted, after, bounds, sweep};

use crate::backend::params;
use crate::{Conn, Result, Sql, Tx};
use domain::event::{Audience, Event};
use domain::time::Timestamp;
use serde_json::json;

/// Appends events. Whoever follows the log of this [`crate::Db`] is woken when the transaction has committed
/// ([`crate::Db::events_committed`]).
pub async fn append(tx: &Tx, events: &[Event], at: Timestamp) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let sql = Sql::each(
        "INSERT INTO events (kind, subject_id, user_id, session_id, data, at) \
         SELECT value ->> 'kind', value ->> 'subject', value ->> 'user_id', value ->> 'session_id', value ->> 'data', $2 \
         FROM json_each($1) ORDER BY key",
        "INSERT INTO events (kind, subject_id, user_id, session_id, data, at) \
         SELECT e.kind, e.subject, e.user_id, e.session_id, e.data, $2 FROM json_to_recordset($1::text::json) \
         AS e(kind text, subject bigint, user_id bigint, session_id bigint, data text)",
    );
    let rows: Vec<_> = events.iter().map(row).collect();
    tx.query(sql, params![json!(rows).to_string(), at]).await?;
    tx.tells_of(events);
    Ok(())
}

/// Stands for the staff where the id of an account stands.
const STAFF: i64 = 0;

fn row(event: &Event) -> serde_json::Value {
    let (user, session) = match event.audience {
        Audience::Everybody => (None, None),
        Audience::Owner(owner) => (owner.user_id(), owner.session_id()),
        Audience::Staff => (Some(STAFF), None),
    };
    json!({
        "kind": event.kind.as_str(), "subject": event.subject_id, "user_id": user, "session_id": session,
        "data": event.data.to_string(),
    })
}
