//! The event log: rows written in the transaction of the change they tell of, read in the order of `seq`.
//!
//! # Why no reader skips an event
//! A reader remembers the last `seq` it saw and asks for what is greater. That is only right if an event never appears
//! *behind* one that was read already.
//!
//! On SQLite it can't: one transaction writes at a time, and `seq` is the row's place (`AUTOINCREMENT`, so a number is
//! never used twice, not even after everything was swept away).
//!
//! On PostgreSQL transactions draw their numbers in one order and commit in another, so what a transaction appends is a
//! batch (`event_batches`) without a `seq`, which no reader sees. [`number`] gives it afterwards, to batches that are
//! committed: one statement reads the counter `event_log.seq` and the batches that have none; the next gives them
//! numbers and moves the counter on, **if it still is what was read**. Two numberers can't both win: the second waits
//! for the first one's row lock, finds the counter moved and numbers nothing, and its next attempt starts from a fresh
//! look. The `seq` of an event is that of its batch, which is its first one's, and its place in it: a batch of a
//! hundred events is numbered by changing one row.
//! So numbers have no gaps, appear in order, and a transaction that commits late simply gets later ones. Events of one
//! thing keep their order: whoever changes it next waits for its lock, so the earlier change is committed, and
//! has drawn its batch's id, before.
//!
//! The lock lives as long as that one statement: nothing is tied to a session (no advisory lock, no LISTEN), a frozen
//! instance holds nothing up, and a transaction pooler may stand in between. Any instance may number, and all do;
//! what one leaves behind when it dies, the next one finds.

mod number;
mod read;

pub use number::{Numbered, is_behind, number};
pub(crate) use number::{looking_behind, read_behind};
pub(crate) use read::span_in_batches;
pub use read::{Bounds, Wanted, after, bounds, sweep};

use crate::backend::params;
use crate::{Conn, Result, Sql, Statement, Tx, Value};
use domain::event::{Audience, Event};
use domain::time::Timestamp;

/// Appends events. Whoever follows the log of this [`crate::Db`] is woken when the transaction has committed
/// ([`crate::Db::events_committed`]).
pub async fn append(tx: &Tx, events: &[Event], at: Timestamp) -> Result<()> {
    tx.run(appending(tx, events, at)).await.map(drop)
}

/// The statement that appends events. It has to run in this transaction.
pub(crate) fn appending(tx: &Tx, events: &[Event], at: Timestamp) -> Statement {
    let sql = Sql::each(
        "INSERT INTO events (kind, subject_id, user_id, session_id, data, at) VALUES ($1, $2, $3, $4, $5, $6)",
        "WITH batch AS (INSERT INTO event_batches (events, at, origin) \
         VALUES (cardinality($1::text[]), ($6::bigint[])[1], ($7::bigint[])[1]) RETURNING id) \
         INSERT INTO events (batch_id, place, kind, subject_id, user_id, session_id, data, at) \
         SELECT batch.id, e.place - 1, e.kind, e.subject, e.user_id, e.session_id, e.data, e.at FROM batch, \
         unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[]) WITH ORDINALITY \
         AS e(kind, subject, user_id, session_id, data, at, place)",
    );
    tx.tells_of(events);
    Statement::rows(sql, events.iter().map(|event| row(event, at, tx.origin())).collect())
}

/// Stands for the staff where the id of an account stands.
const STAFF: i64 = 0;

fn row(event: &Event, at: Timestamp, origin: i64) -> Vec<Value> {
    let (user, session) = match event.audience {
        Audience::Everybody => (None, None),
        Audience::Owner(owner) => (owner.user_id(), owner.session_id()),
        Audience::Staff => (Some(STAFF), None),
    };
    params![event.kind.as_str(), event.subject_id, user, session, event.data.to_string(), at, origin]
}
