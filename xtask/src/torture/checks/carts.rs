//! What was put into a cart is in it or in an order, once: no unit is lost, and none is ordered twice. That a cart that
//! is ordered by many twins becomes one order follows from it.

use crate::torture::history::{Asked, Call, Finding, History, Units};
use std::collections::BTreeMap;

/// Units of one product that a process put into its cart.
#[derive(Default)]
struct Put<'a> {
    surely: i64,
    perhaps: i64,
    calls: Vec<&'a Call>,
}

pub(super) fn check(history: &History) -> Vec<Finding> {
    let mut put: BTreeMap<(usize, i64), Put<'_>> = BTreeMap::new();
    for call in &history.calls {
        let Asked::Add { product, quantity } = call.asked else { continue };
        let put = put.entry((call.process, product)).or_default();
        match (call.told(), call.is_unknown()) {
            (Some(_), _) => put.surely += quantity,
            (None, true) => put.perhaps += quantity,
            (None, false) => continue,
        }
        put.calls.push(call);
    }
    let mut found = vec![];
    for (process, units) in used(history) {
        for (product, used) in units {
            let put = put.remove(&(process, product)).unwrap_or_default();
            found.extend(compare(history, (process, product), &put, used));
        }
    }
    found.extend(put.into_iter().filter_map(|(of, put)| compare(history, of, &put, 0)));
    found
}

/// What became of carts: ordered, or still in them.
fn used(history: &History) -> BTreeMap<usize, Units> {
    let mut used: BTreeMap<usize, Units> = history.books.carts.clone();
    for order in history.books.orders.values() {
        let Some(process) = order.process else { continue };
        for (product, units) in &order.units {
            *used.entry(process).or_default().entry(*product).or_default() += units;
        }
    }
    used
}

fn compare(history: &History, (process, product): (usize, i64), put: &Put<'_>, used: i64) -> Option<Finding> {
    let most = put.surely + put.perhaps;
    let word = match () {
        () if used < put.surely => "are lost",
        () if used > most => "came from nowhere",
        () => return None,
    };
    let left = history.books.carts.get(&process).and_then(|cart| cart.get(&product)).copied().unwrap_or_default();
    let what = format!(
        "units of product {product} {word}: process {process} put {} to {most} into its cart, ordered {}, {left} are left in it",
        put.surely,
        used - left
    );
    let ordered =
        |call: &&Call| call.process == process && call.placed().is_some_and(|(_, units)| units.contains_key(&product));
    let newest = put.calls.iter().rev().take(6).copied();
    Some(Finding::new(what, newest.chain(history.calls.iter().rev().filter(ordered).take(6))))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::torture::checks::examples::{Books, History, add, failed, kept, lost, of, place, placed};

    fn books(ordered: &[i64], left: i64) -> Books {
        let orders = (10..).zip(ordered).map(|(id, units)| (id, kept(1, *units))).collect();
        Books { orders, carts: [(1, of(left))].into(), ..Books::default() }
    }

    #[track_caller]
    fn finds(history: &History, what: &str) {
        let found = check(history);
        assert!(found.len() == 1 && found[0].what.contains(what), "{found:#?}");
    }

    #[test]
    fn what_was_put_in_is_ordered_or_left() {
        let calls = [add(1, 0, 1, 3), placed(place(1, 2), 10, 3), add(1, 4, 1, 2), failed(add(1, 6, 1, 900), 409)];
        assert_eq!(check(&History::of(calls).with_books(books(&[3], 2))), []);
    }

    #[test]
    fn twins_that_both_order_one_cart_are_found() {
        let calls = [add(1, 0, 1, 3), placed(place(1, 2), 10, 3), placed(place(1, 2), 11, 3)];
        finds(&History::of(calls).with_books(books(&[3, 3], 0)), "came from nowhere");
    }

    #[test]
    fn a_cart_that_is_not_emptied_is_found() {
        let calls = [add(1, 0, 1, 3), placed(place(1, 2), 10, 3)];
        finds(&History::of(calls).with_books(books(&[3], 3)), "came from nowhere");
    }

    #[test]
    fn a_line_that_is_lost_is_found() {
        finds(&History::of([add(1, 0, 1, 3)]).with_books(books(&[], 0)), "are lost");
        finds(&History::of([add(1, 0, 1, 3)]).with_books(Books::default()), "are lost");
    }

    #[test]
    fn an_addition_whose_outcome_is_unknown_may_be_there_or_not() {
        let history = History::of([add(1, 0, 1, 3), lost(add(1, 2, 1, 2), None)]);
        for left in [3, 5] {
            assert_eq!(check(&history.clone().with_books(books(&[], left))), []);
        }
        finds(&history.with_books(books(&[], 6)), "came from nowhere");
    }
}
