//! Pages that begin at a number of rows or at a row: one way to read them, for every list that knows both.

use super::place::{Key, Place};
use super::{Sort, as_number};
use crate::conditions::Conditions;

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Behind so many entries.
    Offset(i64),
    /// Where the last page does.
    Last,
    /// Behind this place.
    After(Place),
    /// So that it ends before this place.
    Before(Place),
}

/// A page that is wanted of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Where it begins.
    pub start: Start,
    /// Entries on it, at least one.
    pub limit: i64,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// Its entries.
    pub rows: Vec<T>,
    /// Entries on all pages together.
    pub count: i64,
    /// The places of its first and its last entry.
    pub edges: Option<(Place, Place)>,
    /// Whether there are entries before these.
    pub has_before: bool,
    /// Whether there are entries behind these.
    pub has_behind: bool,
}

impl<T> Found<T> {
    /// A page without entries, behind `skipped`.
    #[must_use]
    pub const fn nothing(skipped: i64, count: i64) -> Self {
        Self { rows: vec![], count, edges: None, has_before: skipped > 0, has_behind: false }
    }

    /// The same page of something else.
    pub fn map<U>(mut self, change: impl FnMut(T) -> U) -> Found<U> {
        let rows = std::mem::take(&mut self.rows).into_iter().map(change).collect();
        self.with(rows)
    }

    /// The same page, whose entries are shown as these.
    #[must_use]
    pub fn with<U>(self, rows: Vec<U>) -> Found<U> {
        let Self { rows: _, count, edges, has_before, has_behind } = self;
        Found { rows, count, edges, has_before, has_behind }
    }
}

/// How a page is read. What stands before a place is read backwards from there.
#[derive(Debug)]
pub(crate) struct Reading<'a, By> {
    start: &'a Start,
    sort: Sort<By>,
    count: i64,
    limit: i64,
    /// Rows to be skipped.
    pub(crate) offset: i64,
}

impl Slice {
    /// How this page is read of a list of `count` entries; what is found instead, where that is known already.
    pub(crate) fn reading<By: Key>(&self, sort: Sort<By>, count: i64) -> Result<Reading<'_, By>, Found<By::Row>> {
        let offset = match self.start {
            Start::Offset(offset) => offset,
            Start::Last => self.last(count),
            Start::After(_) | Start::Before(_) => 0,
        };
        if offset >= count {
            return Err(Found::nothing(offset, count));
        }
        let sort = if matches!(self.start, Start::Before(_)) { sort.reversed() } else { sort };
        Ok(Reading { start: &self.start, sort, count, limit: self.limit, offset })
    }

    /// This page of a list that is not in the database: `find` says what stands behind so many entries, so many of it at
    /// most, and how many there are in all. `None` where the page begins at a row.
    pub fn numbered<T>(&self, find: impl Fn(i64, i64) -> (Vec<T>, i64)) -> Option<Found<T>> {
        let offset = match self.start {
            Start::Offset(offset) => offset,
            Start::Last => self.last(find(i64::MAX, 0).1),
            Start::After(_) | Start::Before(_) => return None,
        };
        let (rows, count) = find(offset, self.limit);
        let has_behind = offset.saturating_add(as_number(rows.len())) < count;
        Some(Found { rows, count, edges: None, has_before: offset > 0, has_behind })
    }

    /// Entries before the last page of so many.
    const fn last(&self, count: i64) -> i64 {
        if count > 0 { (count - 1) / self.limit * self.limit } else { 0 }
    }
}

impl<By: Key> Reading<'_, By> {
    /// How the rows are sorted.
    pub(crate) const fn sort(&self) -> Sort<By> {
        self.sort
    }

    /// The place behind which the rows stand, sorted like that.
    pub(crate) const fn from(&self) -> Option<&Place> {
        match self.start {
            Start::After(place) | Start::Before(place) => Some(place),
            Start::Offset(_) | Start::Last => None,
        }
    }

    /// How many rows are read: one more than fits tells whether others follow.
    pub(crate) const fn most(&self) -> i64 {
        self.limit.saturating_add(1)
    }

    /// `WHERE` and what follows it, of a statement that reads the page of what `all` keeps. `expression` is what the list
    /// is sorted by, `id` that of its rows.
    pub(crate) fn clauses(&self, all: &mut Conditions, expression: &str, id: &str) -> String {
        if let Some(place) = self.from() {
            self.sort.behind(place, expression, id, all);
        }
        let (condition, order, limit) = (all.text(), self.sort.order(expression, id), all.place(self.most()));
        let skipped = if self.offset > 0 { format!(" OFFSET {}", all.place(self.offset)) } else { String::new() };
        format!("WHERE {condition} ORDER BY {order} LIMIT {limit}{skipped}")
    }

    /// The page, out of the rows that were read. What came in since the list was counted counts as well.
    pub(crate) fn found(self, mut rows: Vec<By::Row>) -> Found<By::Row> {
        let has_more = as_number(rows.len()) > self.limit;
        let seen = if rows.is_empty() { 0 } else { self.offset.saturating_add(as_number(rows.len())) };
        let count = self.count.max(seen);
        rows.truncate(usize::try_from(self.limit).unwrap_or_default());
        let shown = as_number(rows.len());
        // Whether anything is left on the side one comes from is told by the count: it may be gone.
        let (has_before, has_behind) = match self.start {
            Start::Offset(offset) => (*offset > 0, offset.saturating_add(shown) < count),
            Start::Last => (self.offset > 0, has_more),
            Start::After(_) => (count > shown, has_more),
            Start::Before(_) => (has_more, count > shown),
        };
        if matches!(self.start, Start::Before(_)) {
            rows.reverse();
        }
        let place = |row| self.sort.by.place(row);
        let edges = rows.first().map(place).zip(rows.last().map(place));
        Found { rows, count, edges, has_before, has_behind }
    }
}
