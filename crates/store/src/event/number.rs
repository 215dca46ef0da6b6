//! Gives committed events their place in the log; see the module above for why this is right.

use super::read::logged;
use crate::backend::params;
use crate::{Conn, Db, Dialect, Error, Result, Row, Sql, Statement};
use domain::event::Logged;

/// Batches numbered in one statement.
const MOST: i64 = 200;
/// Attempts when other instances number at the same moment; what is left is found by the next call.
const ATTEMPTS: u32 = 5;

/// Events that were given their place, in order.
#[derive(Clone, Debug, Default)]
pub struct Numbered {
    /// Empty on SQLite, where rows are born with it, and when there was nothing to do or others did it.
    pub events: Vec<Logged>,
    /// Whether nothing waits any more of what was committed when this began.
    pub is_all: bool,
}

/// Numbers committed events that have no `seq` yet, of at most [`MOST`] batches.
pub async fn number(db: &Db) -> Result<Numbered> {
    let nothing = Numbered { events: vec![], is_all: true };
    if db.dialect() == Dialect::Sqlite {
        return Ok(nothing);
    }
    for _ in 0..ATTEMPTS {
        let waiting = Waiting::look(db).await?;
        if waiting.ids.is_empty() {
            return Ok(nothing);
        }
        let is_all = waiting.ids.len() < usize::try_from(MOST).unwrap_or(usize::MAX);
        match waiting.number(db).await {
            Ok(events) if events.is_empty() => {}
            // Under a stricter isolation the loser is told so.
            Err(Error::Retry(_)) => {}
            Ok(events) => return Ok(Numbered { events, is_all }),
            Err(error) => return Err(error),
        }
    }
    Ok(Numbered::default())
}

/// Committed batches that have no number, as they were at one moment.
struct Waiting {
    /// The last number that was given.
    last: i64,
    /// The last number there will be.
    end: i64,
    /// Their ids, in order, and the numbers they are to have.
    ids: Vec<i64>,
    numbers: Vec<i64>,
}

impl Waiting {
    async fn look(db: &Db) -> Result<Self> {
        let sql = "SELECT l.seq, w.id, w.events FROM event_log l LEFT JOIN LATERAL \
                   (SELECT id, events FROM event_batches WHERE seq IS NULL ORDER BY id LIMIT $1) AS w ON TRUE \
                   WHERE l.id = 1 ORDER BY w.id";
        let mut waiting = Self { last: 0, end: 0, ids: vec![], numbers: vec![] };
        for row in db.query(sql, params![MOST]).await? {
            let mut cells = row.cells();
            waiting.last = cells.get()?;
            if let (Some(id), Some(events)) = (cells.get::<Option<i64>>()?, cells.get::<Option<i64>>()?) {
                waiting.end = waiting.end.max(waiting.last);
                waiting.ids.push(id);
                waiting.numbers.push(waiting.end + 1);
                waiting.end += events;
            }
        }
        Ok(waiting)
    }

    /// Numbers them, if the last number given still is what it was: then nobody has numbered since they were seen.
    async fn number(self, db: &Db) -> Result<Vec<Logged>> {
        // By their ids, and batch by batch (`OFFSET 0`), not by joins: the planner may still believe that the tables are
        // empty, and would go through all of them.
        let sql = "WITH turn AS (UPDATE event_log SET seq = $2 WHERE id = 1 AND seq = $1 RETURNING 1), \
                   numbered AS (UPDATE event_batches SET seq = ($4::bigint[])[array_position($3::bigint[], id)] FROM turn \
                   WHERE id = ANY($3) RETURNING id, event_batches.seq) \
                   SELECT n.seq + e.place, e.kind, e.subject_id, e.user_id, e.session_id, e.data, e.at FROM numbered n \
                   CROSS JOIN LATERAL (SELECT * FROM events WHERE batch_id = n.id OFFSET 0) AS e";
        let rows = db.query(sql, params![self.last, self.end, self.ids, self.numbers]).await?;
        let mut numbered = rows.into_iter().map(logged).collect::<Result<Vec<_>>>()?;
        numbered.sort_unstable_by_key(|event| event.seq);
        Ok(numbered)
    }
}

/// Whether events of other processes are committed that a reader who has come to `head` has not seen, or the log is
/// another one than the reader's. Never on SQLite, where one process serves.
pub async fn is_behind(db: &Db, head: i64) -> Result<bool> {
    read_behind(db.run(looking_behind(head, db.origin())).await?)
}

/// What [`looking_behind`] has found.
pub(crate) fn read_behind(rows: Vec<Row>) -> Result<bool> {
    rows.into_iter().next().map_or(Ok(true), Row::only)
}

/// The statement of [`is_behind`], for [`read_behind`]. The last batch that was begun may not be read to its end.
pub(crate) fn looking_behind(head: i64, origin: i64) -> Statement {
    let sql = Sql::each(
        "SELECT FALSE",
        "SELECT EXISTS (SELECT 1 FROM event_batches WHERE seq IS NULL AND origin <> $2) \
         OR EXISTS (SELECT 1 FROM event_batches WHERE seq > $1 AND origin <> $2) \
         OR coalesce((SELECT seq + events - 1 > $1 AND origin <> $2 FROM event_batches WHERE seq <= $1 \
         ORDER BY seq DESC LIMIT 1), FALSE) \
         OR (SELECT seq < $1 FROM event_log WHERE id = 1)",
    );
    Statement::new(sql, params![head, origin])
}
