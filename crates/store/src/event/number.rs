//! Gives committed events their place in the log; see the module above for why this is right.

use super::read::logged;
use crate::backend::params;
use crate::{Conn, Db, Dialect, Error, Result};
use domain::event::Logged;

/// Events numbered in one statement.
const BATCH: i64 = 1_000;
/// Attempts when other instances number at the same moment; what is left is found by the next call.
const ATTEMPTS: u32 = 5;

/// Numbers committed events that have no `seq` yet, at most [`BATCH`], and returns them in order. Empty on SQLite, where
/// rows are born with it, and when there was nothing to do or others did it.
pub async fn number(db: &Db) -> Result<Vec<Logged>> {
    if db.dialect() == Dialect::Sqlite {
        return Ok(vec![]);
    }
    for _ in 0..ATTEMPTS {
        let (last, waiting) = waiting(db).await?;
        if waiting.is_empty() {
            return Ok(vec![]);
        }
        match from(db, last, waiting).await {
            Ok(numbered) if numbered.is_empty() => {}
            // Under a stricter isolation the loser is told so.
            Err(Error::Retry(_)) => {}
            outcome => return outcome,
        }
    }
    Ok(vec![])
}

/// The last number given and the ids of committed events that have none, both as they were at one moment.
async fn waiting(db: &Db) -> Result<(i64, Vec<i64>)> {
    let sql = "SELECT l.seq, w.id FROM event_log l LEFT JOIN LATERAL \
               (SELECT id FROM events WHERE seq IS NULL ORDER BY id LIMIT $1) AS w ON TRUE WHERE l.id = 1";
    let (mut last, mut ids) = (0, vec![]);
    for row in db.query(sql, params![BATCH]).await? {
        let mut cells = row.cells();
        last = cells.get()?;
        ids.extend(cells.get::<Option<i64>>()?);
    }
    ids.sort_unstable();
    Ok((last, ids))
}

/// The last `seq` given on PostgreSQL, and whether committed events wait for theirs.
pub async fn end(db: &impl Conn) -> Result<(i64, bool)> {
    let sql = "SELECT seq, EXISTS (SELECT 1 FROM events WHERE seq IS NULL) FROM event_log WHERE id = 1";
    let row = db.one(sql, vec![]).await?;
    let mut cells = row.cells();
    Ok((cells.get()?, cells.get()?))
}

/// Numbers these from `last + 1` on, if `last` still is the last number given: then nobody has numbered since they were
/// seen.
async fn from(db: &Db, last: i64, ids: Vec<i64>) -> Result<Vec<Logged>> {
    // By their ids, not by a join: the planner may still believe that the table is empty, and would go through all of it.
    let sql = "WITH turn AS (UPDATE event_log SET seq = seq + cardinality($2::bigint[]) WHERE id = 1 AND seq = $1 RETURNING 1) \
               UPDATE events SET seq = $1 + array_position($2::bigint[], events.id) FROM turn WHERE events.id = ANY($2) \
               RETURNING events.seq, events.kind, events.subject_id, events.user_id, events.session_id, events.data, events.at";
    let rows = db.query(sql, params![last, ids]).await?;
    let mut numbered = rows.into_iter().map(logged).collect::<Result<Vec<_>>>()?;
    numbered.sort_unstable_by_key(|event| event.seq);
    Ok(numbered)
}
