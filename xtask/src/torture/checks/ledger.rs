//! Stock is conserved: the ledger goes on where it stood, never below zero, its lines are those of the orders, and what
//! is there in the end is what was there, less what was sold, plus what was brought.

use crate::torture::history::{Asked, Call, Finding, History, Movement, Status, Units};
use std::collections::BTreeMap;

pub(super) fn check(history: &History) -> Vec<Finding> {
    [goes_on(history), tells_of_orders(history), adds_up(history), restocked(history)].concat()
}

/// Each movement starts where the one before it ended.
fn goes_on(history: &History) -> Vec<Finding> {
    let mut levels = history.books.initial.clone();
    let mut found = vec![];
    for movement in &history.books.ledger {
        let level = levels.entry(movement.product).or_default();
        let after = *level + movement.delta;
        if movement.level != after || after < 0 {
            let what = format!("the ledger does not go on: {level} were there when it says {movement:?}");
            found.push(Finding::new(what, movement.order.iter().flat_map(|order| about(history, *order))));
        }
        *level = movement.level;
    }
    for (instance, seen) in history.books.levels.iter().enumerate() {
        if *seen != levels {
            found.push(Finding::new(format!("instance {instance} says {seen:?} are there, the ledger {levels:?}"), []));
        }
    }
    found
}

/// What is sold is what orders hold; what comes back is what cancelled ones held, once.
fn tells_of_orders(history: &History) -> Vec<Finding> {
    let (mut taken, mut returned) = (BTreeMap::new(), BTreeMap::new());
    for Movement { product, delta, reason, order, .. } in &history.books.ledger {
        let moved: &mut BTreeMap<Option<i64>, Units> = match reason.as_str() {
            "order" => &mut taken,
            "cancellation" => &mut returned,
            _ => continue,
        };
        *moved.entry(*order).or_default().entry(*product).or_default() += delta.abs();
    }
    let mut found = vec![];
    for (id, order) in &history.books.orders {
        let moved = (taken.remove(&Some(*id)).unwrap_or_default(), returned.remove(&Some(*id)).unwrap_or_default());
        let back = if order.status == Status::Cancelled { order.units.clone() } else { Units::new() };
        if moved != (order.units.clone(), back) {
            let what = format!(
                "order {id} is {} and holds {:?}; the ledger says {:?} left for it and {:?} came back",
                order.status.name(),
                order.units,
                moved.0,
                moved.1
            );
            found.push(Finding::new(what, about(history, *id)));
        }
    }
    for (order, units) in taken.into_iter().chain(returned) {
        found.push(Finding::new(format!("the ledger has {units:?} for {order:?}, which is no order"), []));
    }
    found
}

/// Initial − sold + restocked, by the orders and not by their ledger lines.
fn adds_up(history: &History) -> Vec<Finding> {
    let mut wanted = history.books.initial.clone();
    for movement in history.books.ledger.iter().filter(|movement| movement.reason == "adjustment") {
        *wanted.entry(movement.product).or_default() += movement.delta;
    }
    for order in history.books.orders.values().filter(|order| order.status != Status::Cancelled) {
        for (product, units) in &order.units {
            *wanted.entry(*product).or_default() -= units;
        }
    }
    let mut found = vec![];
    for (instance, seen) in history.books.levels.iter().enumerate() {
        for (product, wanted) in &wanted {
            let seen = seen.get(product).copied().unwrap_or_default();
            if seen != *wanted || seen < 0 {
                let what = format!(
                    "instance {instance} says {seen} of product {product} are there; orders and deliveries leave {wanted}"
                );
                found.push(Finding::new(what, []));
            }
        }
    }
    found
}

