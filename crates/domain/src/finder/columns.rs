//! What is known of each product, a column each: a filter reads only those it looks at.

use super::Item;
use crate::catalogue::Ordering;
use memchr::memmem;
use std::cmp;

#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) ids: Vec<i64>,
    pub(super) categories: Vec<Option<i64>>,
    pub(super) prices: Vec<i64>,
    pub(super) stocks: Vec<i64>,
    created: Vec<i64>,
    names: Vec<Box<str>>,
    texts: Vec<Box<str>>,
    /// Places of products that are gone.
    free: Vec<u32>,
}

impl Columns {
    /// Writes a product into a free row, or a new one.
    pub(super) fn write(&mut self, item: Item) -> u32 {
        let Item { id, category_id, price, stock, created_at, name_key, search_text } = item;
        if let Some(place) = self.free.pop() {
            let at = row(place);
            (self.ids[at], self.categories[at], self.prices[at]) = (id, category_id, price);
            (self.stocks[at], self.created[at]) = (stock, created_at);
            (self.names[at], self.texts[at]) = (name_key.into(), search_text.into());
            return place;
        }
        self.ids.push(id);
        self.categories.push(category_id);
        self.prices.push(price);
        self.stocks.push(stock);
        self.created.push(created_at);
        self.names.push(name_key.into());
        self.texts.push(search_text.into());
        u32::try_from(self.ids.len() - 1).unwrap_or(u32::MAX)
    }

    /// Frees a row; what stood in it takes no memory any more.
    pub(super) fn free(&mut self, place: u32) {
        let at = row(place);
        (self.names[at], self.texts[at]) = (Box::default(), Box::default());
        self.free.push(place);
    }

    /// Whether a product stands in this row just so, but for its stock.
    pub(super) fn holds(&self, place: u32, item: &Item) -> bool {
        let at = row(place);
        self.categories[at] == item.category_id
            && self.prices[at] == item.price
            && self.created[at] == item.created_at
            && *self.names[at] == *item.name_key
            && *self.texts[at] == *item.search_text
    }

    /// Whether something of the product can be sold.
    pub(super) fn is_in_stock(&self, place: u32) -> bool {
        self.stocks[row(place)] > 0
    }

    /// How two products are sorted; the id breaks ties.
    pub(super) fn compare(&self, ordering: Ordering, a: u32, b: u32) -> cmp::Ordering {
        let (a, b) = (row(a), row(b));
        let first = match ordering {
            Ordering::Id => cmp::Ordering::Equal,
            Ordering::Price => self.prices[a].cmp(&self.prices[b]),
            Ordering::Name => self.names[a].cmp(&self.names[b]),
            Ordering::CreatedAt => self.created[a].cmp(&self.created[b]),
        };
        first.then_with(|| self.ids[a].cmp(&self.ids[b]))
    }

    /// The name of a product as it is sorted.
    pub(super) fn name(&self, place: u32) -> &str {
        &self.names[row(place)]
    }

    /// Whether all terms occur in the text of the product.
    pub(super) fn mentions(&self, place: u32, terms: &[memmem::Finder<'_>]) -> bool {
        let text = self.texts[row(place)].as_bytes();
        terms.iter().all(|term| term.find(text).is_some())
    }
}

pub(super) const fn row(place: u32) -> usize {
    place as usize
}
