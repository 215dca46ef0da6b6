//! Pages of a list of orders, sorted by what the staff sees of them.
//!
//! By time and by status a list is made of *stretches*, in which orders stand by id: blocks that are counted already, or
//! all that a filter keeps of a status. A page begins in one of them, or right at a place, and is read from there on, through
//! the indexes on ids.
//! By total all that the filter keeps is sorted: an index would be written at another place with each order, which costs
//! placing one more than it is worth (docs/PERFORMANCE.md).

use super::count;
use super::filter::OrderFilter;
use super::{by_ids, heads, with_lines};
use crate::paging::{Reading, in_order};
use crate::{Conn, Found, Key, Mark, Place, Result, Row, Slice, Sort};
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

impl Key for OrdersBy {
    type Row = Order;

    fn mark(self, order: &Order) -> Mark {
        match self {
            Self::Placed => Mark::Id,
            Self::Total => Mark::Number(order.total),
            Self::Status => Mark::Text(order.status.as_str().to_owned()),
        }
    }

    fn id(order: &Order) -> i64 {
        order.id
    }

    fn knows(self, mark: &Mark) -> bool {
        match (self, mark) {
            (Self::Placed, Mark::Id) | (Self::Total, Mark::Number(_)) => true,
            (Self::Status, Mark::Text(name)) => Status::named(name).is_some(),
            _ => false,
        }
    }
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

/// Where in a state a page is read from: all orders of it from one end, or those beyond a bound on the id, some skipped.
struct Section {
    status: Option<Status>,
    bound: Option<(&'static str, i64)>,
    skipped: i64,
}

/// A page of the orders a filter keeps, and how many it keeps in all.
pub async fn page(db: &impl Conn, filter: &OrderFilter, sort: Sort<OrdersBy>, slice: &Slice) -> Result<Found<Order>> {
    let stretches = stretches(db, filter, sort).await?;
    let count = stretches.iter().map(|stretch| stretch.orders).sum();
    let reading = match slice.reading(sort, count) {
        Ok(reading) => reading,
        Err(known) => return Ok(known),
    };
    let orders = match (sort.by, reading.from()) {
        (OrdersBy::Total, _) => by_total(db, filter, &reading).await?,
        (_, Some(place)) => along(db, filter, &reading, behind(filter, reading.sort(), place)).await?,
        (_, None) => along(db, filter, &reading, within(&stretches, sort.descending, reading.offset)).await?,
    };
    let mut page = reading.found(orders);
    // An order that moves on while the page is read is in both states.
    let mut seen = HashSet::new();
    page.rows.retain(|order| seen.insert(order.id));
    Ok(page)
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

/// A page behind so many orders: from the stretch it begins in to the end of that state, and on through the states behind.
fn within(stretches: &[Stretch], descending: bool, offset: i64) -> Vec<Section> {
    let mut before = 0;
    let begins_in = stretches.iter().position(|stretch| {
        before += stretch.orders;
        offset < before
    });
    let Some((first, behind)) = begins_in.and_then(|at| stretches[at..].split_first()) else { return vec![] };
    let mut states: Vec<_> = behind.iter().map(|stretch| stretch.status).filter(|it| *it != first.status).collect();
    states.dedup();
    let bound = first.block.map(|block| edge(block, descending));
    let first = Section { status: first.status, bound, skipped: offset - (before - first.orders) };
    let behind = states.into_iter().map(|status| Section { status, bound: None, skipped: 0 });
    [first].into_iter().chain(behind).collect()
}

/// Where a block begins, in this direction.
const fn edge(block: i64, descending: bool) -> (&'static str, i64) {
    if descending { ("o.id <", (block + 1) * count::BLOCK) } else { ("o.id >=", block * count::BLOCK) }
}

/// A page behind a place: from there to the end of its state, and on through the states behind.
fn behind(filter: &OrderFilter, sort: Sort<OrdersBy>, place: &Place) -> Vec<Section> {
    let bound = Some((if sort.descending { "o.id <" } else { "o.id >" }, place.id));
    let Mark::Text(name) = &place.mark else { return vec![Section { status: None, bound, skipped: 0 }] };
    let mut states = Status::ALL;
    if sort.descending {
        states.reverse();
    }
    let from = states.into_iter().skip_while(|status| status.as_str() != name);
    let kept = from.filter(|status| filter.status.is_none_or(|wanted| wanted == *status));
    let begin =
        |status: Status| Section { status: Some(status), bound: bound.filter(|_| status.as_str() == name), skipped: 0 };
    kept.map(begin).collect()
}

/// The orders of a page, state by state.
async fn along(
    db: &impl Conn,
    filter: &OrderFilter,
    reading: &Reading<'_, OrdersBy>,
    sections: Vec<Section>,
) -> Result<Vec<Order>> {
    let mut found: Vec<Row> = vec![];
    for Section { status, bound, skipped } in sections {
        let wanted = reading.most() - i64::try_from(found.len()).unwrap_or(i64::MAX);
        if wanted > 0 {
            let filter = OrderFilter { status: status.or(filter.status), ..filter.clone() };
            found.extend(heads(db, &filter, bound, reading.sort().descending, (wanted, skipped)).await?);
        }
    }
    with_lines(db, found).await
}

/// The orders of a page. Its ids are found first, and then its rows by a statement of their own: in one, PostgreSQL, which
/// plans before it knows the limit, would read all orders to find those few.
async fn by_total(db: &impl Conn, filter: &OrderFilter, reading: &Reading<'_, OrdersBy>) -> Result<Vec<Order>> {
    let (joined, mut all) = filter.conditions();
    let sql = format!("SELECT o.id FROM orders o {joined}{}", reading.clauses(&mut all, "o.total", "o.id"));
    let ids: Vec<i64> = db.query(sql, all.values()).await?.into_iter().map(Row::only).collect::<Result<_>>()?;
    let orders = by_ids(db, ids.clone()).await?;
    Ok(in_order(&ids, orders, OrdersBy::id))
}
