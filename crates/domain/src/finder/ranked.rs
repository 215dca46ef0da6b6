//! A set of products in each of the orders that lists are sorted by.

use super::columns::{Columns, row};
use crate::catalogue::Ordering;

/// The orders there are, but for what depends on the words.
const ORDERINGS: [Ordering; 4] = [Ordering::Id, Ordering::Price, Ordering::Name, Ordering::CreatedAt];

/// The places of a set of products, once for each order.
#[derive(Debug, Default)]
pub(super) struct Ranked {
    sorted: [Vec<u32>; ORDERINGS.len()],
    /// Products of which something can be sold.
    in_stock: usize,
}

impl Ranked {
    /// These places, sorted.
    pub(super) fn sort(columns: &Columns, places: &[u32]) -> Self {
        let sorted = ORDERINGS.map(|ordering| {
            let mut sorted = places.to_vec();
            sorted.sort_unstable_by(|a, b| columns.compare(ordering, *a, *b));
            sorted
        });
        let in_stock = places.iter().filter(|place| columns.is_in_stock(**place)).count();
        Self { sorted, in_stock }
    }

    /// Every place of this set with its order, for sets that are made of its parts: in order without being sorted.
    pub(super) fn all(&self) -> impl Iterator<Item = (Ordering, u32)> {
        let orders = ORDERINGS.into_iter().zip(&self.sorted);
        orders.flat_map(|(ordering, sorted)| sorted.iter().map(move |place| (ordering, *place)))
    }

    /// Adds the last place of one order; it has to come for each order.
    pub(super) fn push(&mut self, columns: &Columns, ordering: Ordering, place: u32) {
        self.sorted[index(ordering)].push(place);
        self.in_stock += usize::from(ordering == Ordering::Id && columns.is_in_stock(place));
    }

    pub(super) fn insert(&mut self, columns: &Columns, place: u32) {
        for (ordering, sorted) in ORDERINGS.into_iter().zip(&mut self.sorted) {
            let at = sorted.partition_point(|other| columns.compare(ordering, *other, place).is_lt());
            sorted.insert(at, place);
        }
        self.in_stock += usize::from(columns.is_in_stock(place));
    }

    /// Takes out a place that is as it was when it came in, or as [`Ranked::restocked`] told.
    pub(super) fn remove(&mut self, columns: &Columns, place: u32) {
        for (ordering, sorted) in ORDERINGS.into_iter().zip(&mut self.sorted) {
            if let Ok(at) = sorted.binary_search_by(|other| columns.compare(ordering, *other, place)) {
                sorted.remove(at);
            }
        }
        self.in_stock -= usize::from(columns.is_in_stock(place));
    }

    /// Something of a product could be sold before, and can now.
    pub(super) fn restocked(&mut self, before: bool, now: bool) {
        self.in_stock -= usize::from(before);
        self.in_stock += usize::from(now);
    }

    pub(super) fn len(&self) -> usize {
        self.sorted[0].len()
    }

    /// How many can be sold, or can't.
    pub(super) fn stocked(&self, wanted: bool) -> usize {
        if wanted { self.in_stock } else { self.len() - self.in_stock }
    }

    pub(super) fn in_order(&self, ordering: Ordering) -> &[u32] {
        &self.sorted[index(ordering)]
    }

    /// The places in a range of prices, both ends included, by price.
    pub(super) fn priced(&self, columns: &Columns, min: Option<i64>, max: Option<i64>) -> &[u32] {
        let places = self.in_order(Ordering::Price);
        let price = |place: &u32| columns.prices[row(*place)];
        let from = min.map_or(0, |min| places.partition_point(|place| price(place) < min));
        let to = max.map_or(places.len(), |max| places.partition_point(|place| price(place) <= max));
        places.get(from..to).unwrap_or_default()
    }
}

const fn index(ordering: Ordering) -> usize {
    match ordering {
        Ordering::Id => 0,
        Ordering::Price => 1,
        Ordering::Name => 2,
        // What is equally relevant is sorted by creation.
        Ordering::CreatedAt | Ordering::Relevance => 3,
    }
}
