//! What is known of each product, a column each: a filter reads only those it looks at.

use super::Item;
use super::traces::{Groups, Traces};
use crate::catalogue::Ordering;
use memchr::memmem;
use std::cmp;

#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) ids: Vec<i64>,
    pub(super) categories: Vec<Option<i64>>,
    pub(super) prices: Vec<i64>,
    in_stock: Vec<bool>,
    pub(super) created: Vec<i64>,
    names: Vec<Box<str>>,
    texts: Vec<Box<str>>,
    traces: Traces,
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
            (self.in_stock[at], self.created[at]) = (stock > 0, created_at);
            (self.names[at], self.texts[at]) = (name_key.into(), search_text.into());
            self.traces.put(at, &self.texts[at]);
            return place;
        }
        self.ids.push(id);
        self.categories.push(category_id);
        self.prices.push(price);
        self.in_stock.push(stock > 0);
        self.created.push(created_at);
        self.names.push(name_key.into());
        self.texts.push(search_text.into());
        let at = self.texts.len() - 1;
        self.traces.put(at, &self.texts[at]);
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// Frees a row; what stood in it takes no memory any more.
    pub(super) fn free(&mut self, place: u32) {
        let at = row(place);
        (self.names[at], self.texts[at]) = (Box::default(), Box::default());
        self.traces.put(at, "");
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
        self.in_stock[row(place)]
    }

    /// Notes whether something of the product can be sold.
    pub(super) fn restock(&mut self, place: u32, stock: i64) {
        self.in_stock[row(place)] = stock > 0;
    }

    /// How two products that are equally relevant are sorted; the id breaks ties.
    pub(super) fn compare(&self, ordering: Ordering, a: u32, b: u32) -> cmp::Ordering {
        let (a, b) = (row(a), row(b));
        let first = match ordering {
            Ordering::Id => cmp::Ordering::Equal,
            Ordering::Price => self.prices[a].cmp(&self.prices[b]),
            Ordering::Name => self.names[a].cmp(&self.names[b]),
            Ordering::CreatedAt | Ordering::Relevance => self.created[a].cmp(&self.created[b]),
        };
        first.then_with(|| self.ids[a].cmp(&self.ids[b]))
    }

    /// The name of a product as it is sorted.
    pub(super) fn name(&self, place: u32) -> &str {
        &self.names[row(place)]
    }

    /// Whether all terms occur in the text of the product.
    pub(super) fn mentions(&self, place: u32, terms: &Terms<'_>) -> bool {
        terms.each.iter().all(|term| term.find(self.texts[row(place)].as_bytes()).is_some())
    }

    /// Whether they may: of most products it can be denied without looking at the text.
    pub(super) fn may_mention(&self, place: u32, terms: &Terms<'_>) -> bool {
        self.traces.may_hold(row(place), &terms.groups)
    }

    /// All products that may mention them, unless it takes longer than to look at so many `candidates`.
    pub(super) fn that_may_mention<'a>(
        &'a self,
        terms: &'a Terms<'_>,
        candidates: usize,
    ) -> Option<impl Iterator<Item = u32> + 'a> {
        if self.traces.steps(&terms.groups) / STEPS > candidates {
            return None;
        }
        Some(self.traces.holding(&terms.groups)?.filter_map(|at| u32::try_from(at).ok()))
    }
}

/// Steps through the traces that take about as long as looking at one product.
const STEPS: usize = 4;

/// Words that are looked for. Made once for all texts: that takes longer than looking through one.
pub(super) struct Terms<'a> {
    each: Vec<memmem::Finder<'a>>,
    groups: Groups,
}

impl<'a> Terms<'a> {
    pub(super) fn of(terms: &'a [String]) -> Self {
        Self { each: terms.iter().map(memmem::Finder::new).collect(), groups: Groups::of(terms) }
    }
}

pub(super) const fn row(place: u32) -> usize {
    place as usize
}
