//! Every acknowledged order is there, as it was told and whose it was; nothing is there that nobody asked for; a key
//! makes one order.

use crate::torture::history::{Asked, Call, Finding, History, Outcome};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(history: &History) -> Vec<Finding> {
    [
        acknowledged_and_gone(history),
        told_twice(history),
        of_one_key(history),
        forgotten(history),
        nobody_asked_for(history),
    ]
    .concat()
}

fn acknowledged_and_gone(history: &History) -> Vec<Finding> {
    let mut found = vec![];
    for call in &history.calls {
        let Some((order, units)) = call.placed() else { continue };
        let what = match history.books.orders.get(&order) {
            None => format!("order {order} was acknowledged, and is not there"),
            Some(kept) if kept.units != *units => {
                format!("order {order} was acknowledged as {units:?}, and is kept as {:?}", kept.units)
            }
            Some(kept) if kept.process != Some(call.process) => {
                format!("order {order} is process {}'s, and is in the list of {:?}", call.process, kept.process)
            }
            Some(_) => continue,
        };
        found.push(Finding::new(what, [call]));
    }
    found
}

/// The same order told to two calls is one that was placed and one that lies, unless they carried the same key.
fn told_twice(history: &History) -> Vec<Finding> {
    let mut by_order: BTreeMap<i64, Vec<&Call>> = BTreeMap::new();
    for call in &history.calls {
        if let Some((order, _)) = call.placed() {
            by_order.entry(order).or_default().push(call);
        }
    }
    let is_one_wish = |calls: &[&Call]| {
        calls.iter().all(|call| call.key.is_some() && (call.process, &call.key) == (calls[0].process, &calls[0].key))
    };
    let wrong = by_order.into_iter().filter(|(_, calls)| calls.len() > 1 && !is_one_wish(calls));
    wrong
        .map(|(order, calls)| Finding::new(format!("order {order} was acknowledged to several wishes"), calls))
        .collect()
}

fn of_one_key(history: &History) -> Vec<Finding> {
    let mut by_key: BTreeMap<(usize, &str), Vec<&Call>> = BTreeMap::new();
    for call in &history.calls {
        if let (Some(key), Some(_)) = (&call.key, call.placed()) {
            by_key.entry((call.process, key)).or_default().push(call);
        }
    }
    let mut found = vec![];
    for ((_, key), calls) in by_key {
        let orders: BTreeSet<i64> = calls.iter().filter_map(|call| call.placed()).map(|(order, _)| order).collect();
        if orders.len() > 1 {
            found.push(Finding::new(format!("key {key} made the orders {orders:?}"), calls));
        }
    }
    found
}

/// Whoever was told of an order and asks again under its key is told again. 409 says that a twin is under way.
fn forgotten(history: &History) -> Vec<Finding> {
    let mut told: BTreeMap<(usize, &str), &Call> = BTreeMap::new();
    for call in &history.calls {
        if let (Some(key), Some(_)) = (&call.key, call.placed()) {
            let first = told.entry((call.process, key)).or_insert(call);
            if call.returned < first.returned {
                *first = call;
            }
        }
    }
    let mut found = vec![];
    for call in &history.calls {
        let Some(key) = &call.key else { continue };
        let Some(first) = told.get(&(call.process, key.as_str())) else { continue };
        if first.is_before(call) && matches!(call.outcome, Outcome::Fail(status) if status != 0 && status != 409) {
            found.push(Finding::new(format!("what was done under key {key} is forgotten"), [*first, call]));
        }
    }
    found
}

