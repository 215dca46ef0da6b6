//! Stock as a register: whoever looks sees a level that was true at some moment between the question and the answer.
//!
//! The order in which a level changed is the ledger's. When each change happened is only known from the calls that
//! made it: after they were sent, before they were answered. So whoever looks must see at least all that was answered
//! before, and nothing that was sent after.

use crate::torture::history::{Asked, Call, Finding, History, Movement, Status, Told};
use std::collections::BTreeMap;

/// A level, and when it came to be.
struct Step<'a> {
    level: i64,
    not_before: u64,
    not_after: u64,
    calls: Vec<&'a Call>,
}

pub(super) fn check(history: &History) -> Vec<Finding> {
    let mut steps: BTreeMap<i64, Vec<Step<'_>>> = BTreeMap::new();
    for (product, level) in &history.books.initial {
        steps.insert(*product, vec![Step { level: *level, not_before: 0, not_after: 0, calls: vec![] }]);
    }
    let makers = Makers::of(history);
    for movement in &history.books.ledger {
        steps.entry(movement.product).or_default().push(makers.step(movement));
    }
    let mut found = vec![];
    for call in &history.calls {
        if let (Asked::Look { product }, Some(Told::Level(level))) = (&call.asked, call.told()) {
            let steps = steps.get(product).map_or(&[][..], Vec::as_slice);
            found.extend(wrong(call, *product, *level, steps));
        }
    }
    found
}

fn wrong(look: &Call, product: i64, level: i64, steps: &[Step<'_>]) -> Option<Finding> {
    let first = steps.iter().rposition(|step| step.not_after < look.invoked).unwrap_or_default();
    let last = steps.iter().rposition(|step| step.not_before < look.returned).unwrap_or_default();
    let window = steps.get(first..=last).unwrap_or_default();
    if window.iter().any(|step| step.level == level) {
        return None;
    }
    let levels: Vec<i64> = window.iter().map(|step| step.level).collect();
    let what = format!("{level} of product {product} were seen when there were {levels:?}");
    let makers = window.iter().take(3).flat_map(|step| step.calls.iter().copied());
    Some(Finding::new(what, makers.chain([look])))
}

/// The calls that may have made a movement.
struct Makers<'a> {
    places: BTreeMap<i64, Vec<&'a Call>>,
    cancels: BTreeMap<i64, Vec<&'a Call>>,
    counts: BTreeMap<(i64, i64), Vec<&'a Call>>,
    /// Whether orders may be there that nobody was told of, and since when.
    silent: Option<u64>,
}

impl<'a> Makers<'a> {
    fn of(history: &'a History) -> Self {
        let mut makers =
            Self { places: BTreeMap::new(), cancels: BTreeMap::new(), counts: BTreeMap::new(), silent: None };
        let under = |call: &'a Call| Some((call.process, call.key.as_ref()?));
        let keyed: BTreeMap<_, i64> =
            history.calls.iter().filter_map(|call| Some((under(call)?, call.placed()?.0))).collect();
        for call in history.calls.iter().filter(|call| call.told().is_some() || call.is_unknown()) {
            // A call without an answer may have made what is told later under its key.
            let later = under(call).and_then(|key| keyed.get(&key)).filter(|_| call.asked == Asked::Place);
            match (&call.asked, call.placed().map(|(order, _)| order).or(later.copied())) {
                (_, Some(order)) => makers.places.entry(order).or_default().push(call),
                (Asked::Place, None) => {
                    makers.silent = Some(makers.silent.map_or(call.invoked, |since| since.min(call.invoked)));
                }
                (Asked::Cancel { order } | Asked::Move { order, to: Status::Cancelled }, _) => {
                    makers.cancels.entry(*order).or_default().push(call);
                }
                (Asked::Restock { product, level }, _) => {
                    makers.counts.entry((*product, *level)).or_default().push(call);
                }
                _ => {}
            }
        }
        makers
    }

