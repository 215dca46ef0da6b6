//! Looks at a history for what must not be. Pure: a history and its books go in, findings come out.
//!
//! To add a promise: a file with one function, its line in [`all`], hand-made good and bad histories as its tests, and a
//! fault in `planted` that only it sees.

mod answers;
mod carts;
#[cfg(test)]
mod examples;
mod ledger;
mod level;
mod orders;
mod reads;
mod states;

use super::history::{Finding, History};

/// A promise, and the function that looks whether it was kept.
type Check = (&'static str, fn(&History) -> Vec<Finding>);

/// Every promise.
const CHECKS: [Check; 7] = [
    ("answers", answers::check),
    ("every order once", orders::check),
    ("carts", carts::check),
    ("ledger", ledger::check),
    ("stock as a register", level::check),
    ("order states", states::check),
    ("read your writes", reads::check),
];

/// The findings of all checkers, each with the name of its promise.
pub(super) fn all(history: &History) -> Vec<(&'static str, Finding)> {
    let doctor = history.books.doctor.iter().map(|line| ("doctor", Finding::new(line, [])));
    let found = CHECKS.iter().flat_map(|(name, check)| check(history).into_iter().map(|finding| (*name, finding)));
    found.chain(doctor).collect()
}
