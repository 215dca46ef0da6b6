//! Which products a filter keeps, and which of them are on a page.

use super::columns::row;
use super::{Finder, ORDERINGS};
use crate::catalogue::{Filter, Ordering};

/// A page that is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// What is kept; its names of categories and its drafts are not looked at.
    pub filter: &'a Filter,
    /// The categories that the filter's names stand for, each once; `None` when it names none.
    pub categories: Option<&'a [i64]>,
    /// Entries of a page.
    pub limit: usize,
    /// Entries before it.
    pub offset: usize,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many the filter keeps.
    pub count: usize,
    /// The ids on the page.
    pub ids: Vec<i64>,
}

impl Finder {
    /// Finds a page.
    #[must_use]
    pub fn find(&self, wanted: Wanted<'_>) -> Found {
        let Wanted { filter, categories, limit, offset } = wanted;
        let ordering = filter.ordering;
        if let Some(categories) = categories {
            let places = categories.iter().filter_map(|category| self.of_category.get(category)).flatten();
            let in_order = categories.len() == 1 && ordering == Ordering::Id;
            return self.page(places.copied().filter(|place| self.keeps(filter, *place)).collect(), in_order, wanted);
        }
        let priced = self.priced(filter);
        let is_all = priced.len() == self.len();
        match (filter.in_stock, filter.terms.is_empty()) {
            (None, true) if is_all => self.slice(self.sorted(ordering), limit, offset, filter.descending),
            (None, true) if ordering == Ordering::Price => self.slice(priced, limit, offset, filter.descending),
            (Some(wanted_stock), true) if is_all => {
                let count = if wanted_stock { self.in_stock } else { self.len() - self.in_stock };
                self.walk(filter, count, limit, offset)
            }
            _ => {
                let source = if is_all { self.sorted(ordering) } else { priced };
                let kept = source.iter().copied().filter(|place| self.keeps(filter, *place)).collect();
                self.page(kept, is_all || ordering == Ordering::Price, wanted)
            }
        }
    }

    fn sorted(&self, ordering: Ordering) -> &[u32] {
        let at = ORDERINGS.iter().position(|one| *one == ordering).unwrap_or_default();
        &self.sorted[at]
    }

    /// The places in the filter's range of prices, by price.
    fn priced(&self, filter: &Filter) -> &[u32] {
        let places = self.sorted(Ordering::Price);
        let price = |place: &u32| self.columns.prices[row(*place)];
        let from = filter.min_price.map_or(0, |min| places.partition_point(|place| price(place) < min));
        let to = filter.max_price.map_or(places.len(), |max| places.partition_point(|place| price(place) <= max));
        places.get(from..to).unwrap_or_default()
    }

    /// Whether the filter keeps a product, categories aside.
    fn keeps(&self, filter: &Filter, place: u32) -> bool {
        let (price, stock) = (self.columns.prices[row(place)], self.columns.stocks[row(place)]);
        filter.min_price.is_none_or(|min| price >= min)
            && filter.max_price.is_none_or(|max| price <= max)
            && filter.in_stock.is_none_or(|wanted| wanted == (stock > 0))
            && self.columns.mentions(place, &filter.terms)
    }

    /// A page of places that are all kept and in order.
    fn slice(&self, places: &[u32], limit: usize, offset: usize, descending: bool) -> Found {
        let id = |place: &u32| self.columns.ids[row(*place)];
        let ids = match descending {
            false => places.iter().skip(offset).take(limit).map(id).collect(),
            true => places.iter().rev().skip(offset).take(limit).map(id).collect(),
        };
        Found { count: places.len(), ids }
    }

    /// A page of a filter whose count is known: walks along the order until the page is full.
    fn walk(&self, filter: &Filter, count: usize, limit: usize, offset: usize) -> Found {
        let places = self.sorted(filter.ordering);
        let kept = |place: &&u32| self.keeps(filter, **place);
        let id = |place: &u32| self.columns.ids[row(*place)];
        let from_end = offset > count / 2;
        // The nearer end; a page found from the far one comes backwards.
        let (skip, take) = match from_end {
            false => (offset, limit),
            true => (count.saturating_sub(offset.saturating_add(limit)), limit.min(count.saturating_sub(offset))),
        };
        let mut ids: Vec<i64> = match filter.descending == from_end {
            true => places.iter().filter(kept).skip(skip).take(take).map(id).collect(),
            false => places.iter().rev().filter(kept).skip(skip).take(take).map(id).collect(),
        };
        if from_end {
            ids.reverse();
        }
        Found { count, ids }
    }

    /// A page of what was kept.
    fn page(&self, mut kept: Vec<u32>, in_order: bool, wanted: Wanted<'_>) -> Found {
        let Wanted { filter, limit, offset, .. } = wanted;
        if in_order {
            return self.slice(&kept, limit, offset, filter.descending);
        }
        let count = kept.len();
        let sort = |a: &u32, b: &u32| {
            let order = self.columns.compare(filter.ordering, *a, *b);
            if filter.descending { order.reverse() } else { order }
        };
        let end = offset.saturating_add(limit).min(count);
        if end < count {
            kept.select_nth_unstable_by(end, sort);
            kept.truncate(end);
        }
        kept.sort_unstable_by(sort);
        let ids = kept.iter().skip(offset).map(|place| self.columns.ids[row(*place)]).collect();
        Found { count, ids }
    }
}
