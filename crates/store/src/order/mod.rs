//! Orders and their lines.

pub(crate) mod address;
mod count;
mod filter;
mod page;
mod place;

pub use count::{add_up_counts, recount};
pub use filter::OrderFilter;
pub use page::{OrdersBy, page};
pub use place::{ForPlacing, Placed, for_placing, save_placed};

use crate::backend::params;
use crate::{Cells, Conn, Error, Result, Row, Sql};
use domain::order::{Contact, Line, Order, Status};
use domain::time::Timestamp;
use serde_json::json;
use std::collections::HashMap;

macro_rules! select {
    ($after:expr) => {
        concat!(
            "SELECT o.id, o.number, o.user_id, o.session_id, o.status, o.total, o.currency, o.contact, o.created_at, ",
            "o.updated_at ",
            "FROM orders o ",
            $after
        )
    };
}

/// The order with this id.
pub async fn by_id(db: &impl Conn, id: i64) -> Result<Option<Order>> {
    with_lines(db, db.query(select!("WHERE o.id = $1"), params![id]).await?).await.map(|found| found.into_iter().next())
}

/// The order with this number.
pub async fn by_number(db: &impl Conn, number: &str) -> Result<Option<Order>> {
    let heads = db.query(select!("WHERE o.number = $1"), params![number]).await?;
    with_lines(db, heads).await.map(|found| found.into_iter().next())
}

/// The orders with these ids, by id.
pub async fn by_ids(db: &impl Conn, ids: Vec<i64>) -> Result<Vec<Order>> {
    let sql = Sql::each(
        select!("WHERE o.id IN (SELECT value FROM json_each($1)) ORDER BY o.id"),
        select!("WHERE o.id = ANY($1) ORDER BY o.id"),
    );
    with_lines(db, db.query(sql, params![ids]).await?).await
}

/// The order with this id, locked for the rest of the transaction.
pub async fn lock(db: &impl Conn, id: i64) -> Result<Option<Order>> {
    let sql = Sql::each(select!("WHERE o.id = $1"), select!("WHERE o.id = $1 FOR UPDATE"));
    with_lines(db, db.query(sql, params![id]).await?).await.map(|found| found.into_iter().next())
}

/// Heads of the orders a filter keeps, by id from either end; `from` is a further bound on the id (`o.id <`).
async fn heads(
    db: &impl Conn,
    filter: &OrderFilter,
    from: Option<(&str, i64)>,
    descending: bool,
    (limit, offset): (i64, i64),
) -> Result<Vec<Row>> {
    let (joined, mut all) = filter.conditions();
    if let Some((test, id)) = from {
        all.and(test, Some(id));
    }
    let (condition, direction) = (all.text(), if descending { "DESC" } else { "ASC" });
    let (limit, offset) = (all.place(limit), all.place(offset));
    let sql = format!(
        concat!(select!(""), "{}WHERE {} ORDER BY o.id {} LIMIT {} OFFSET {}"),
        joined, condition, direction, limit, offset
    );
    db.query(sql, all.values()).await
}

/// The orders after `after_id` in the order of their ids, for exports.
pub async fn after(db: &impl Conn, after_id: i64, limit: i64) -> Result<Vec<Order>> {
    let sql = select!("WHERE o.id > $1 ORDER BY o.id LIMIT $2");
    with_lines(db, db.query(sql, params![after_id, limit]).await?).await
}

/// The orders of a filter below `below` (an id), the newest first, for exports.
pub async fn filtered_below(db: &impl Conn, filter: &OrderFilter, below: i64, limit: i64) -> Result<Vec<Order>> {
    with_lines(db, heads(db, filter, Some(("o.id <", below)), true, (limit, 0)).await?).await
}

