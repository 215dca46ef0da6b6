//! Read your writes: whoever was told of an order finds it in every later list of theirs, on any instance; so does the
//! staff with everybody's.

use crate::torture::history::{Call, Finding, History, STAFF, Told};
use std::collections::BTreeMap;

pub(super) fn check(history: &History) -> Vec<Finding> {
    let mut known: BTreeMap<usize, BTreeMap<i64, &Call>> = BTreeMap::new();
    for call in &history.calls {
        let orders: Vec<i64> = match call.told() {
            Some(Told::Placed { order, .. }) => vec![*order],
            Some(Told::Orders { seen, .. }) => seen.iter().map(|(order, _)| *order).collect(),
            _ => vec![],
        };
        for order in orders {
            for process in [call.process, STAFF] {
                let first = known.entry(process).or_default().entry(order).or_insert(call);
                if call.returned < first.returned {
                    *first = call;
                }
            }
        }
    }
    let nothing = BTreeMap::new();
    let missing = |list| missing(list, known.get(&list.process).unwrap_or(&nothing));
    history.calls.iter().filter_map(missing).collect()
}

/// The newest order that should be in this list and is not.
fn missing(list: &Call, known: &BTreeMap<i64, &Call>) -> Option<Finding> {
    let Some(Told::Orders { seen, cut }) = list.told() else { return None };
    let oldest = seen.iter().map(|(order, _)| *order).min().filter(|_| *cut).unwrap_or(i64::MIN);
    let is_missing = |order: i64, first: &Call| {
        order > oldest && first.is_before(list) && !seen.iter().any(|(listed, _)| *listed == order)
    };
    let (order, first) = known.iter().rev().find(|(order, first)| is_missing(**order, first))?;
    Some(Finding::new(format!("order {order} is not in a list that was asked for later"), [*first, list]))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::torture::checks::examples::{Asked, Call, History, Status, Told, call, place, placed, told};
    use crate::torture::history::STAFF;

    fn lists(process: usize, at: u64, orders: &[i64], cut: bool) -> Call {
        let seen = orders.iter().map(|order| (*order, Status::Pending)).collect();
        told(call(process, at, Asked::List), Told::Orders { seen, cut })
    }

    #[test]
    fn one_s_own_orders_are_in_later_lists() {
        let calls = [
            lists(1, 0, &[], false),
            placed(place(1, 2), 7, 1),
            placed(place(2, 2), 8, 1),
            lists(1, 4, &[7], false),
            lists(2, 4, &[8], false),
            lists(STAFF, 4, &[8, 7], false),
        ];
        assert_eq!(check(&History::of(calls)), []);
    }

    #[test]
    fn an_order_that_is_missing_from_a_later_list_is_found() {
        for (process, orders) in [(1, vec![]), (STAFF, vec![8])] {
            let calls = [placed(place(1, 0), 7, 1), placed(place(2, 0), 8, 1), lists(process, 4, &orders, false)];
            let found = check(&History::of(calls));
            assert!(found.len() == 1 && found[0].what.contains("order 7"), "{found:#?}");
        }
    }

    #[test]
    fn an_order_that_was_listed_once_stays_in_the_list() {
        let found = check(&History::of([lists(1, 0, &[8, 7], false), lists(1, 4, &[8], false)]));
        assert!(found.len() == 1 && found[0].what.contains("order 7"), "{found:#?}");
    }

    #[test]
    fn a_list_asked_for_meanwhile_may_lack_it_and_one_that_is_cut_lacks_what_is_older() {
        assert_eq!(check(&History::of([placed(place(1, 0), 7, 1), lists(1, 0, &[], false)])), []);
        let calls = [placed(place(1, 0), 7, 1), placed(place(1, 2), 9, 1), lists(1, 4, &[9], true)];
        assert_eq!(check(&History::of(calls)), []);
    }
}
