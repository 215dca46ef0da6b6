//! Stock levels and their ledger: one statement moves the levels, the next records the movements. Both run in the
//! transaction of whatever moved them.

use crate::backend::params;
use crate::cart::{Owners, of_owners};
use crate::{Conn, Dialect, Result, Row, Sql, Statement, Value};
use domain::stock::{Movement, Reason};
use domain::time::Timestamp;
use std::collections::BTreeMap;

/// Who and what moved stock.
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    /// Why.
    pub reason: Reason,
    /// The order that took it or gave it back.
    pub order_id: Option<i64>,
    /// The account that did it.
    pub actor_id: Option<i64>,
    /// When.
    pub at: Timestamp,
}

/// Moves the levels of variants that this transaction has locked, by `(variant id, delta)`, and records it; several
/// deltas of one variant add up. The database refuses ([`crate::Error::Refused`]) a level below zero.
pub async fn move_levels(db: &impl Conn, deltas: &[(i64, i64)], cause: Cause) -> Result<Vec<Movement>> {
    let mut wanted: BTreeMap<i64, i64> = BTreeMap::new();
    for (variant_id, delta) in deltas {
        *wanted.entry(*variant_id).or_default() += delta;
    }
    wanted.retain(|_, delta| *delta != 0);
    if wanted.is_empty() {
        return Ok(vec![]);
    }
    let rows = db.run(moving(&wanted)).await?;
    let read = |row: Row| {
        let mut cells = row.cells();
        let (variant_id, level) = (cells.get()?, cells.get()?);
        Ok(Movement { variant_id, delta: wanted.get(&variant_id).copied().unwrap_or_default(), level })
    };
    let moved = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    let Cause { reason, order_id, actor_id, at } = cause;
    let row = |one: &Movement| params![one.variant_id, one.delta, one.level, reason.as_str(), order_id, actor_id, at];
    db.run(recording(moved.iter().map(row).collect())).await?;
    Ok(moved)
}

/// Moves levels by `variant id → delta`; returns `(variant id, level)` of those that exist.
fn moving(deltas: &BTreeMap<i64, i64>) -> Statement {
    let sql = Sql::each(
        "UPDATE variants SET stock = stock + $2, revision = revision + 1 WHERE id = $1 RETURNING id, stock",
        "UPDATE variants SET stock = stock + d.delta, revision = revision + 1 \
         FROM unnest($1::bigint[], $2::bigint[]) AS d(id, delta) \
         WHERE variants.id = d.id RETURNING variants.id, stock",
    );
    Statement::rows(sql, deltas.iter().map(|(id, delta)| params![*id, *delta]).collect())
}

/// Records movements: rows of variant, delta, level, reason, order, actor and instant.
fn recording(rows: Vec<Vec<Value>>) -> Statement {
    let sql = Sql::each(
        "INSERT INTO stock_movements (variant_id, delta, level, reason, order_id, actor_id, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        "INSERT INTO stock_movements (variant_id, delta, level, reason, order_id, actor_id, at) \
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])",
    );
    Statement::rows(sql, rows)
}

/// Stock that an order takes from a variant that is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The variant.
    pub variant_id: i64,
    /// How many; at least 1.
    pub quantity: i64,
    /// How many are left; when several orders take from one variant, after each of them.
    pub level: i64,
    /// The order.
    pub order_id: i64,
    /// Who placed it.
    pub actor_id: Option<i64>,
}

/// Takes stock for orders and records it. The database refuses ([`crate::Error::Refused`]) a level below zero.
pub(crate) fn taking(taken: &[Taken], at: Timestamp) -> [Statement; 2] {
    let mut deltas: BTreeMap<i64, i64> = BTreeMap::new();
    for one in taken {
        *deltas.entry(one.variant_id).or_default() -= one.quantity;
    }
    let reason = Reason::Order.as_str();
    let row = |one: &Taken| params![one.variant_id, -one.quantity, one.level, reason, one.order_id, one.actor_id, at];
    [moving(&deltas), recording(taken.iter().map(row).collect())]
}

/// The stock of the products in the carts of these owners, as [`of_products`] tells it; for [`read_products`].
pub(crate) fn of_products_in_carts(owners: &Owners) -> Statement {
    let sql = of_owners!(
        "SELECT p.id, CAST(sum(v.stock) AS bigint), p.published FROM variants v JOIN products p ON p.id = v.product_id \
         WHERE v.archived_at IS NULL AND p.archived_at IS NULL \
         AND p.id IN (SELECT product_id FROM cart_lines WHERE cart_id",
        ") GROUP BY p.id, p.published ORDER BY p.id",
        ") GROUP BY p.id, p.published ORDER BY p.id"
    );
    Statement::new(sql, owners.params())
}

/// A variant whose row is locked.
#[derive(Clone, Copy, Debug)]
pub struct Locked {
    /// Its id.
    pub variant_id: i64,
    /// Its product.
    pub product_id: i64,
    /// Units in stock.
    pub level: i64,
    /// Whether it can be bought; false when it was taken off sale.
    pub on_sale: bool,
}

/// Locks variants in the order of their ids, after their products; returns those that exist.
pub async fn lock(db: &impl Conn, variant_ids: Vec<i64>) -> Result<Vec<Locked>> {
    if db.dialect() == Dialect::Postgres {
        let products = "SELECT id FROM products WHERE id IN (SELECT product_id FROM variants WHERE id = ANY($1)) \
                        ORDER BY id FOR NO KEY UPDATE";
        db.query(products, params![variant_ids.clone()]).await?;
    }
    let sql = Sql::each(
        "SELECT id, product_id, stock, archived_at IS NULL FROM variants WHERE id IN (SELECT value FROM json_each($1)) ORDER BY id",
        "SELECT id, product_id, stock, archived_at IS NULL FROM variants WHERE id = ANY($1) ORDER BY id FOR UPDATE",
    );
    let read = |row: Row| {
        let mut cells = row.cells();
        let (variant_id, product_id) = (cells.get()?, cells.get()?);
        Ok(Locked { variant_id, product_id, level: cells.get()?, on_sale: cells.get()? })
    };
    db.query(sql, params![variant_ids]).await?.into_iter().map(read).collect()
}

/// The stock of products, summed over their variants on sale: `(product id, level, whether customers see it)`.
pub async fn of_products(db: &impl Conn, product_ids: Vec<i64>) -> Result<Vec<(i64, i64, bool)>> {
    let sql = Sql::each(
        "SELECT p.id, CAST(sum(v.stock) AS bigint), p.published FROM variants v JOIN products p ON p.id = v.product_id \
         WHERE v.product_id IN (SELECT value FROM json_each($1)) AND v.archived_at IS NULL \
         AND p.archived_at IS NULL GROUP BY p.id, p.published ORDER BY p.id",
        "SELECT p.id, CAST(sum(v.stock) AS bigint), p.published FROM variants v JOIN products p ON p.id = v.product_id \
         WHERE v.product_id = ANY($1) AND v.archived_at IS NULL AND p.archived_at IS NULL GROUP BY p.id, p.published ORDER BY p.id",
    );
    read_products(db.query(sql, params![product_ids]).await?)
}

pub(crate) fn read_products(rows: Vec<Row>) -> Result<Vec<(i64, i64, bool)>> {
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, cells.get()?, cells.get()?))
    };
    rows.into_iter().map(read).collect()
}
