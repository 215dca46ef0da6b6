//! Sorting what was found. What decides is read once of each product, not at each of a dozen comparisons: it lies
//! anywhere in memory.

use super::columns::{Columns, row};
use crate::catalogue::Ordering;
use std::cmp;

/// A product with what its place in an order depends on first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keyed {
    /// How well it fits, best first, in whatever direction the order goes.
    rank: u8,
    first: u64,
    id: i64,
    place: u32,
}

impl Keyed {
    /// A product of this rank.
    pub(super) fn of(columns: &Columns, ordering: Ordering, rank: u8, place: u32) -> Self {
        let at = row(place);
        let first = match ordering {
            Ordering::Id => 0,
            Ordering::Price => unsigned(columns.prices[at]),
            Ordering::CreatedAt | Ordering::Relevance => unsigned(columns.created[at]),
            Ordering::Name => beginning(columns.name(place)),
        };
        Self { rank, first, id: columns.ids[at], place }
    }

    /// As [`Columns::compare`].
    fn compare(&self, columns: &Columns, ordering: Ordering, other: &Self) -> cmp::Ordering {
        let rest = || match ordering {
            Ordering::Name => columns.name(self.place).cmp(columns.name(other.place)),
            Ordering::Id | Ordering::Price | Ordering::CreatedAt | Ordering::Relevance => cmp::Ordering::Equal,
        };
        self.first.cmp(&other.first).then_with(rest).then_with(|| self.id.cmp(&other.id))
    }
}

/// The first `end` of these in an order.
pub(super) fn first_of(
    mut keyed: Vec<Keyed>,
    columns: &Columns,
    (ordering, descending): (Ordering, bool),
    end: usize,
) -> Vec<u32> {
    let sort = |a: &Keyed, b: &Keyed| {
        let order = a.compare(columns, ordering, b);
        a.rank.cmp(&b.rank).then(if descending { order.reverse() } else { order })
    };
    if end < keyed.len() {
        keyed.select_nth_unstable_by(end, sort);
        keyed.truncate(end);
    }
    keyed.sort_unstable_by(sort);
    keyed.into_iter().map(|keyed| keyed.place).collect()
}

/// A number that is sorted as this one.
const fn unsigned(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// The first eight bytes of a text; where they differ, they are sorted as the text.
fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(bytes.len());
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finder::Item;
    use proptest::prelude::*;

    fn columns(of: &[(i64, String)]) -> (Columns, Vec<u32>) {
        let mut columns = Columns::default();
        let item = |(id, (price, name)): (i64, &(i64, String))| Item {
            id,
            category_id: None,
            price: *price,
            stock: 1,
            created_at: price.wrapping_neg(),
            name_key: name.clone(),
            search_text: String::new(),
        };
        let places = (1..).zip(of).map(|each| columns.write(item(each))).collect();
        (columns, places)
    }

    proptest! {
        #[test]
        fn what_was_found_is_sorted_as_lists_are(
            of in prop::collection::vec((any::<i64>(), "[ab\u{0}]{0,12}"), 0..40),
            which in 0_usize..4,
            descending: bool,
            end in 0_usize..50,
        ) {
            let ordering = [Ordering::Id, Ordering::Price, Ordering::Name, Ordering::CreatedAt][which];
            let (columns, mut places) = columns(&of);
            let keyed = places.iter().map(|place| Keyed::of(&columns, ordering, 0, *place)).collect();
            let found = first_of(keyed, &columns, (ordering, descending), end);
            places.sort_by(|a, b| columns.compare(ordering, *a, *b));
            if descending {
                places.reverse();
            }
            places.truncate(end);
            prop_assert_eq!(found, places);
        }
    }
}
