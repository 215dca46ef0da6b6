//! Finding products in memory: the columns that filters look at and nothing else, in the orders lists are sorted by.
//! What costs a database a millisecond takes microseconds here, so every visitor may filter as they like. It is a copy;
//! whoever keeps it sees to it that it is current.

mod columns;
mod ranked;
mod select;
mod sorted;
mod traces;

use columns::{Columns, row};
use ranked::Ranked;
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
    all: Ranked,
    /// The products of each category, by its id.
    of_category: HashMap<i64, Ranked>,
}

impl FromIterator<Item> for Finder {
    fn from_iter<I: IntoIterator<Item = Item>>(items: I) -> Self {
        let mut finder = Self::default();
        for item in items {
            let id = item.id;
            finder.places.insert(id, finder.columns.write(item));
        }
        let places: Vec<u32> = finder.places.values().copied().collect();
        finder.all = Ranked::sort(&finder.columns, &places);
        for (ordering, place) in finder.all.all() {
            if let Some(category) = finder.columns.categories[row(place)] {
                finder.of_category.entry(category).or_default().push(&finder.columns, ordering, place);
            }
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
        let (id, category) = (item.id, item.category_id);
        let place = self.columns.write(item);
        self.places.insert(id, place);
        self.all.insert(&self.columns, place);
        if let Some(category) = category {
            self.of_category.entry(category).or_default().insert(&self.columns, place);
        }
    }

    /// Forgets a product that customers no longer see.
    pub fn remove(&mut self, id: i64) {
        let Some(place) = self.places.remove(&id) else { return };
        self.all.remove(&self.columns, place);
        if let Some(category) = category_of(&self.columns, &mut self.of_category, place) {
            category.remove(&self.columns, place);
        }
        self.columns.free(place);
    }

    fn restock(&mut self, place: u32, stock: i64) {
        let before = self.columns.is_in_stock(place);
        self.columns.restock(place, stock);
        self.all.restocked(before, stock > 0);
        if let Some(category) = category_of(&self.columns, &mut self.of_category, place) {
            category.restocked(before, stock > 0);
        }
    }
}

fn category_of<'a>(columns: &Columns, of_category: &'a mut HashMap<i64, Ranked>, place: u32) -> Option<&'a mut Ranked> {
    of_category.get_mut(&columns.categories[row(place)]?)
}
