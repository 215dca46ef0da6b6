//! Finding products in memory: the columns that filters look at and nothing else, in the orders lists are sorted by.
//! What costs a database a millisecond takes microseconds here, so every visitor may filter as they like. It is a copy;
//! whoever keeps it sees to it that it is current.

mod columns;
mod select;

use crate::catalogue::Ordering;
use columns::{Columns, row};
use std::collections::HashMap;

pub use select::{Found, Wanted};

/// What a product is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: i64,
    /// The category it stands in.
    pub category_id: Option<i64>,
    /// Its lowest price, minor units.
    pub price: i64,
    /// Units in stock, of all its variants.
    pub stock: i64,
    /// Created, µs.
    pub created_at: i64,
    /// The name as lists are sorted by it.
    pub name_key: String,
    /// Lower-case text that searches look into.
    pub search_text: String,
}

/// The products customers see. Each has a *place*, its row in all columns, which stays the same as long as the product
/// stays as it is; a sorted list is a list of places.
#[derive(Debug, Default)]
pub struct Finder {
    columns: Columns,
    places: HashMap<i64, u32>,
    /// All places, once for each of [`ORDERINGS`].
    sorted: [Vec<u32>; ORDERINGS.len()],
    /// The places in each category, by id.
    of_category: HashMap<i64, Vec<u32>>,
    /// Products of which something can be sold.
    in_stock: usize,
}

const ORDERINGS: [Ordering; 4] = [Ordering::Id, Ordering::Price, Ordering::Name, Ordering::CreatedAt];

impl FromIterator<Item> for Finder {
    fn from_iter<I: IntoIterator<Item = Item>>(items: I) -> Self {
        let mut finder = Self::default();
        for item in items {
            let (id, category, stock) = (item.id, item.category_id, item.stock);
            let place = finder.columns.write(item);
            finder.places.insert(id, place);
            finder.in_stock += usize::from(stock > 0);
            finder.sorted[0].push(place);
            if let Some(category) = category {
                finder.of_category.entry(category).or_default().push(place);
            }
        }
        let columns = &finder.columns;
        let all = finder.sorted[0].clone();
        for (ordering, sorted) in ORDERINGS.into_iter().zip(&mut finder.sorted) {
            sorted.clone_from(&all);
            sorted.sort_unstable_by(|a, b| columns.compare(ordering, *a, *b));
        }
        for places in finder.of_category.values_mut() {
            places.sort_unstable_by(|a, b| columns.compare(Ordering::Id, *a, *b));
        }
        finder
    }
}

impl Finder {
    /// How many products there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Takes in a product as it is now.
    pub fn put(&mut self, item: Item) {
        if let Some(place) = self.places.get(&item.id).copied() {
            if self.columns.holds(place, &item) {
                self.restock(place, item.stock);
                return;
            }
            self.remove(item.id);
        }
        let (id, category, stock) = (item.id, item.category_id, item.stock);
        let place = self.columns.write(item);
        self.places.insert(id, place);
        self.in_stock += usize::from(stock > 0);
        for (ordering, sorted) in ORDERINGS.into_iter().zip(&mut self.sorted) {
            insert(&self.columns, ordering, sorted, place);
        }
        if let Some(category) = category {
            insert(&self.columns, Ordering::Id, self.of_category.entry(category).or_default(), place);
        }
    }

    /// Forgets a product that customers no longer see.
    pub fn remove(&mut self, id: i64) {
        let Some(place) = self.places.remove(&id) else { return };
        self.in_stock -= usize::from(self.columns.stocks[row(place)] > 0);
        for (ordering, sorted) in ORDERINGS.into_iter().zip(&mut self.sorted) {
            take_out(&self.columns, ordering, sorted, place);
        }
        if let Some(places) =
            self.columns.categories[row(place)].and_then(|category| self.of_category.get_mut(&category))
        {
            take_out(&self.columns, Ordering::Id, places, place);
        }
        self.columns.free(place);
    }

    fn restock(&mut self, place: u32, stock: i64) {
        let before = std::mem::replace(&mut self.columns.stocks[row(place)], stock);
        self.in_stock -= usize::from(before > 0);
        self.in_stock += usize::from(stock > 0);
    }
}

fn insert(columns: &Columns, ordering: Ordering, sorted: &mut Vec<u32>, place: u32) {
    let at = sorted.partition_point(|other| columns.compare(ordering, *other, place).is_lt());
    sorted.insert(at, place);
}

fn take_out(columns: &Columns, ordering: Ordering, sorted: &mut Vec<u32>, place: u32) {
    if let Ok(at) = sorted.binary_search_by(|other| columns.compare(ordering, *other, place)) {
        sorted.remove(at);
    }
}
