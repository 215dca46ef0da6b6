//! Orders on the move. They bring their lines as they were and move no stock.

use super::{BATCH, Table, batches, from_json, upsert};
use crate::backend::params;
use crate::order::address::contact_email;
use crate::order::contact_text;
use crate::{Conn, Result, Sql};
use domain::order::{Contact, Line, Status};
use domain::time::Timestamp;
use serde_json::json;

/// An order as it is moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// Its id.
    pub id: i64,
    /// What people call it by, unique.
    pub number: String,
    /// The account it belongs to.
    pub user_id: Option<i64>,
    /// Where it stands.
    pub status: Status,
    /// The sum of its lines, minor units.
    pub total: i64,
    /// ISO 4217.
    pub currency: String,
    /// What was bought; at least one line.
    pub lines: Vec<Line>,
    /// Who it is for; `None` is no change for one that is there.
    pub contact: Option<Contact>,
    /// Placed; `None` is now for a new one and no change for one that is there.
    pub created_at: Option<Timestamp>,
    /// Last changed; `None` as above.
    pub updated_at: Option<Timestamp>,
}

/// Writes orders under their ids and replaces their lines. Movements of stock that belonged to an earlier order of the
/// same id stay in the ledger, but no longer as that order's.
pub async fn save_orders(db: &impl Conn, orders: &[OrderRow], now: Timestamp) -> Result<()> {
    const COLUMNS: &[(&str, &str)] = &[
        ("id", "bigint"),
        ("number", "text"),
        ("user_id", "bigint"),
        ("status", "text"),
        ("total", "bigint"),
        ("currency", "text"),
        ("contact", "text"),
        ("contact_email", "text"),
        ("created_at", "bigint"),
        ("updated_at", "bigint"),
    ];
    let change = "number = excluded.number, user_id = excluded.user_id, \
         session_id = CASE WHEN excluded.user_id IS NULL THEN orders.session_id END, status = excluded.status, \
         total = excluded.total, currency = excluded.currency, \
         contact_email = CASE WHEN excluded.contact IS NULL THEN orders.contact_email ELSE excluded.contact_email END, \
         contact = coalesce(excluded.contact, orders.contact), \
         created_at = CASE WHEN excluded.created_at = $2 THEN orders.created_at ELSE excluded.created_at END, \
         updated_at = CASE WHEN excluded.updated_at = $2 THEN orders.updated_at ELSE excluded.updated_at END";
    let row = |order: &OrderRow| {
        json!({
            "id": order.id, "number": order.number, "user_id": order.user_id, "status": order.status.as_str(),
            "total": order.total, "currency": order.currency, "contact": contact_text(&order.contact),
            "contact_email": contact_email(order.contact.as_ref()), "created_at": order.created_at.unwrap_or(now).0,
            "updated_at": order.updated_at.or(order.created_at).unwrap_or(now).0,
        })
    };
    upsert(db, Table::Orders, COLUMNS, change, orders.iter().map(row), now).await?;
    for batch in orders.chunks(BATCH) {
        let ids: Vec<_> = batch.iter().map(|order| order.id).collect();
        db.query(detach(), params![ids.clone()]).await?;
        db.query(delete_lines(), params![ids]).await?;
    }
    save_lines(db, orders).await
}

fn detach() -> Sql {
    Sql::each(
        "UPDATE stock_movements SET order_id = NULL WHERE order_id IN (SELECT value FROM json_each($1))",
        "UPDATE stock_movements SET order_id = NULL WHERE order_id = ANY($1)",
    )
}

fn delete_lines() -> Sql {
    Sql::each(
        "DELETE FROM order_lines WHERE order_id IN (SELECT value FROM json_each($1))",
        "DELETE FROM order_lines WHERE order_id = ANY($1)",
    )
}

async fn save_lines(db: &impl Conn, orders: &[OrderRow]) -> Result<()> {
    const COLUMNS: &[(&str, &str)] = &[
        ("order_id", "bigint"),
        ("position", "bigint"),
        ("product_id", "bigint"),
        ("variant_id", "bigint"),
        ("sku", "text"),
        ("name", "text"),
        ("option_values", "text"),
        ("unit_price", "bigint"),
        ("quantity", "bigint"),
        ("subtotal", "bigint"),
    ];
    let names = COLUMNS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let (sqlite, postgres) = from_json(COLUMNS);
    let text = |source| format!("INSERT INTO order_lines ({names}) {source}");
    let sql = Sql::each_built(text(sqlite), text(postgres));
    let rows = orders.iter().flat_map(|order| {
        order.lines.iter().zip(1..).map(|(line, position): (&Line, i64)| {
            json!({
                "order_id": order.id, "position": position, "product_id": line.product_id,
                "variant_id": line.variant_id, "sku": line.sku, "name": line.name,
                "option_values": json!(line.option_values).to_string(), "unit_price": line.unit_price,
                "quantity": line.quantity, "subtotal": line.subtotal,
            })
        })
    });
    for batch in batches(rows) {
        db.query(sql.clone(), params![batch]).await?;
    }
    Ok(())
}

/// The highest id of an order, 0 when there is none: orders up to it have their accounts.
pub async fn newest_order(db: &impl Conn) -> Result<i64> {
    db.one("SELECT coalesce(max(id), 0) FROM orders", vec![]).await?.only()
}
