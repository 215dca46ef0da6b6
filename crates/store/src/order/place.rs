//! Placing orders, any number at once: every statement is about all of them.

use super::count::{self, Change};
use crate::backend::params;
use crate::cart::{self, Owners};
use crate::idempotency::{self, Kept, Key};
use crate::stock::{self, Taken};
use crate::{Doubts, Result, Row, Settled, Sql, Statement, Tx, Value};
use domain::cart::Owner;
use domain::event::Event;
use domain::order::{Line, Order, Wanted};
use domain::time::Timestamp;
use serde_json::json;

/// What is known, under lock, of carts that are to become orders.
#[derive(Clone, Debug)]
pub struct ForPlacing {
    /// The carts.
    pub carts: Vec<(i64, Owner)>,
    /// Their lines, each with its cart.
    pub wanted: Vec<(i64, Wanted)>,
    /// The stock of their products: `(product id, level, whether customers see it)`.
    pub products: Vec<(i64, i64, bool)>,
    /// Ids for orders to come, so that what belongs to an order can be sent along with it. Those that are not used are
    /// never used.
    pub ids: Vec<i64>,
    /// What was asked besides.
    pub settled: Settled,
}

/// Locks the carts of these owners in the order of their ids, then their products in that of theirs, each before its
/// variants, and reads what placing at most `count` orders needs; then settles `doubts`.
pub async fn for_placing(tx: &Tx, owners: &Owners, count: usize, doubts: Doubts<'_>) -> Result<ForPlacing> {
    // Worked off in this order: each sees what the locks before it have settled.
    let mut statements =
        vec![cart::locking(owners), cart::wanted_by(owners), stock::of_products_in_carts(owners), reserving_ids(count)];
    statements.extend(doubts.statements(tx));
    let mut answers = tx.all(statements).await?.into_iter();
    let mut next = || answers.next().unwrap_or_default();
    let (carts, wanted, products, ids) = (next(), next(), next(), next());
    Ok(ForPlacing {
        carts: cart::read_carts(carts)?,
        wanted: cart::read_wanted(wanted)?,
        products: stock::read_products(products)?,
        ids: ids.into_iter().map(Row::only).collect::<Result<_>>()?,
        settled: doubts.read(next)?,
    })
}

fn reserving_ids(count: usize) -> Statement {
    let sql = Sql::each(
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'orders'), 0) + value FROM json_each($1)",
        "SELECT nextval('orders_id_seq') FROM unnest($1::bigint[])",
    );
    let places: Vec<i64> = (1..).take(count).collect();
    Statement::new(sql, params![places])
}

/// What placing orders leaves behind.
#[derive(Clone, Debug, Default)]
pub struct Placed<'a> {
    /// The orders, with ids of [`ForPlacing`].
    pub orders: &'a [Order],
    /// The stock they take.
    pub taken: &'a [Taken],
    /// The carts they come from, locked.
    pub carts: &'a [i64],
    /// What to tell of it.
    pub events: &'a [Event],
    /// What those are told who ask again.
    pub answers: &'a [(Key, Kept)],
}

/// Saves orders with their lines, takes their stock, empties their carts, appends the events and commits.
/// `orders_number` when a number is taken; [`crate::Error::Refused`] when a level would fall below zero; a unique
/// constraint when one of the answers was given before.
pub async fn save_placed(tx: Tx, placed: Placed<'_>, at: Timestamp) -> Result<()> {
    let Placed { orders, taken, carts, events, answers } = placed;
    let counted = orders.iter().map(|order| Change { order_id: order.id, status: order.status, by: 1 });
    let mut statements = vec![inserting(orders), inserting_lines(orders), count::noting(counted)];
    statements.extend(stock::taking(taken, at));
    statements.extend(cart::emptying(carts, at));
    statements.push(crate::event::appending(&tx, events, at));
    if !answers.is_empty() {
        statements.push(idempotency::keeping(answers.iter().map(|(key, kept)| (key, kept)), at));
    }
    tx.finish(statements).await.map(drop)
}

fn inserting(orders: &[Order]) -> Statement {
    let sql = Sql::each(
        "INSERT INTO orders (id, number, user_id, session_id, status, total, currency, created_at, updated_at, contact, \
         contact_email) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, \
         nullif($10, (SELECT u.email_key FROM users u WHERE u.id = $3)))",
        "INSERT INTO orders (id, number, user_id, session_id, status, total, currency, created_at, updated_at, contact, \
         contact_email) SELECT id, number, user_id, session_id, status, total, currency, at, at, contact, \
         nullif(o.contact_email, (SELECT u.email_key FROM users u WHERE u.id = o.user_id)) \
         FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], \
         $8::bigint[], $9::text[], $10::text[]) \
         AS o(id, number, user_id, session_id, status, total, currency, at, contact, contact_email)",
    );
    let row = |order: &Order| {
        let Order { id, number, user_id, session_id, status, total, currency, created_at, contact, .. } = order;
        let (email, contact) = (super::address::contact_email(contact.as_ref()), super::contact_text(contact));
        params![*id, number, *user_id, *session_id, status.as_str(), *total, currency, *created_at, contact, email]
    };
    Statement::rows(sql, orders.iter().map(row).collect())
}

fn inserting_lines(orders: &[Order]) -> Statement {
    let sql = Sql::each(
        "INSERT INTO order_lines (order_id, position, product_id, variant_id, sku, name, option_values, unit_price, \
         quantity, subtotal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        "INSERT INTO order_lines (order_id, position, product_id, variant_id, sku, name, option_values, unit_price, \
         quantity, subtotal) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], \
         $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[])",
    );
    let lines =
        orders.iter().flat_map(|order| (1_i64..).zip(&order.lines).map(|(at, line)| line_row(order.id, at, line)));
    Statement::rows(sql, lines.collect())
}

fn line_row(order_id: i64, position: i64, line: &Line) -> Vec<Value> {
    let Line { product_id, variant_id, sku, name, option_values, unit_price, quantity, subtotal } = line;
    let options = json!(option_values).to_string();
    params![order_id, position, *product_id, *variant_id, sku, name, options, *unit_price, *quantity, *subtotal]
}