/// An order that was not acknowledged comes from a call whose outcome is unknown: each of those explains one at most,
/// and those with one key explain one together.
fn nobody_asked_for(history: &History) -> Vec<Finding> {
    let acknowledged: BTreeSet<i64> = history.calls.iter().filter_map(Call::placed).map(|(order, _)| order).collect();
    let mut silent: BTreeMap<Option<usize>, Vec<i64>> = BTreeMap::new();
    for (order, kept) in &history.books.orders {
        if !acknowledged.contains(order) {
            silent.entry(kept.process).or_default().push(*order);
        }
    }
    let mut found = vec![];
    for (process, orders) in silent {
        let open = |call: &&Call| call.asked == Asked::Place && Some(call.process) == process && call.is_unknown();
        let unknown: Vec<&Call> = history.calls.iter().filter(open).collect();
        let keys: BTreeSet<&String> = unknown.iter().filter_map(|call| call.key.as_ref()).collect();
        let most = keys.len() + unknown.iter().filter(|call| call.key.is_none()).count();
        if orders.len() > most {
            let whose = process.map_or("nobody".to_owned(), |process| format!("process {process}"));
            let what = format!("{whose} has the orders {orders:?} that were not acknowledged; {most} may be there");
            let refused = |call: &&Call| {
                call.asked == Asked::Place && Some(call.process) == process && matches!(call.outcome, Outcome::Fail(_))
            };
            found.push(Finding::new(what, history.calls.iter().filter(refused).take(5).chain(unknown)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::torture::checks::examples::{Books, Call, History, failed, kept, lost, place, placed};

    fn books(orders: &[(i64, usize, i64)]) -> Books {
        let orders = orders.iter().map(|(id, process, units)| (*id, kept(*process, *units))).collect();
        Books { orders, ..Books::default() }
    }

    fn keyed(call: Call, key: &str) -> Call {
        Call { key: Some(key.into()), ..call }
    }

    #[track_caller]
    fn finds(history: &History, what: &str) {
        let found = check(history);
        assert!(found.len() == 1 && found[0].what.contains(what), "{found:#?}");
    }

    #[test]
    fn acknowledged_orders_that_are_there_are_fine() {
        let calls = [placed(place(1, 0), 10, 2), placed(place(2, 0), 11, 1), lost(place(1, 5), None)];
        assert_eq!(check(&History::of(calls.clone()).with_books(books(&[(10, 1, 2), (11, 2, 1)]))), []);
        let one_more = books(&[(10, 1, 2), (11, 2, 1), (12, 1, 4)]);
        assert_eq!(check(&History::of(calls).with_books(one_more)), [], "the unknown call explains order 12");
    }

    #[test]
    fn an_acknowledged_order_that_is_gone_or_changed_or_somebody_else_s_is_found() {
        let history = History::of([placed(place(1, 0), 10, 2)]);
        finds(&history.clone().with_books(books(&[])), "is not there");
        finds(&history.clone().with_books(books(&[(10, 1, 3)])), "is kept as");
        finds(&history.with_books(books(&[(10, 2, 2)])), "is in the list of");
    }

    #[test]
    fn an_order_that_nobody_asked_for_is_found() {
        let kept = books(&[(10, 1, 2), (11, 1, 2)]);
        finds(&History::of([placed(place(1, 0), 10, 2)]).with_books(kept.clone()), "were not acknowledged");
        let lost_with_one_key = [keyed(lost(place(1, 0), None), "a"), keyed(lost(place(1, 5), None), "a")];
        finds(&History::of(lost_with_one_key).with_books(kept), "1 may be there");
    }

    #[test]
    fn one_order_told_to_two_wishes_is_found_and_one_told_twice_to_one_key_is_fine() {
        let twins = [placed(place(1, 0), 10, 2), placed(place(1, 0), 10, 2)];
        finds(&History::of(twins.clone()).with_books(books(&[(10, 1, 2)])), "several wishes");
        let keyed = twins.map(|call| keyed(call, "a"));
        assert_eq!(check(&History::of(keyed).with_books(books(&[(10, 1, 2)]))), []);
    }

    #[test]
    fn a_key_whose_answer_is_forgotten_is_found() {
        let calls = |status| [keyed(placed(place(1, 0), 10, 2), "a"), keyed(failed(place(1, 5), status), "a")];
        let books = books(&[(10, 1, 2)]);
        finds(&History::of(calls(400)).with_books(books.clone()), "key a is forgotten");
        assert_eq!(check(&History::of(calls(409)).with_books(books.clone())), [], "a twin is under way");
        let meanwhile = [keyed(placed(place(1, 0), 10, 2), "a"), keyed(failed(place(1, 0), 400), "a")];
        assert_eq!(check(&History::of(meanwhile).with_books(books)), []);
    }

    #[test]
    fn two_orders_of_one_key_are_found_and_of_two_callers_with_one_key_fine() {
        let calls = |other| [keyed(placed(place(1, 0), 10, 2), "a"), keyed(placed(place(other, 0), 11, 2), "a")];
        finds(&History::of(calls(1)).with_books(books(&[(10, 1, 2), (11, 1, 2)])), "key a made the orders");
        assert_eq!(check(&History::of(calls(2)).with_books(books(&[(10, 1, 2), (11, 2, 2)]))), []);
    }
}
