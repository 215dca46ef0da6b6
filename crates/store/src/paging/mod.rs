//! How lists are sorted and read page by page.

mod place;
mod slice;

pub use place::{Key, Mark, Place};
pub(crate) use slice::Reading;
pub use slice::{Found, Slice, Start};

/// How a list is sorted. Where two are alike, the id decides, in the same direction: each has one place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort<By> {
    /// By what.
    pub by: By,
    /// From the other end: the newest, the largest first.
    pub descending: bool,
}

impl<By> Sort<By> {
    /// From the end.
    #[must_use]
    pub const fn descending(by: By) -> Self {
        Self { by, descending: true }
    }

    /// The other way round.
    pub(crate) fn reversed(self) -> Self {
        Self { by: self.by, descending: !self.descending }
    }

    /// What follows `ORDER BY` where a list is sorted by this expression; `id` is that of its rows.
    pub(crate) fn order(&self, expression: &str, id: &str) -> String {
        let direction = self.direction();
        if expression == id {
            format!("{id} {direction}")
        } else {
            format!("{expression} {direction}, {id} {direction}")
        }
    }

    /// As SQL says it.
    pub(crate) const fn direction(&self) -> &'static str {
        if self.descending { "DESC" } else { "ASC" }
    }
}

/// What was read by these ids, as they stand.
pub(crate) fn in_order<T>(ids: &[i64], mut rows: Vec<T>, id: impl Fn(&T) -> i64) -> Vec<T> {
    rows.sort_by_key(|row| ids.iter().position(|other| *other == id(row)));
    rows
}

fn as_number(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Found, Key, Mark, Place, Slice, Sort, Start};
    use crate::Value;
    use crate::conditions::Conditions;

    /// Rows that are their ids, sorted by their tens.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct ByTens;

    impl Key for ByTens {
        type Row = i64;

        fn mark(self, row: &i64) -> Mark {
            Mark::Number(row / 10)
        }

        fn id(row: &i64) -> i64 {
            *row
        }

        fn knows(self, mark: &Mark) -> bool {
            matches!(mark, Mark::Number(_))
        }
    }

    const NEWEST: Sort<ByTens> = Sort::descending(ByTens);

    fn at(row: i64) -> Place {
        ByTens.place(&row)
    }

    fn read(start: Start, limit: i64, count: i64, rows: &[i64]) -> Found<i64> {
        let slice = Slice { start, limit };
        slice.reading(NEWEST, count).map_or_else(|found| found, |reading| reading.found(rows.to_vec()))
    }

    /// Its rows, the count, and whether there are others before and behind.
    fn told(found: Found<i64>) -> (Vec<i64>, i64, bool, bool) {
        (found.rows, found.count, found.has_before, found.has_behind)
    }

    #[test]
    fn what_came_after_counting_is_on_the_page_or_announced_by_the_count() {
        let first = |limit, rows: &[i64]| told(read(Start::Offset(0), limit, 2, rows));
        assert_eq!(first(2, &[9, 8, 7]), (vec![9, 8], 3, false, true), "another page follows");
        assert_eq!(first(3, &[9, 8, 7]), (vec![9, 8, 7], 3, false, false), "all fit");
        assert_eq!(told(read(Start::Offset(20), 4, 22, &[9, 8])), (vec![9, 8], 22, true, false));
        assert_eq!(told(read(Start::Last, 2, 4, &[2, 1, 0])), (vec![2, 1], 5, true, true));
    }

    #[test]
    fn a_page_beyond_the_last_one_is_none() {
        assert_eq!(told(read(Start::Offset(50), 10, 3, &[1])), (vec![], 3, true, false));
        assert_eq!(told(read(Start::Last, 10, 0, &[1])), (vec![], 0, false, false), "the only page of an empty list");
    }

    #[test]
    fn a_page_before_a_place_is_read_backwards_and_shown_forwards() {
        let found = read(Start::Before(at(44)), 2, 9, &[55, 66, 77]);
        assert_eq!(found.edges, Some((at(66), at(55))));
        assert_eq!(told(found), (vec![66, 55], 9, true, true));
        assert_eq!(
            told(read(Start::Before(at(44)), 2, 2, &[55, 66])),
            (vec![66, 55], 2, false, false),
            "the rest is gone"
        );
    }

    #[test]
    fn a_page_behind_a_place_says_whether_it_is_the_last() {
        assert_eq!(told(read(Start::After(at(44)), 2, 9, &[33, 22, 11])), (vec![33, 22], 9, true, true));
        assert_eq!(told(read(Start::After(at(44)), 2, 9, &[33])), (vec![33], 9, true, false));
        assert_eq!(told(read(Start::After(at(44)), 2, 9, &[])), (vec![], 9, true, false), "what followed is gone");
    }

    #[test]
    fn a_page_at_a_place_skips_nothing() {
        let clauses = |start, by: &str| {
            let slice = Slice { start, limit: 2 };
            let mut all = Conditions::default();
            all.and("a =", Some(true));
            let reading = slice.reading(NEWEST, 9).expect("something to read");
            (reading.clauses(&mut all, by, "id"), all.values())
        };
        let tens: fn(i64) -> Vec<Value> = |row| vec![true.into(), (row / 10).into(), row.into(), 3_i64.into()];
        let after = "WHERE a = $1 AND (tens, id) < ($2, $3) ORDER BY tens DESC, id DESC LIMIT $4".to_owned();
        assert_eq!(clauses(Start::After(at(44)), "tens"), (after, tens(44)));
        let before = "WHERE a = $1 AND (tens, id) > ($2, $3) ORDER BY tens ASC, id ASC LIMIT $4".to_owned();
        assert_eq!(clauses(Start::Before(at(44)), "tens"), (before, tens(44)));
        let by_id = Start::After(Place { mark: Mark::Id, id: 44 });
        let after = "WHERE a = $1 AND id < $2 ORDER BY id DESC LIMIT $3".to_owned();
        assert_eq!(clauses(by_id, "id"), (after, vec![true.into(), 44_i64.into(), 3_i64.into()]));
        let numbered = "WHERE a = $1 ORDER BY id DESC LIMIT $2 OFFSET $3".to_owned();
        assert_eq!(clauses(Start::Offset(6), "id"), (numbered, vec![true.into(), 3_i64.into(), 6_i64.into()]));
    }
}