    fn step(&self, movement: &Movement) -> Step<'a> {
        let by_order =
            |calls: &BTreeMap<i64, Vec<&'a Call>>| movement.order.and_then(|order| calls.get(&order).cloned());
        let calls = match movement.reason.as_str() {
            "order" => by_order(&self.places),
            "cancellation" => by_order(&self.cancels),
            _ => self.counts.get(&(movement.product, movement.level)).cloned(),
        };
        let calls = calls.unwrap_or_default();
        // One of several counts to the same level: which is not known. Of several calls that cancel, the first that is
        // answered tells that it is done.
        let is_open = movement.order.is_none() && calls.len() > 1;
        let answered = calls.iter().filter(|call| !is_open && call.told().is_some()).map(|call| call.returned).min();
        let sent = calls.iter().map(|call| call.invoked).min().or(self.silent);
        let (not_before, not_after) = (sent.unwrap_or_default(), answered.unwrap_or(u64::MAX));
        Step { level: movement.level, not_before, not_after, calls }
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::torture::checks::examples::{Asked, Books, Call, History, call, look, lost, moved, of, place, placed};

    /// Ten are there; at 10 ms an order takes three, at 20 ms they are cancelled, at 30 ms fifty are counted.
    fn history(looks: impl IntoIterator<Item = Call>) -> History {
        let calls = [
            placed(place(1, 10), 7, 3),
            call(1, 20, Asked::Cancel { order: 7 }),
            call(0, 30, Asked::Restock { product: 1, level: 50 }),
        ];
        let ledger = vec![
            moved(-3, 7, "order", Some(7)),
            moved(3, 10, "cancellation", Some(7)),
            moved(40, 50, "adjustment", None),
        ];
        History::of(calls.into_iter().chain(looks)).with_books(Books { initial: of(10), ledger, ..Books::default() })
    }

    #[test]
    fn what_is_true_between_question_and_answer_may_be_seen() {
        let looks = [look(2, 1, 10), look(15, 1, 7), look(25, 1, 10), look(40, 1, 50)];
        assert_eq!(check(&history(looks)), []);
        let during = |level| Call { invoked: 9_500, returned: 12_000, ..look(0, 1, level) };
        assert_eq!(check(&history([during(10), during(7)])), [], "either, while the order is placed");
    }

    #[test]
    fn what_was_true_before_or_will_be_later_must_not_be_seen() {
        for wrong in [look(15, 1, 10), look(25, 1, 7), look(40, 1, 10), look(2, 1, 7), look(15, 1, 50)] {
            let found = check(&history([wrong.clone()]));
            assert_eq!(found.len(), 1, "{wrong}");
            assert!(found[0].calls.contains(&wrong), "the look is part of the story");
        }
    }

    #[test]
    fn an_order_that_is_told_of_when_asked_again_may_be_as_old_as_the_first_asking() {
        let keyed = |call| Call { key: Some("a".into()), ..call };
        let asked = [keyed(lost(place(1, 10), None)), keyed(placed(place(1, 30), 7, 3))];
        let books = Books { initial: of(10), ledger: vec![moved(-3, 7, "order", Some(7))], ..Books::default() };
        let seen = |at, level| {
            check(&History::of(asked.iter().cloned().chain([look(at, 1, level)])).with_books(books.clone())).len()
        };
        assert_eq!((seen(20, 7), seen(20, 10), seen(40, 7)), (0, 0, 0));
        assert_eq!((seen(2, 7), seen(40, 10)), (1, 1));
    }

    #[test]
    fn a_change_whose_answer_is_missing_may_be_seen_at_any_time_after() {
        let ledger = vec![moved(-3, 7, "order", Some(7))];
        let books = Books { initial: of(10), ledger, ..Books::default() };
        let seen = |at, level| {
            check(&History::of([lost(place(1, 10), None), look(at, 1, level)]).with_books(books.clone())).len()
        };
        assert_eq!((seen(20, 10), seen(20, 7), seen(2, 10)), (0, 0, 0));
        assert_eq!(seen(2, 7), 1, "but not before it was sent");
    }
}
