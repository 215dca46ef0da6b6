//! What the rest of the project may rely on when it fills a shop with this data.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Product, picture, shop};

fn repeated<T: Ord + Clone + std::fmt::Debug>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|value| !seen.insert(value.clone())).collect()
}

fn names<'a>(products: impl IntoIterator<Item = &'a Product>) -> Vec<&'static str> {
    products.into_iter().map(|product| product.name).collect()
}

#[test]
fn nothing_shares_a_slug_a_sku_or_a_barcode() {
    let shop = shop();
    let variants = || shop.products.iter().flat_map(|product| &product.variants);
    assert_eq!(repeated(shop.categories.iter().map(|category| category.slug)), Vec::<&str>::new());
    assert_eq!(repeated(shop.products.iter().map(|product| product.slug.as_str())), Vec::<&str>::new());
    assert_eq!(repeated(variants().map(|variant| variant.sku.as_str())), Vec::<&str>::new());
    assert_eq!(repeated(variants().filter_map(|variant| variant.barcode.as_deref())), Vec::<&str>::new());
}

#[test]
fn slugs_hold_only_what_a_path_may() {
    for product in shop().products {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(product.slug.chars().all(plain), "{} has the slug {}", product.name, product.slug);
    }
}

#[test]
fn every_category_is_used_and_every_parent_comes_first() {
    let shop = shop();
    let mut known = BTreeSet::new();
    for category in &shop.categories {
        assert!(category.parent.is_none_or(|parent| known.contains(parent)), "{} before its parent", category.name);
        known.insert(category.slug);
        assert!(shop.products.iter().any(|product| product.category == category.slug), "{} is empty", category.name);
    }
    let lost: Vec<_> = shop.products.iter().filter(|product| !known.contains(product.category)).collect();
    assert!(lost.is_empty(), "in no known category: {:?}", names(lost));
    let departments = shop.categories.iter().filter(|category| category.parent.is_none()).count();
    assert!(departments >= 8, "only {departments} departments");
}

#[test]
fn the_shelves_are_full_enough_to_page_through() {
    let shop = shop();
    let choices = shop.products.iter().filter(|product| product.variants.len() > 1).count();
    assert!(shop.products.len() >= 64, "only {} products", shop.products.len());
    assert!(choices >= 14, "only {choices} products with a choice");
}

#[test]
fn one_product_is_sold_out_and_one_plain_product_has_a_single_unit_left() {
    let products = shop().products;
    let with_stock = |units| products.iter().filter(|product| product.stock() == units).collect::<Vec<_>>();
    assert_eq!(names(with_stock(0)), ["Willow Harvest Basket"]);
    assert_eq!(names(with_stock(1)), ["Forged Chef's Knife"]);
    assert!(with_stock(1)[0].option_names.is_empty(), "the last single unit must be of a plain product");
}

#[test]
fn every_variant_answers_every_option_and_has_a_sound_price() {
    for product in shop().products {
        let name = product.name;
        assert!(!product.variants.is_empty(), "{name} cannot be bought");
        assert!(product.option_names.is_empty() == (product.variants.len() == 1), "{name}: options without a choice");
        let choices = product.variants.iter().map(|variant| variant.option_values.clone());
        assert_eq!(repeated(choices), Vec::<Vec<&str>>::new(), "{name} offers a choice twice");
        for variant in &product.variants {
            let sku = &variant.sku;
            assert_eq!(variant.option_values.len(), product.option_names.len(), "{sku}");
            assert!(variant.price > 0 && variant.grams > 0, "{sku} is free or weightless");
            assert!(variant.compare_at.is_none_or(|before| before > variant.price), "{sku} was never dearer");
        }
    }
}

#[test]
fn barcodes_carry_a_sound_check_digit_and_handmade_things_carry_none() {
    for product in shop().products {
        for variant in &product.variants {
            assert_eq!(variant.barcode.is_none(), product.tags.contains(&"handmade"), "{}", variant.sku);
            let Some(barcode) = &variant.barcode else {
                continue;
            };
            let weighed = barcode.bytes().zip([1, 3].into_iter().cycle());
            let sum: u32 = weighed.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
            assert!(barcode.len() == 13 && sum.is_multiple_of(10), "{} has the barcode {barcode}", variant.sku);
        }
    }
}

#[test]
fn descriptions_are_one_to_three_sentences() {
    for product in shop().products {
        let sentences = product.description.split_inclusive(['.', '?', '!']).count();
        assert!((1..=3).contains(&sentences), "{} has {sentences}", product.name);
        assert!(product.description.len() >= 60, "{} hardly says anything", product.name);
    }
}

#[test]
fn people_can_log_in_under_the_usual_password_rules() {
    let people = shop().people;
    assert_eq!(people.customer.email, "customer@example.com");
    assert_eq!(people.staff.email, "staff@example.com");
    assert!(people.staff.staff && !people.customer.staff);
    for person in [people.customer, people.staff] {
        assert!(person.password.len() >= 12, "{} has a short password", person.email);
        for part in person.email.split(['@', '.']).chain([person.first_name, person.last_name]) {
            assert!(!person.password.contains(&part.to_lowercase()), "{} is in its password", part);
        }
    }
}

#[test]
fn every_picture_is_small_well_formed_self_contained_svg_with_a_title() {
    for product in shop().products {
        let (name, svg) = (product.name, picture(&product));
        assert!(svg.len() <= 6 * 1024, "{name} takes {} bytes", svg.len());
        let document = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}\n{svg}"));
        let root = document.root_element();
        assert_eq!((root.attribute("viewBox"), root.attribute("role")), (Some("0 0 800 800"), Some("img")), "{name}");
        assert_eq!(root.first_element_child().and_then(|title| title.text()), Some(name));
        let allowed = ["svg", "title", "g", "path", "rect", "ellipse", "clipPath"];
        for element in document.descendants().filter(roxmltree::Node::is_element) {
            assert!(allowed.contains(&element.tag_name().name()), "{name} holds {element:?}");
            let links = element.attributes().filter(|attribute| attribute.name().ends_with("href"));
            assert_eq!(links.count(), 0, "{name} refers to something: {element:?}");
        }
    }
}

#[test]
fn no_two_products_look_the_same() {
    let mut seen = BTreeMap::new();
    for mut product in shop().products {
        (product.slug, product.category) = (String::new(), "");
        let name = std::mem::take(&mut product.name);
        if let Some(other) = seen.insert(picture(&product), name) {
            panic!("{name} is drawn just like {other}");
        }
    }
}
