//! Pages of a list of orders, sorted by what the staff sees of them.
//!
//! By time and by status a list is made of *stretches*, in which orders stand by id: blocks that are counted already, or
//! all that a filter keeps of a status. A page begins in one of them and is read from there on, through the indexes on ids.
//! By total all that the filter keeps is sorted: an index would be written at another place with each order, which costs
//! placing one more than it is worth (docs/PERFORMANCE.md).

use super::count;
use super::filter::OrderFilter;
use super::{by_ids, heads, with_lines};
use crate::paging::as_counted;
use crate::{Conn, Result, Row, Sort};
use domain::order::{Order, Status};
use std::collections::HashSet;

/// What a list of orders is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrdersBy {
    /// When they were placed, which is the order of their ids.
    Placed,
    /// What they cost.
    Total,
    /// How far they have come: the order of [`Status::ALL`].
    Status,
}

/// Orders that follow each other in a list by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// In this state; `None` for any that the filter keeps.
    pub(super) status: Option<Status>,
    /// In this block of ids; `None` for any.
    pub(super) block: Option<i64>,
    /// How many there are.
    pub(super) orders: i64,
}

/// A page of the orders a filter keeps, and how many it keeps in all.
pub async fn page(
    db: &impl Conn,
    filter: &OrderFilter,
    sort: Sort<OrdersBy>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Order>, i64)> {
    let stretches = stretches(db, filter, sort).await?;
    let count = stretches.iter().map(|stretch| stretch.orders).sum();
    if offset >= count {
        return Ok((vec![], count));
    }
    // One more than fits tells whether some came in since they were counted.
    let mut page = match sort.by {
        OrdersBy::Total => by_total(db, filter, sort, (limit + 1, offset)).await?,
        OrdersBy::Placed | OrdersBy::Status => {
            with_lines(db, along(db, filter, sort.descending, &stretches, (limit + 1, offset)).await?).await?
        }
    };
    // An order that moves on while the page is read is in both states.
    let mut seen = HashSet::new();
    page.retain(|order| seen.insert(order.id));
    Ok(as_counted(page, limit, offset, count))
}

/// What the list is made of, in its order.
async fn stretches(db: &impl Conn, filter: &OrderFilter, sort: Sort<OrdersBy>) -> Result<Vec<Stretch>> {
    let by_status = sort.by == OrdersBy::Status;
    let mut found = match (filter.is_counted(), by_status) {
        (true, true) => count::by_status(db, filter.status).await?,
        (true, false) => count::by_block(db, filter.status).await?,
        (false, true) => counted_by_status(db, filter).await?,
        (false, false) => vec![Stretch { status: None, block: None, orders: counted(db, filter).await? }],
    };
    found.sort_by_key(|stretch| (stretch.status, stretch.block));
    if sort.descending {
        found.reverse();
    }
    Ok(found)
}

async fn counted(db: &impl Conn, filter: &OrderFilter) -> Result<i64> {
    let (joined, all) = filter.conditions();
    let sql = format!("SELECT count(*) FROM orders o {joined}WHERE {}", all.text());
    db.one(sql, all.values()).await?.only()
}

async fn counted_by_status(db: &impl Conn, filter: &OrderFilter) -> Result<Vec<Stretch>> {
    let (joined, all) = filter.conditions();
    let sql = format!("SELECT o.status, count(*) FROM orders o {joined}WHERE {} GROUP BY o.status", all.text());
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok(Stretch { status: Some(super::status(cells.get()?)?), block: None, orders: cells.get()? })
    };
    db.query(sql, all.values()).await?.into_iter().map(read).collect()
}

/// The heads of a page: from the stretch it begins in to the end of that state, and on through the states behind it.
async fn along(
    db: &impl Conn,
    filter: &OrderFilter,
    descending: bool,
    stretches: &[Stretch],
    (limit, offset): (i64, i64),
) -> Result<Vec<Row>> {
    let mut before = 0;
    let begins_in = stretches.iter().position(|stretch| {
        before += stretch.orders;
        offset < before
    });
    let Some((first, behind)) = begins_in.and_then(|at| stretches[at..].split_first()) else { return Ok(vec![]) };
    let within = |status: Option<Status>| OrderFilter { status: status.or(filter.status), ..filter.clone() };
    let (from, skipped) = (first.block.map(|block| edge(block, descending)), offset - (before - first.orders));
    let mut found = heads(db, &within(first.status), from, descending, (limit, skipped)).await?;
    let mut states: Vec<_> = behind.iter().map(|stretch| stretch.status).filter(|it| *it != first.status).collect();
    states.dedup();
    for status in states {
        let wanted = limit - i64::try_from(found.len()).unwrap_or(limit);
        if wanted > 0 {
            found.extend(heads(db, &within(status), None, descending, (wanted, 0)).await?);
        }
    }
    Ok(found)
}

/// Where a block begins, in this direction.
const fn edge(block: i64, descending: bool) -> (&'static str, i64) {
    if descending { ("o.id <", (block + 1) * count::BLOCK) } else { ("o.id >=", block * count::BLOCK) }
}

/// The orders of a page. Its ids are found first, and then its rows by a statement of their own: in one, PostgreSQL, which
/// plans before it knows the limit, would read all orders to find those few.
async fn by_total(
    db: &impl Conn,
    filter: &OrderFilter,
    sort: Sort<OrdersBy>,
    (limit, offset): (i64, i64),
) -> Result<Vec<Order>> {
    let (joined, mut all) = filter.conditions();
    let (order, condition) = (sort.order("o.total", "o.id"), all.text());
    let (limit, offset) = (all.place(limit), all.place(offset));
    let sql =
        format!("SELECT o.id FROM orders o {joined}WHERE {condition} ORDER BY {order} LIMIT {limit} OFFSET {offset}");
    let ids: Vec<i64> = db.query(sql, all.values()).await?.into_iter().map(Row::only).collect::<Result<_>>()?;
    let mut page = by_ids(db, ids).await?;
    page.sort_by_key(|order| (order.total, order.id));
    if sort.descending {
        page.reverse();
    }
    Ok(page)
}
