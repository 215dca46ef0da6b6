//! Orders only go forward: what was seen of one, by anybody, can be put in an order that its states allow and that keeps
//! what was seen before something else was asked.

use crate::torture::history::{Asked, Call, Finding, History, Status, Told};
use std::collections::BTreeMap;

/// One state of an order, as far as it was seen.
#[derive(Clone, Copy, Default)]
struct Seen<'a> {
    /// Whoever saw it first: it had that state before this call was answered.
    first: Option<&'a Call>,
    /// Whoever asked last and saw it: it still had that state after this call was sent.
    last: Option<&'a Call>,
    /// It is what the books say in the end.
    at_the_end: bool,
}

pub(super) fn check(history: &History) -> Vec<Finding> {
    let mut orders: BTreeMap<i64, BTreeMap<&'static str, Seen<'_>>> = BTreeMap::new();
    for call in &history.calls {
        for (order, status) in sights(call) {
            let seen = orders.entry(order).or_default().entry(status.name()).or_default();
            seen.first = Some(seen.first.filter(|first| first.returned <= call.returned).unwrap_or(call));
            // Asked again under its key, it is told as it was when it was placed.
            if call.key.is_none() || call.asked != Asked::Place {
                seen.last = Some(seen.last.filter(|last| last.invoked >= call.invoked).unwrap_or(call));
            }
        }
    }
    for (order, kept) in &history.books.orders {
        orders.entry(*order).or_default().entry(kept.status.name()).or_default().at_the_end = true;
    }
    orders.iter().flat_map(|(order, seen)| backward(*order, seen)).collect()
}

/// The states that an answer tells.
fn sights(call: &Call) -> Vec<(i64, Status)> {
    match (&call.asked, call.told()) {
        (_, Some(Told::Placed { order, .. })) => vec![(*order, Status::Pending)],
        (Asked::Cancel { order } | Asked::Move { order, .. }, Some(Told::Stands(status))) => vec![(*order, *status)],
        (_, Some(Told::Orders { seen, .. })) => seen.clone(),
        _ => vec![],
    }
}

fn backward(order: i64, seen: &BTreeMap<&'static str, Seen<'_>>) -> Vec<Finding> {
    let mut found = vec![];
    let named = |name| Status::named(name).unwrap_or(Status::Pending);
    for (earlier, one) in seen {
        for (later, other) in seen {
            let (from, to) = (named(earlier), named(later));
            if from.leads_to(to) {
                continue;
            }
            let story = one.first.into_iter().chain(other.last);
            let was_before = match (one.first, other.last) {
                (Some(first), Some(last)) => first.is_before(last),
                _ => false,
            };
            if was_before || (one.first.is_some() && other.at_the_end) {
                found.push(Finding::new(format!("order {order} was {earlier} and then {later}"), story));
            } else if !to.leads_to(from) && earlier < later {
                found.push(Finding::new(format!("order {order} was both {earlier} and {later}"), story));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::torture::checks::examples::{
        Asked, Books, Call, History, Kept, Status, Told, call, kept, place, placed, told,
    };
    use Status::{Cancelled, Delivered, Pending, Processing, Shipped};

    fn moves(at: u64, to: Status) -> Call {
        told(call(0, at, Asked::Move { order: 7, to }), Told::Stands(to))
    }

    fn sees(at: u64, status: Status) -> Call {
        told(call(1, at, Asked::List), Told::Orders { seen: vec![(7, status)], cut: false })
    }

    #[track_caller]
    fn finds(calls: impl IntoIterator<Item = Call>, what: &str) {
        let found = check(&History::of(calls));
        assert!(found.len() == 1 && found[0].what.contains(what), "{found:#?}");
    }

    #[test]
    fn forward_is_fine_also_with_states_skipped() {
        let calls =
            [placed(place(1, 0), 7, 1), sees(2, Pending), moves(4, Processing), moves(6, Shipped), sees(8, Delivered)];
        assert_eq!(check(&History::of(calls)), []);
        assert_eq!(check(&History::of([placed(place(1, 0), 7, 1), moves(2, Cancelled), moves(4, Cancelled)])), []);
    }

    #[test]
    fn an_order_asked_for_again_under_its_key_is_told_as_it_was() {
        let again = Call { key: Some("a".into()), ..placed(place(1, 4), 7, 1) };
        assert_eq!(check(&History::of([moves(0, Cancelled), again.clone()])), []);
        finds([moves(0, Cancelled), Call { key: None, ..again }], "was cancelled and then pending");
    }

    #[test]
    fn backward_is_found() {
        finds([moves(0, Shipped), moves(2, Processing)], "was shipped and then processing");
        finds([moves(0, Cancelled), sees(2, Pending)], "was cancelled and then pending");
    }

    #[test]
    fn what_was_asked_at_the_same_time_may_be_answered_in_any_order() {
        assert_eq!(check(&History::of([moves(0, Shipped), sees(0, Pending)])), []);
    }

    #[test]
    fn cancelled_and_shipped_at_the_same_time_is_found() {
        finds([moves(0, Shipped), moves(0, Cancelled)], "was both cancelled and shipped");
    }

    #[test]
    fn a_state_that_the_books_do_not_know_any_more_is_found() {
        let cancelled = History::of([placed(place(1, 0), 7, 1), moves(2, Cancelled)]);
        let books = |status| Books { orders: [(7, Kept { status, ..kept(1, 1) })].into(), ..Books::default() };
        assert_eq!(check(&cancelled.clone().with_books(books(Cancelled))), []);
        assert_eq!(check(&cancelled.with_books(books(Pending))).len(), 1);
    }
}
