//! Saving placed orders, any number at once: every statement is about all of them.

use super::count::{self, Change};
use crate::backend::params;
use crate::stock::Taken;
use crate::{Conn, Result, Row, Sql, Tx};
use domain::event::Event;
use domain::order::{Line, Order};
use domain::time::Timestamp;
use serde_json::json;

/// Ids for orders to come, so that what belongs to an order can be sent along with it. Those that are not used are
/// never used.
pub async fn reserve_ids(tx: &Tx, count: usize) -> Result<Vec<i64>> {
    let sql = Sql::each(
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'orders'), 0) + value FROM json_each($1)",
        "SELECT nextval(pg_get_serial_sequence('orders', 'id')) FROM unnest($1::bigint[])",
    );
    let places: Vec<i64> = (1..).take(count).collect();
    tx.query(sql, params![places]).await?.into_iter().map(Row::only).collect()
}

/// What placing orders leaves behind.
#[derive(Clone, Debug, Default)]
pub struct Placed<'a> {
    /// The orders, with ids of [`reserve_ids`].
    pub orders: &'a [Order],
    /// The stock they take.
    pub taken: &'a [Taken],
    /// The carts they come from, locked.
    pub carts: &'a [i64],
    /// What to tell of it.
    pub events: &'a [Event],
}

/// Saves orders with their lines, takes their stock, empties their carts and appends the events. `orders_number` when a
/// number is taken; [`crate::Error::Refused`] when a level would fall below zero.
pub async fn save_placed(tx: &Tx, placed: Placed<'_>, at: Timestamp) -> Result<()> {
    let Placed { orders, taken, carts, events } = placed;
    // All are sent before the first answer comes; the database works them off in this order.
    tokio::try_join!(
        biased;
        insert(tx, orders),
        insert_lines(tx, orders),
        count::note(tx, orders.iter().map(|order| Change { order_id: order.id, status: order.status, by: 1 })),
        crate::stock::take(tx, taken, at),
        crate::cart::clear_all(tx, carts, at),
        crate::event::append(tx, events, at),
    )
    .map(drop)
}

async fn insert(db: &impl Conn, orders: &[Order]) -> Result<()> {
    let sql = Sql::each(
        "INSERT INTO orders (id, number, user_id, session_id, status, total, currency, created_at, updated_at) \
         SELECT value ->> 'id', value ->> 'number', value ->> 'user_id', value ->> 'session_id', value ->> 'status', \
         value ->> 'total', value ->> 'currency', value ->> 'at', value ->> 'at' FROM json_each($1)",
        "INSERT INTO orders (id, number, user_id, session_id, status, total, currency, created_at, updated_at) \
         SELECT id, number, user_id, session_id, status, total, currency, at, at \
         FROM json_to_recordset($1::text::json) AS o(id bigint, number text, user_id bigint, session_id bigint, \
         status text, total bigint, currency text, at bigint)",
    );
    let row = |order: &Order| {
        json!({
            "id": order.id, "number": order.number, "user_id": order.user_id, "session_id": order.session_id,
            "status": order.status.as_str(), "total": order.total, "currency": order.currency, "at": order.created_at.0,
        })
    };
    let rows: Vec<_> = orders.iter().map(row).collect();
    db.query(sql, params![json!(rows).to_string()]).await.map(drop)
}

async fn insert_lines(db: &impl Conn, orders: &[Order]) -> Result<()> {
    let sql = Sql::each(
        "INSERT INTO order_lines (order_id, position, product_id, variant_id, sku, name, option_values, unit_price, \
         quantity, subtotal) SELECT value ->> 'order_id', value ->> 'position', value ->> 'product', value ->> 'variant', \
         value ->> 'sku', value ->> 'name', value ->> 'options', value ->> 'price', value ->> 'quantity', \
         value ->> 'subtotal' FROM json_each($1)",
        "INSERT INTO order_lines (order_id, position, product_id, variant_id, sku, name, option_values, unit_price, \
         quantity, subtotal) SELECT order_id, position, product, variant, sku, name, options, price, quantity, subtotal \
         FROM json_to_recordset($1::text::json) AS l(order_id bigint, position bigint, product bigint, variant bigint, \
         sku text, name text, options text, price bigint, quantity bigint, subtotal bigint)",
    );
    let row = |order_id: i64, (at, line): (usize, &Line)| {
        json!({
            "order_id": order_id, "position": at + 1, "product": line.product_id, "variant": line.variant_id,
            "sku": line.sku, "name": line.name, "options": json!(line.option_values).to_string(),
            "price": line.unit_price, "quantity": line.quantity, "subtotal": line.subtotal,
        })
    };
    let of = |order: &Order| {
        let id = order.id;
        order.lines.iter().enumerate().map(move |line| row(id, line)).collect::<Vec<_>>()
    };
    let rows: Vec<_> = orders.iter().flat_map(of).collect();
    db.query(sql, params![json!(rows).to_string()]).await.map(drop)
}
