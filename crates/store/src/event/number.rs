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
        let (last, waiting) = end(db).await?;
        if !waiting {
            return Ok(vec![]);
        }
        match from(db, last).await {
            Ok(numbered) if numbered.is_empty() => {}
            // Under a stricter isolation the loser is told so.
            Err(Error::Retry(_)) => {}
            outcome => return outcome,
        }
    }
    Ok(vec![])
}

/// The last `seq` given on PostgreSQL, and whether committed events wait for theirs.
pub async fn end(db: &impl Conn) -> Result<(i64, bool)> {
    let sql = "SELECT seq, EXISTS (SELECT 1 FROM events WHERE seq IS NULL) FROM event_log WHERE id = 1";
    let row = db.one(sql, vec![]).await?;
    let mut cells = row.cells();
    Ok((cells.get()?, cells.get()?))
}

/// Numbers from `last + 1` on, if `last` still is the last number given.
async fn from(db: &Db, last: i64) -> Result<Vec<Logged>> {
    let sql = "WITH fresh AS MATERIALIZED (SELECT id, row_number() OVER (ORDER BY id) AS place FROM \
               (SELECT id FROM events WHERE seq IS NULL ORDER BY id LIMIT $2) AS waiting), \
               turn AS (UPDATE event_log SET seq = seq + (SELECT count(*) FROM fresh) WHERE id = 1 AND seq = $1 RETURNING 1), \
               numbered AS (UPDATE events SET seq = $1 + fresh.place FROM fresh, turn WHERE events.id = fresh.id \
               RETURNING events.seq, events.kind, events.subject_id, events.user_id, events.session_id, events.data, events.at) \
               SELECT seq, kind, subject_id, user_id, session_id, data, at FROM numbered ORDER BY seq";
    db.query(sql, params![last, BATCH]).await?.into_iter().map(logged).collect()
}
