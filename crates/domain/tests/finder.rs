//! The finder against the plainest way to find products: look at each, then sort.

use oxcart_domain::catalogue::{Filter, Ordering};
use oxcart_domain::finder::{Finder, Found, Item, Wanted};
use proptest::prelude::*;
use std::cmp;
use std::collections::BTreeMap;

fn item() -> impl Strategy<Value = Item> {
    let words = prop::sample::subsequence(vec!["mug", "enamel", "lamp", "oak", "blue"], 0..=4);
    (1..60_i64, prop::option::of(1..5_i64), 0..20_i64, 0..3_i64, 0..10_i64, 0..8_u8, words).prop_map(
        |(id, category_id, price, stock, created_at, name, words)| Item {
            id,
            category_id,
            price,
            stock,
            created_at,
            name_key: format!("{}{}", ["", "mug ", "o", "amelia "][usize::from(name % 4)], char::from(b'a' + name)),
            search_text: words.join(" "),
        },
    )
}

fn filter() -> impl Strategy<Value = Filter> {
    let ordering = prop::sample::select(vec![
        Ordering::Id,
        Ordering::Price,
        Ordering::Name,
        Ordering::CreatedAt,
        Ordering::Relevance,
    ]);
    let terms = prop::sample::subsequence(vec!["mug".to_owned(), "amel".to_owned(), "o".to_owned()], 0..=2);
    let bound = || prop::option::of(0..20_i64);
    (bound(), bound(), prop::option::of(any::<bool>()), terms, ordering, any::<bool>()).prop_map(
        |(min_price, max_price, in_stock, terms, ordering, descending)| Filter {
            min_price,
            max_price,
            in_stock,
            terms,
            ordering,
            descending,
            ..Filter::default()
        },
    )
}

/// What happens to a shop.
#[derive(Clone, Debug)]
enum Change {
    Put(Item),
    Remove(i64),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![4 => item().prop_map(Change::Put), 1 => (1..60_i64).prop_map(Change::Remove)]
}

fn plainly(items: &BTreeMap<i64, Item>, wanted: Wanted<'_>) -> Found {
    let Wanted { filter, categories, limit, offset } = wanted;
    let keeps = |item: &&Item| {
        categories.is_none_or(|among| item.category_id.is_some_and(|category| among.contains(&category)))
            && filter.min_price.is_none_or(|min| item.price >= min)
            && filter.max_price.is_none_or(|max| item.price <= max)
            && filter.in_stock.is_none_or(|wanted| wanted == (item.stock > 0))
            && filter.terms.iter().all(|term| item.search_text.contains(term))
    };
    let mut kept: Vec<&Item> = items.values().filter(keeps).collect();
    let names_first = filter.ordering == Ordering::Relevance && !filter.terms.is_empty();
    let rank = |item: &Item| match filter.terms.iter().all(|term| item.name_key.contains(term)) {
        true if item.name_key.starts_with(&filter.terms[0]) => 0,
        true => 1,
        false => 2,
    };
    kept.sort_by(|a, b| {
        let first = match filter.ordering {
            Ordering::Id => cmp::Ordering::Equal,
            Ordering::Price => a.price.cmp(&b.price),
            Ordering::Name => a.name_key.cmp(&b.name_key),
            Ordering::CreatedAt | Ordering::Relevance => a.created_at.cmp(&b.created_at),
        };
        let order = first.then(a.id.cmp(&b.id));
        let order = if filter.descending { order.reverse() } else { order };
        if names_first { rank(a).cmp(&rank(b)).then(order) } else { order }
    });
    let ids = kept.iter().skip(offset).take(limit).map(|item| item.id).collect();
    Found { count: kept.len(), ids }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn it_finds_what_looking_at_each_product_finds_whatever_changed_before(
        begin in prop::collection::vec(item(), 0..40),
        changes in prop::collection::vec(change(), 0..40),
        filter in filter(),
        categories in prop::option::of(prop::sample::subsequence(vec![1_i64, 2, 3, 9], 0..=3)),
        limit in 0..12_usize,
        offset in 0..50_usize,
    ) {
        let mut items: BTreeMap<i64, Item> = begin.into_iter().map(|item| (item.id, item)).collect();
        let mut finder: Finder = items.values().cloned().collect();
        for change in changes {
            match change {
                Change::Put(item) => {
                    finder.put(item.clone());
                    items.insert(item.id, item);
                }
                Change::Remove(id) => {
                    finder.remove(id);
                    items.remove(&id);
                }
            }
        }
        prop_assert_eq!(finder.len(), items.len());
        let wanted = Wanted { filter: &filter, categories: categories.as_deref(), limit, offset };
        prop_assert_eq!(finder.find(wanted), plainly(&items, wanted));
    }
}
