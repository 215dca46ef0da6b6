//! What is known of each product, a column each: a filter reads only those it looks at.

use super::Item;
use super::traces::Traces;
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
    /// Fewer than the others where the last texts are empty: large catalogues come without texts.
    traces: Vec<Traces>,
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
            self.trace(at);
            return place;
        }
        self.ids.push(id);
        self.categories.push(category_id);
        self.prices.push(price);
        self.in_stock.push(stock > 0);
        self.created.push(created_at);
        self.names.push(name_key.into());
        self.texts.push(search_text.into());
        self.trace(self.texts.len() - 1);
        u32::try_from(self.ids.len() - 1).unwrap_or(u32::MAX)
    }

    fn trace(&mut self, at: usize) {
        let traces = Traces::of(&self.texts[at]);
        if at >= self.traces.len() {
            if self.texts[at].is_empty() {
                return;
            }
            self.traces.resize(at + 1, Traces::default());
        }
        self.traces[at] = traces;
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
        let at = row(place);
        // Of most, the text need not be looked at.
        let may = self.traces.get(at).is_some_and(|traces| traces.may_hold(&terms.traces));
        may && terms.each.iter().all(|term| term.find(self.texts[at].as_bytes()).is_some())
    }
}

/// Words that are looked for. Made once for all texts: that takes longer than looking through one.
pub(super) struct Terms<'a> {
    each: Vec<memmem::Finder<'a>>,
    /// Those of all of them.
    traces: Traces,
}

impl<'a> Terms<'a> {
    pub(super) fn of(terms: &'a [String]) -> Self {
        let mut traces = Traces::default();
        for term in terms {
            traces.add(term);
        }
        Self { each: terms.iter().map(memmem::Finder::new).collect(), traces }
    }
}

pub(super) const fn row(place: u32) -> usize {
    place as usize
}
