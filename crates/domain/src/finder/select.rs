//! Which products a filter keeps, and which of them are on a page.

use super::Finder;
use super::columns::{Columns, Terms, row};
use super::ranked::Ranked;
use super::sorted::{Keyed, first_of};
use crate::catalogue::{Filter, Ordering};
use std::cmp;

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

/// What a filter keeps, categories aside.
struct Kept<'a> {
    columns: &'a Columns,
    filter: &'a Filter,
    /// Whether only those in the range of prices are asked about.
    are_priced: bool,
    terms: Terms<'a>,
}

impl<'a> Kept<'a> {
    fn by(filter: &'a Filter, columns: &'a Columns, are_priced: bool) -> Self {
        Self { columns, filter, are_priced, terms: Terms::of(&filter.terms) }
    }

    fn has(&self, place: u32) -> bool {
        (self.are_priced || self.is_priced(place))
            && self.is_stocked(place)
            && (self.filter.terms.is_empty()
                || self.columns.may_mention(place, &self.terms) && self.columns.mentions(place, &self.terms))
    }

    fn is_stocked(&self, place: u32) -> bool {
        self.filter.in_stock.is_none_or(|wanted| wanted == self.columns.is_in_stock(place))
    }

    /// All that the filter keeps of these categories, found by its words; `None` when it is better to look at each of so
    /// many `candidates`.
    fn by_words(&self, categories: Option<&[i64]>, candidates: usize) -> Option<Vec<u32>> {
        let category = |place| self.columns.categories[row(place)];
        let is_among =
            |place| categories.is_none_or(|ids| category(place).is_some_and(|category| ids.contains(&category)));
        let kept = |place: &u32| {
            self.is_priced(*place)
                && self.is_stocked(*place)
                && is_among(*place)
                && self.columns.mentions(*place, &self.terms)
        };
        Some(self.columns.that_may_mention(&self.terms, candidates)?.filter(kept).collect())
    }

    fn is_priced(&self, place: u32) -> bool {
        let price = self.columns.prices[row(place)];
        self.filter.min_price.is_none_or(|min| price >= min) && self.filter.max_price.is_none_or(|max| price <= max)
    }

    /// Those of a list that the filter keeps; it keeps all of them when `all`.
    fn of<'s>(&'s self, list: &'s [u32], backwards: bool, all: bool) -> Box<dyn Iterator<Item = u32> + 's> {
        let kept = move |place: &u32| self.has(*place);
        match (backwards, all) {
            (false, true) => Box::new(list.iter().copied()),
            (true, true) => Box::new(list.iter().rev().copied()),
            (false, false) => Box::new(list.iter().copied().filter(kept)),
            (true, false) => Box::new(list.iter().rev().copied().filter(kept)),
        }
    }
}

impl Finder {
    /// Finds a page. What it costs grows with the page and with how few of those it passes are kept, not with how many
    /// products there are, unless it has to look at each of them to count: words, or stock within a range of prices.
    #[must_use]
    pub fn find(&self, wanted: Wanted<'_>) -> Found {
        let filter = wanted.filter;
        let sets: Vec<&Ranked> = match wanted.categories {
            None => vec![&self.all],
            Some(ids) => ids.iter().filter_map(|id| self.of_category.get(id)).collect(),
        };
        let priced: Vec<&[u32]> =
            sets.iter().map(|set| set.priced(&self.columns, filter.min_price, filter.max_price)).collect();
        let total: usize = sets.iter().map(|set| set.len()).sum();
        let candidates: usize = priced.iter().map(|places| places.len()).sum();
        let sorted = || sets.iter().map(|set| set.in_order(filter.ordering)).collect::<Vec<_>>();
        let by_price = filter.ordering == Ordering::Price;
        match known_count(filter, &sets, total, candidates) {
            Some(0) => Found::default(),
            Some(count) if by_price => self.walk(&priced, count, wanted),
            Some(count) if steps(count, total, sets.len(), wanted) < candidates => self.walk(&sorted(), count, wanted),
            // All of them, in order already.
            None if candidates == total && !by_price => self.scan(&sorted(), true, wanted),
            _ => self.scan(&priced, by_price, wanted),
        }
    }

