//! A row's place in a sorted list, from which the list is read on.

use super::Sort;
use crate::Value;
use crate::conditions::Conditions;

/// What a row is sorted by; among equals its id decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// By its id alone.
    Id,
    /// A number, amount (minor units) or instant (µs).
    Number(i64),
    /// A text.
    Text(String),
}

/// Where a row stands in a list: also when it is gone meanwhile, there are rows before and behind that place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is sorted by.
    pub mark: Mark,
    /// Its id.
    pub id: i64,
}

/// What a list can be sorted by.
pub trait Key: Copy {
    /// An entry of the list.
    type Row;

    /// What an entry is sorted by.
    fn mark(self, row: &Self::Row) -> Mark;

    /// The id of an entry.
    fn id(row: &Self::Row) -> i64;

    /// Whether entries can be sorted by such a thing: what comes from outside is asked, before the database is.
    fn knows(self, mark: &Mark) -> bool;

    /// The place of an entry.
    fn place(self, row: &Self::Row) -> Place {
        Place { mark: self.mark(row), id: Self::id(row) }
    }
}

impl<By> Sort<By> {
    /// Keeps what stands behind a place, where the list is sorted by this expression. A comparison of whole rows, so that
    /// an index on the expression and the id leads to the first of them.
    pub(super) fn behind(&self, place: &Place, expression: &str, id: &str, all: &mut Conditions) {
        let test = if self.descending { "<" } else { ">" };
        let mark: Value = match &place.mark {
            Mark::Id => return all.and(&format!("{id} {test}"), Some(place.id)),
            Mark::Number(number) => (*number).into(),
            Mark::Text(text) => text.into(),
        };
        let (mark, of) = (all.place(mark), all.place(place.id));
        all.holds(format!("({expression}, {id}) {test} ({mark}, {of})"));
    }
}