/// The staff's counts are in the ledger, each at most once.
fn restocked(history: &History) -> Vec<Finding> {
    let mut said: BTreeMap<(i64, i64), Vec<&Call>> = BTreeMap::new();
    for call in &history.calls {
        if let Asked::Restock { product, level } = call.asked
            && (call.told().is_some() || call.is_unknown())
        {
            said.entry((product, level)).or_default().push(call);
        }
    }
    let mut found = vec![];
    for movement in history.books.ledger.iter().filter(|movement| movement.reason == "adjustment") {
        let calls = said.get(&(movement.product, movement.level)).map_or(0, Vec::len);
        let same = |other: &&Movement| {
            other.reason == "adjustment" && (other.product, other.level) == (movement.product, movement.level)
        };
        if history.books.ledger.iter().filter(same).count() > calls {
            found.push(Finding::new(format!("nobody counted what the ledger says: {movement:?}"), []));
        }
    }
    for ((product, level), calls) in said {
        let stood = history.books.initial.get(&product) == Some(&level)
            || history.books.ledger.iter().any(|movement| (movement.product, movement.level) == (product, level));
        if !stood && calls.iter().any(|call| call.told().is_some()) {
            found.push(Finding::new(format!("product {product} was set to {level}, and never stood there"), calls));
        }
    }
    found
}

/// What was asked about an order.
fn about(history: &History, order: i64) -> impl Iterator<Item = &Call> {
    history.calls.iter().filter(move |call| match call.asked {
        Asked::Cancel { order: about } | Asked::Move { order: about, .. } => about == order,
        _ => call.placed().is_some_and(|(placed, _)| placed == order),
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::torture::checks::examples::{Asked, Books, History, Kept, Movement, Status, call, kept, moved, of};

    /// Ten were there; an order of three, an order of two that was cancelled, and a count of twenty.
    fn books() -> Books {
        let cancelled = Kept { status: Status::Cancelled, ..kept(1, 2) };
        Books {
            initial: of(10),
            levels: vec![of(20), of(20)],
            orders: [(10, kept(1, 3)), (11, cancelled)].into(),
            ledger: vec![
                moved(-3, 7, "order", Some(10)),
                moved(-2, 5, "order", Some(11)),
                moved(2, 7, "cancellation", Some(11)),
                moved(13, 20, "adjustment", None),
            ],
            ..Books::default()
        }
    }

    fn history(books: Books) -> History {
        History::of([call(0, 0, Asked::Restock { product: 1, level: 20 })]).with_books(books)
    }

    #[track_caller]
    fn finds(books: Books, what: &str) {
        let found = check(&history(books));
        assert!(found.iter().any(|found| found.what.contains(what)), "{found:#?}");
    }

    #[test]
    fn books_that_add_up_are_fine() {
        assert_eq!(check(&history(books())), []);
    }

    #[test]
    fn a_ledger_that_does_not_go_on_is_found() {
        let mut lost = books();
        lost.ledger[1].level = 8;
        finds(lost, "does not go on");
        let mut oversold = books();
        oversold.ledger = vec![moved(-11, -1, "order", Some(10))];
        finds(oversold, "does not go on");
    }

    #[test]
    fn a_level_that_is_not_what_was_less_what_was_sold_plus_what_came_is_found() {
        finds(Books { levels: vec![of(20), of(19)], ..books() }, "instance 1 says 19");
    }

    #[test]
    fn an_order_without_its_movements_or_with_them_twice_is_found() {
        let mut half = books();
        half.ledger.retain(|movement| movement.order != Some(10));
        finds(half, "order 10 is pending");
        let mut twice = books();
        twice.ledger.insert(3, moved(2, 9, "cancellation", Some(11)));
        finds(twice, "order 11 is cancelled");
    }

    #[test]
    fn movements_for_an_order_that_is_not_there_are_found() {
        let mut books = books();
        books.orders.remove(&10);
        finds(books, "which is no order");
    }

    #[test]
    fn counts_that_nobody_made_or_that_are_not_there_are_found() {
        let mut twice: Books = books();
        twice.ledger.push(Movement { delta: 0, ..twice.ledger[3].clone() });
        finds(twice, "nobody counted");
        let mut gone = books();
        gone.ledger.pop();
        finds(Books { levels: vec![of(7), of(7)], ..gone }, "never stood there");
    }
}
