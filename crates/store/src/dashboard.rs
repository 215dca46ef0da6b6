//! What the shop sells, added up. Everything that is counted by day looks at the orders of those days alone, by the index
//! on when they were placed; placing an order writes nothing for it.

use crate::backend::params;
use crate::{Conn, Result, Row};
use domain::order::Status;
use domain::time::Timestamp;

/// µs of a day.
pub const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The orders of one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Days since 1970, UTC.
    pub day: i64,
    /// Orders placed, cancelled ones too.
    pub orders: i64,
    /// Those of them that were not cancelled.
    pub sold: i64,
    /// The sum of those, minor units.
    pub revenue: i64,
}

/// A product that was sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seller {
    /// The product.
    pub product_id: i64,
    /// A name it was sold under.
    pub name: String,
    /// Pieces, without cancelled orders.
    pub quantity: i64,
    /// What was paid for them, minor units.
    pub revenue: i64,
}

/// A variant of which there are few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scarce {
    /// Its product.
    pub product_id: i64,
    /// The product's name.
    pub name: String,
    /// SKU.
    pub sku: Option<String>,
    /// How many there are.
    pub stock: i64,
}

/// The days since `since` on which orders were placed, oldest first.
pub async fn days(db: &impl Conn, since: Timestamp) -> Result<Vec<Day>> {
    let sql = "SELECT o.created_at / 86400000000, count(*), \
               CAST(sum(CASE WHEN o.status = 'cancelled' THEN 0 ELSE 1 END) AS bigint), \
               CAST(sum(CASE WHEN o.status = 'cancelled' THEN 0 ELSE o.total END) AS bigint) \
               FROM orders o WHERE o.created_at >= $1 GROUP BY o.created_at / 86400000000 ORDER BY 1";
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok(Day { day: cells.get()?, orders: cells.get()?, sold: cells.get()?, revenue: cells.get()? })
    };
    db.query(sql, params![since]).await?.into_iter().map(read).collect()
}

/// How many orders stand where, from the rows that count them.
pub async fn statuses(db: &impl Conn) -> Result<Vec<(Status, i64)>> {
    let sql = "SELECT status, CAST(sum(orders) AS bigint) FROM order_counts GROUP BY status";
    let mut found = vec![];
    for row in db.query(sql, vec![]).await? {
        let mut cells = row.cells();
        let (name, orders): (String, i64) = (cells.get()?, cells.get()?);
        found.extend(Status::named(&name).map(|status| (status, orders)));
    }
    Ok(found)
}

/// The products most pieces of which were sold since then.
pub async fn best_sellers(db: &impl Conn, since: Timestamp, most: i64) -> Result<Vec<Seller>> {
    let sql = "SELECT l.product_id, max(l.name), CAST(sum(l.quantity) AS bigint), CAST(sum(l.subtotal) AS bigint) \
               FROM orders o JOIN order_lines l ON l.order_id = o.id \
               WHERE o.created_at >= $1 AND o.status <> 'cancelled' \
               GROUP BY l.product_id ORDER BY 3 DESC, 1 LIMIT $2";
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok(Seller { product_id: cells.get()?, name: cells.get()?, quantity: cells.get()?, revenue: cells.get()? })
    };
    db.query(sql, params![since, most]).await?.into_iter().map(read).collect()
}

/// The variants that customers see of which there are at most `level`, the scarcest first.
pub async fn low_stock(db: &impl Conn, level: i64, most: i64) -> Result<Vec<Scarce>> {
    let sql = "SELECT p.id, p.name, v.sku, v.stock FROM variants v JOIN products p ON p.id = v.product_id \
               WHERE v.archived_at IS NULL AND v.stock <= $1 AND p.archived_at IS NULL AND p.published \
               ORDER BY v.stock, p.id, v.position LIMIT $2";
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok(Scarce { product_id: cells.get()?, name: cells.get()?, sku: cells.get()?, stock: cells.get()? })
    };
    db.query(sql, params![level, most]).await?.into_iter().map(read).collect()
}