/// What became of an order after it was placed, as far as the log still tells: `(when, kind, data)`, oldest first.
pub async fn history(db: &impl Conn, id: i64) -> Result<Vec<(Timestamp, String, String)>> {
    // PostgreSQL keeps the order of a batch's events in their places; two of one order are never in one batch.
    let sql = "SELECT at, kind, data FROM events WHERE subject_id = $1 \
               AND kind IN ('order.status_changed', 'order.cancelled') ORDER BY at";
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, cells.get()?, cells.get()?))
    };
    db.query(sql, params![id]).await?.into_iter().map(read).collect()
}

/// Moves a locked order to another state.
pub async fn set_status(db: &impl Conn, id: i64, from: Status, to: Status, now: Timestamp) -> Result<()> {
    let sql = "UPDATE orders SET status = $2, updated_at = $3 WHERE id = $1";
    db.query(sql, params![id, to.as_str(), now]).await?;
    let change = |status, by| count::Change { order_id: id, status, by };
    db.run(count::noting([change(from, -1), change(to, 1)])).await.map(drop)
}

/// Hands the orders of a session to an account.
pub async fn adopt(db: &impl Conn, session_id: i64, user_id: i64) -> Result<()> {
    let sql = "UPDATE orders SET user_id = $2, session_id = NULL WHERE session_id = $1";
    db.query(sql, params![session_id, user_id]).await.map(drop)
}

/// Reads heads and fetches all their lines with one more statement.
async fn with_lines(db: &impl Conn, heads: Vec<Row>) -> Result<Vec<Order>> {
    let mut orders = heads.into_iter().map(|row| read(&mut row.cells())).collect::<Result<Vec<_>>>()?;
    if orders.is_empty() {
        return Ok(orders);
    }
    let mut lines = lines_of(db, orders.iter().map(|order| order.id).collect()).await?;
    for order in &mut orders {
        order.lines = lines.remove(&order.id).unwrap_or_default();
    }
    Ok(orders)
}

async fn lines_of(db: &impl Conn, order_ids: Vec<i64>) -> Result<HashMap<i64, Vec<Line>>> {
    macro_rules! text {
        ($among:literal) => {
            concat!(
                "SELECT order_id, product_id, variant_id, sku, name, option_values, unit_price, quantity, subtotal ",
                "FROM order_lines WHERE order_id ",
                $among,
                " ORDER BY order_id, position"
            )
        };
    }
    let sql = Sql::each(text!("IN (SELECT value FROM json_each($1))"), text!("= ANY($1)"));
    let mut found: HashMap<i64, Vec<Line>> = HashMap::new();
    for row in db.query(sql, params![order_ids]).await? {
        let mut cells = row.cells();
        found.entry(cells.get()?).or_default().push(read_line(&mut cells)?);
    }
    Ok(found)
}

fn read_line(cells: &mut Cells) -> Result<Line> {
    Ok(Line {
        product_id: cells.get()?,
        variant_id: cells.get()?,
        sku: cells.get()?,
        name: cells.get()?,
        option_values: cells.get()?,
        unit_price: cells.get()?,
        quantity: cells.get()?,
        subtotal: cells.get()?,
    })
}

fn read(cells: &mut Cells) -> Result<Order> {
    Ok(Order {
        id: cells.get()?,
        number: cells.get()?,
        user_id: cells.get()?,
        session_id: cells.get()?,
        status: status(cells.get()?)?,
        total: cells.get()?,
        currency: cells.get()?,
        contact: cells.get::<Option<String>>()?.map(|text| read_contact(&text)).transpose()?,
        created_at: cells.get()?,
        updated_at: cells.get()?,
        lines: vec![],
    })
}

fn status(name: String) -> Result<Status> {
    Status::named(&name).ok_or_else(|| Error::Other(format!("an order has the unknown status {name}")))
}

fn read_contact(text: &str) -> Result<Contact> {
    serde_json::from_str(text).map_err(|error| Error::Other(format!("the contact of an order is no JSON: {error}")))
}

/// As stored.
pub(crate) fn contact_text(contact: &Option<Contact>) -> Option<String> {
    // Plain texts under fixed names always serialise.
    contact.as_ref().map(|contact| json!(contact).to_string())
}
