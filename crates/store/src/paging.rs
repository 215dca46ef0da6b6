//! How lists are sorted, and pages and counts that are read one after the other.

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

/// A page and the count beside it, out of a page of which one row more was asked for than it has (`limit + 1`), and a
/// count that was made before. What came in between counts as well: the next page is known by the count, and somebody
/// who turns pages while there is a next one would miss the last row.
pub(crate) fn as_counted<T>(mut page: Vec<T>, limit: i64, offset: i64, count: i64) -> (Vec<T>, i64) {
    if page.is_empty() {
        return (page, count);
    }
    let seen = offset.saturating_add(i64::try_from(page.len()).unwrap_or(i64::MAX));
    page.truncate(usize::try_from(limit).unwrap_or_default());
    (page, count.max(seen))
}

#[cfg(test)]
mod tests {
    use super::as_counted;

    #[test]
    fn what_came_after_counting_is_on_the_page_or_announced_by_the_count() {
        assert_eq!(as_counted(vec![9, 8, 7], 2, 0, 2), (vec![9, 8], 3), "another page follows");
        assert_eq!(as_counted(vec![9, 8, 7], 3, 0, 2), (vec![9, 8, 7], 3), "all fit");
        assert_eq!(as_counted(vec![9, 8], 4, 20, 22), (vec![9, 8], 22));
    }

    #[test]
    fn a_page_beyond_the_last_one_is_none() {
        assert_eq!(as_counted(Vec::<i32>::new(), 10, 50, 3), (vec![], 3));
    }
}
