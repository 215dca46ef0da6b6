//! Reading the log, and sweeping away what is too old.

use super::STAFF;
use crate::backend::params;
use crate::{Conn, Result, Row, Sql};
use domain::cart::Owner;
use domain::event::{Audience, Kind, Logged};
use domain::time::Timestamp;

/// What the log holds: every event after `floor`, up to `head`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The last event that was swept away; 0 when none was.
    pub floor: i64,
    /// The last event; 0 when there never was one.
    pub head: i64,
}

impl Bounds {
    /// Whether everything after `seq` is there to be read.
    #[must_use]
    pub const fn reach(self, seq: i64) -> bool {
        self.floor <= seq && seq <= self.head
    }
}

/// Which events are worth fetching: a coarse net, cast before the rights are looked at one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those everybody may read.
    pub catalogue: bool,
    /// Those of this account or session.
    pub owner: Option<Owner>,
    /// Those only the staff may read: of all orders, and of all products.
    pub staff: bool,
    /// All there are; for whoever keeps watch over the whole log.
    pub everything: bool,
}

/// The coarse net over events `e`: `$3` to `$7`.
macro_rules! among {
    () => {
        "($3 OR ($4 AND e.user_id IS NULL AND e.session_id IS NULL) OR e.user_id = $5 OR e.session_id = $6 \
         OR ($7 AND e.kind NOT LIKE 'cart.%'))"
    };
}

/// On PostgreSQL, the events `e` after `$1` up to and including `$2`, with their batches `b`; the first one may begin
/// before. Further conditions may follow.
macro_rules! span_in_batches {
    () => {
        "event_batches b CROSS JOIN LATERAL (SELECT * FROM events WHERE batch_id = b.id OFFSET 0) AS e WHERE b.seq <= $2 \
         AND b.seq >= coalesce((SELECT seq FROM event_batches WHERE seq <= $1 ORDER BY seq DESC LIMIT 1), 0) \
         AND b.seq + e.place > $1 AND b.seq + e.place <= $2"
    };
}

pub(crate) use span_in_batches;

/// Where the log begins and ends at this moment.
pub async fn bounds(db: &impl Conn) -> Result<Bounds> {
    let sql = Sql::each(
        "WITH last AS (SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0) AS head) \
         SELECT coalesce((SELECT min(seq) FROM events) - 1, head), head FROM last",
        "SELECT coalesce((SELECT seq FROM event_batches WHERE seq IS NOT NULL ORDER BY seq LIMIT 1) - 1, seq), seq \
         FROM event_log WHERE id = 1",
    );
    let row = db.one(sql, vec![]).await?;
    let mut cells = row.cells();
    Ok(Bounds { floor: cells.get()?, head: cells.get()? })
}

/// Events after `from` up to and including `to`, in order, at most `limit`. Keep the span small: all of it is looked at.
pub async fn after(db: &impl Conn, from: i64, to: i64, wanted: Wanted, limit: i64) -> Result<Vec<Logged>> {
    let sql = Sql::each(
        concat!(
            "SELECT seq, kind, subject_id, user_id, session_id, data, at FROM events e WHERE seq > $1 AND seq <= $2 AND ",
            among!(),
            " ORDER BY seq LIMIT $8"
        ),
        concat!(
            "SELECT b.seq + e.place AS place_in_log, e.kind, e.subject_id, e.user_id, e.session_id, e.data, e.at \
             FROM ",
            span_in_batches!(),
            " AND ",
            among!(),
            " ORDER BY b.seq, e.place LIMIT $8"
        ),
    );
    let Wanted { catalogue, owner, staff, everything } = wanted;
    let (user, session) = (owner.and_then(Owner::user_id), owner.and_then(Owner::session_id));
    let values = params![from, to, everything, catalogue, user.unwrap_or(-1), session.unwrap_or(-1), staff, limit];
    db.query(sql, values).await?.into_iter().map(logged).collect()
}

/// Forgets the oldest events, those before the first that is not older than `before`; at most `limit`, on PostgreSQL of
/// at most `limit` batches. Returns how many.
pub async fn sweep(db: &impl Conn, before: Timestamp, limit: i64) -> Result<usize> {
    let sql = Sql::each(
        "WITH oldest AS (SELECT seq, at FROM events ORDER BY seq LIMIT $2) \
         DELETE FROM events WHERE seq IN (SELECT seq FROM oldest WHERE at < $1 \
         AND seq < coalesce((SELECT min(seq) FROM oldest WHERE at >= $1), seq + 1)) RETURNING seq",
        "WITH oldest AS (SELECT id, seq, at FROM event_batches WHERE seq IS NOT NULL ORDER BY seq LIMIT $2), \
         gone AS (DELETE FROM event_batches WHERE id IN (SELECT id FROM oldest WHERE at < $1 \
         AND seq < coalesce((SELECT min(seq) FROM oldest WHERE at >= $1), seq + 1)) RETURNING id) \
         DELETE FROM events WHERE batch_id IN (SELECT id FROM gone) RETURNING batch_id",
    );
    Ok(db.query(sql, params![before, limit]).await?.len())
}

pub(super) fn logged(row: Row) -> Result<Logged> {
    let mut cells = row.cells();
    let (seq, kind): (i64, String) = (cells.get()?, cells.get()?);
    let kind = Kind::named(&kind).unwrap_or(Kind::Unknown);
    let subject_id = cells.get()?;
    let (user, session): (Option<i64>, Option<i64>) = (cells.get()?, cells.get()?);
    let audience = match (user, session) {
        (None, None) => Audience::Everybody,
        (Some(STAFF), _) => Audience::Staff,
        (Some(id), _) => Audience::Owner(Owner::User(id)),
        (None, Some(id)) => Audience::Owner(Owner::Session(id)),
    };
    Ok(Logged { seq, kind, subject_id, audience, data: cells.get()?, at: cells.get()? })
}
