//! What the shop is filled with: a fixture of categories and products whose names, prices and places vary enough for
//! filters to find something different each time, and users who share one password.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// How many products there are; their ids begin at 1.
pub(super) const PRODUCTS: u64 = 10_000;
/// How many categories; their ids begin at 1.
pub(super) const CATEGORIES: u64 = 50;
/// How many users, apart from the one whose password they share.
pub(super) const USERS: u64 = 1_000;
/// Enough of each product for any number of orders.
const STOCK: u64 = 1_000_000_000;

/// Kinds of products, by which they can be searched for.
pub(super) const NOUNS: [&str; 16] = [
    "Kettle", "Mug", "Lamp", "Chair", "Basket", "Blanket", "Notebook", "Jacket", "Bowl", "Shelf", "Scarf", "Towel",
    "Candle", "Knife", "Apron", "Clock",
];
const ADJECTIVES: [&str; 12] =
    ["Enamel", "Walnut", "Linen", "Copper", "Woven", "Quiet", "Folding", "Striped", "Heavy", "Small", "Oak", "Glazed"];

/// Writes the fixture for `oxcart loaddata`.
pub(super) fn write_fixture(path: &Path) -> Result<()> {
    let categories = (1..=CATEGORIES).map(category);
    let records: Vec<Value> = categories.chain((1..=PRODUCTS).map(product)).collect();
    let file = File::create(path).with_context(|| format!("writing {}", path.display()))?;
    Ok(serde_json::to_writer(BufWriter::new(file), &records)?)
}

fn category(id: u64) -> Value {
    json!({"model": "catalogue.category", "pk": id, "fields": {"name": format!("Category {id}")}})
}

fn product(id: u64) -> Value {
    let chance = scattered(id);
    let noun = chosen(&NOUNS, chance);
    let adjective = chosen(&ADJECTIVES, chance >> 8);
    let price = 100 + (chance >> 16) % 50_000;
    let description = format!(
        "A {noun} for every day, {adjective} and made to last. It is sent within two working days, well packed, with a \
         note on how to care for it and where its parts come from.",
    );
    // Every tenth is sold out; they are never ordered, see `for_sale`.
    let stock = if id.is_multiple_of(10) { 0 } else { STOCK };
    json!({"model": "catalogue.product", "pk": id, "fields": {
        "name": format!("{adjective} {noun} {id}"),
        "description": description,
        "category": id % CATEGORIES + 1,
        "price": format!("{}.{:02}", price / 100, price % 100),
        "stock": stock,
    }})
}

/// The id of one of so many products that is in stock: another one for each number, until all have had their turn.
pub(super) fn for_sale(number: u64, products: u64) -> u64 {
    // A prime, so that neighbours in time are no neighbours in the table.
    const STRIDE: u64 = 3_989;
    let in_stock = products / 10 * 9;
    let place = number % in_stock * STRIDE % in_stock;
    place / 9 * 10 + place % 9 + 1
}

/// The address of a user, from 0.
pub(super) fn email(number: u64) -> String {
    format!("buyer-{}@example.com", number % USERS + 1)
}

/// Adds the users, each with the password of the one who is there already.
pub(super) fn users_sql() -> String {
    format!(
        "INSERT INTO users (email, email_key, password, date_joined) \
         WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {USERS}) \
         SELECT 'buyer-' || n || '@example.com', 'buyer-' || n || '@example.com', \
                (SELECT min(password) FROM users), 1750000000000000 FROM numbers"
    )
}

/// One of these words, by a number.
pub(super) fn chosen(words: &[&'static str], number: u64) -> &'static str {
    let place = usize::try_from(number % words.len() as u64).unwrap_or_default();
    words[place]
}

/// A number that looks like chance and is the same in each run (SplitMix64).
pub(super) fn scattered(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn what_is_ordered_is_in_stock_and_all_of_it_has_its_turn() {
        let ordered: HashSet<u64> = (0..PRODUCTS / 10 * 9).map(|number| for_sale(number, PRODUCTS)).collect();
        assert_eq!(ordered.len() as u64, PRODUCTS / 10 * 9, "some product is ordered twice before all had their turn");
        for id in ordered {
            assert!((1..=PRODUCTS).contains(&id), "there is no product {id}");
            assert_eq!(product(id)["fields"]["stock"], STOCK, "product {id} is sold out");
        }
    }
}
