//! How many orders there are, without counting them: rows that add up (`order_counts`). Whoever places or moves orders
//! adds rows of their own, so nobody waits for a row that everybody changes.

use super::page::Stretch;
use crate::backend::params;
use crate::{Conn, Dialect, Result, Row, Sql, Statement};
use domain::order::Status;
use std::collections::BTreeMap;

/// Ids in a block.
pub(super) const BLOCK: i64 = 10_000;

/// So many orders more, or fewer, in a block and a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// An order that comes or goes.
    pub(super) order_id: i64,
    pub(super) status: Status,
    pub(super) by: i64,
}

/// Notes changes, in the transaction that makes them.
pub(super) fn noting(changes: impl IntoIterator<Item = Change>) -> Statement {
    let mut sums: BTreeMap<(i64, &str), i64> = BTreeMap::new();
    for Change { order_id, status, by } in changes {
        *sums.entry((order_id.div_euclid(BLOCK), status.as_str())).or_default() += by;
    }
    let sql = Sql::each(
        "INSERT INTO order_counts (block, status, orders) VALUES ($1, $2, $3)",
        "INSERT INTO order_counts (block, status, orders) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[])",
    );
    Statement::rows(sql, sums.into_iter().map(|((block, status), by)| params![block, status, by]).collect())
}

/// How many orders there are in each block; only those in a state, if given.
pub(super) async fn by_block(db: &impl Conn, status: Option<Status>) -> Result<Vec<Stretch>> {
    let sql = "SELECT block, CAST(sum(orders) AS bigint) FROM order_counts WHERE $1 = '' OR status = $1 GROUP BY block";
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok(Stretch { status: None, block: Some(cells.get()?), orders: cells.get()? })
    };
    db.query(sql, params![status.map_or("", Status::as_str)]).await?.into_iter().map(read).collect()
}

/// The same, for each state by itself.
pub(super) async fn by_status(db: &impl Conn, status: Option<Status>) -> Result<Vec<Stretch>> {
    let sql = "SELECT status, block, CAST(sum(orders) AS bigint) FROM order_counts WHERE $1 = '' OR status = $1 \
               GROUP BY status, block";
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok(Stretch { status: Some(super::status(cells.get()?)?), block: Some(cells.get()?), orders: cells.get()? })
    };
    db.query(sql, params![status.map_or("", Status::as_str)]).await?.into_iter().map(read).collect()
}

/// Adds up what has gathered, the oldest rows first, at most `limit`; returns how many rows there are fewer.
pub async fn add_up_counts(db: &impl Conn, limit: i64) -> Result<usize> {
    if db.dialect() == Dialect::Postgres {
        // Rows that another instance adds up at this moment are left to it.
        let sql = "WITH gone AS (DELETE FROM order_counts WHERE id IN (SELECT id FROM order_counts ORDER BY id LIMIT $1 \
                   FOR UPDATE SKIP LOCKED) RETURNING block, status, orders), \
                   made AS (INSERT INTO order_counts (block, status, orders) \
                   SELECT block, status, CAST(sum(orders) AS bigint) FROM gone GROUP BY block, status RETURNING 1) \
                   SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM made)";
        let fewer: i64 = db.one(sql, params![limit]).await?.only()?;
        return Ok(usize::try_from(fewer).unwrap_or_default());
    }
    let last =
        "SELECT coalesce(max(id), 0), count(*) FROM (SELECT id FROM order_counts ORDER BY id LIMIT $1) AS oldest";
    let row = db.one(last, params![limit]).await?;
    let mut cells = row.cells();
    let (last, before): (i64, i64) = (cells.get()?, cells.get()?);
    let sums = "INSERT INTO order_counts (block, status, orders) SELECT block, status, sum(orders) FROM order_counts \
                WHERE id <= $1 GROUP BY block, status RETURNING id";
    let made = db.query(sums, params![last]).await?.len();
    db.query("DELETE FROM order_counts WHERE id <= $1", params![last]).await?;
    Ok(usize::try_from(before).unwrap_or_default().saturating_sub(made))
}

/// Counts all orders anew, after many were written at once.
pub async fn recount(db: &impl Conn) -> Result<()> {
    const COUNTING: &str = "INSERT INTO order_counts (block, status, orders) \
                            SELECT id / 10000, status, count(*) FROM orders GROUP BY id / 10000, status";
    match db.dialect() {
        // In one look at the tables: orders that others place meanwhile bring their own rows.
        Dialect::Postgres => {
            db.query(format!("WITH gone AS (DELETE FROM order_counts) {COUNTING}"), vec![]).await.map(drop)
        }
        Dialect::Sqlite => {
            db.query("DELETE FROM order_counts", vec![]).await?;
            db.query(COUNTING, vec![]).await.map(drop)
        }
    }
}