    /// A page of a filter whose count is known: walks along each list, all in the wanted order, until it has what the
    /// page can need of it.
    fn walk<'a>(&'a self, lists: &[&'a [u32]], count: usize, wanted: Wanted<'a>) -> Found {
        let Wanted { filter, limit, offset, .. } = wanted;
        // From the nearer end; a page found from the far one comes backwards.
        let from_end = is_nearer_the_end(count, offset);
        let (skip, take) = match from_end {
            false => (offset, limit),
            true => (count.saturating_sub(offset.saturating_add(limit)), limit.min(count.saturating_sub(offset))),
        };
        let backwards = filter.descending != from_end;
        let all = count == lists.iter().map(|list| list.len()).sum::<usize>();
        let kept = Kept::by(filter, &self.columns, filter.ordering == Ordering::Price);
        let mut places: Vec<u32> = match lists {
            [list] => kept.of(list, backwards, all).skip(skip).take(take).collect(),
            lists => {
                let needed = skip.saturating_add(take);
                let of_each = |list: &&'a [u32]| kept.of(list, backwards, all).take(needed);
                let mut places: Vec<u32> = lists.iter().flat_map(of_each).collect();
                places.sort_unstable_by(|a, b| self.compare(filter.ordering, backwards, *a, *b));
                places.into_iter().skip(skip).take(take).collect()
            }
        };
        if from_end {
            places.reverse();
        }
        Found { count, ids: self.ids(places) }
    }

    /// A page of a filter whose count is not known, or that keeps so few that walking would take longer: looks at every
    /// candidate, which are those in the range of prices, or at those that may hold its words. A single list may be in the
    /// wanted order.
    fn scan(&self, lists: &[&[u32]], in_order: bool, wanted: Wanted<'_>) -> Found {
        let Wanted { filter, categories, limit, offset } = wanted;
        let keeps = Kept::by(filter, &self.columns, true);
        let candidates = lists.iter().map(|list| list.len()).sum();
        let by_words = keeps.by_words(categories, candidates);
        let in_order = in_order && lists.len() == 1 && !filter.is_ranked() && by_words.is_none();
        let one_by_one = || lists.iter().copied().flatten().copied().filter(|place| keeps.has(*place)).collect();
        let mut kept: Vec<u32> = by_words.unwrap_or_else(one_by_one);
        let count = kept.len();
        let end = offset.saturating_add(limit).min(count);
        match (in_order, filter.descending) {
            (true, false) => {}
            (true, true) => kept.reverse(),
            (false, descending) => {
                let keyed = kept.into_iter().map(|place| self.keyed(filter, place)).collect();
                kept = first_of(keyed, &self.columns, (filter.ordering, descending), end);
            }
        }
        Found { count, ids: self.ids(kept.into_iter().take(end).skip(offset)) }
    }

    fn keyed(&self, filter: &Filter, place: u32) -> Keyed {
        let rank = if filter.is_ranked() { filter.rank(self.columns.name(place)) } else { 0 };
        Keyed::of(&self.columns, filter.ordering, rank, place)
    }

    fn compare(&self, ordering: Ordering, descending: bool, a: u32, b: u32) -> cmp::Ordering {
        let order = self.columns.compare(ordering, a, b);
        if descending { order.reverse() } else { order }
    }

    fn ids(&self, places: impl IntoIterator<Item = u32>) -> Vec<i64> {
        places.into_iter().map(|place| self.columns.ids[row(place)]).collect()
    }
}

/// How many a filter keeps, when that is known without looking at any.
fn known_count(filter: &Filter, sets: &[&Ranked], total: usize, candidates: usize) -> Option<usize> {
    match filter.in_stock {
        _ if !filter.terms.is_empty() => None,
        None => Some(candidates),
        Some(wanted) if candidates == total => Some(sets.iter().map(|set| set.stocked(wanted)).sum()),
        Some(_) => None,
    }
}

const fn is_nearer_the_end(count: usize, offset: usize) -> bool {
    offset > count / 2
}

/// About how many places a walk to a page passes when those that are kept lie evenly.
fn steps(count: usize, total: usize, lists: usize, wanted: Wanted<'_>) -> usize {
    let offset = wanted.offset.min(count);
    let kept = match is_nearer_the_end(count, offset) {
        true => count - offset,
        false => offset.saturating_add(wanted.limit).min(count),
    };
    kept.saturating_mul(lists).saturating_mul(total / count.max(1))
}
