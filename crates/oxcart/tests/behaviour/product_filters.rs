//! Browsing: pages, every spelling of every filter, search and ordering.

use crate::support::{World, builder, each, id};
use serde_json::{Value, json};

/// Tea (10.00, 3 in stock), Mug (19.99, none), Kettle (20.00, 5), Pan (20.00, 1), in kitchen > drinks and garden.
async fn shelves() -> (World, i64) {
    let world = World::open().await;
    let kitchen = world.category("Kitchen", None).await;
    let drinks = world.category("Hot Drinks", Some(kitchen)).await;
    let garden = world.category("Garden", None).await;
    let goods = [
        ("Tea", "10.00", 3, Some(drinks), "Green leaves from a hillside"),
        ("Mug", "19.99", 0, Some(drinks), "Enamel, blue"),
        ("Kettle", "20.00", 5, Some(kitchen), "Enamel, green"),
        ("Pan", "20.00", 1, Some(garden), "100% iron_cast"),
    ];
    for (name, price, stock, category, description) in goods {
        world
            .create(json!({"name": name, "price": price, "stock": stock, "category": category,
                "description": description}))
            .await;
    }
    (world, kitchen)
}

async fn names(world: &World, query: &str) -> Vec<String> {
    let page = world.shop.client().get(&format!("/products/?{query}")).await.expect(200).json();
    let names = each(&page, "name").into_iter().map(|name| name.as_str().unwrap_or_default().to_owned());
    names.collect()
}

#[tokio::test]
async fn a_page_says_how_many_there_are_and_where_the_next_ones_are() {
    let world = World::of(builder().env("OXCART_MAX_PAGE_SIZE", "3").env("OXCART_PAGE_SIZE", "2")).await;
    for number in 1..=5 {
        world.product(&format!("Cup {number}"), "1.00", 1).await;
    }
    let client = world.shop.client();
    let first = client.get("/products/?ordering=name&search=cup").await.expect(200).json();
    assert_eq!((&first["count"], &first["previous"]), (&json!(5), &Value::Null));
    assert_eq!(each(&first, "name"), ["Cup 1", "Cup 2"]);
    let next = first["next"].as_str().expect("a next page");
    assert!(next.starts_with(&format!("{}/products/?", world.shop.url())), "{next} is not absolute");
    let second = client.get(next).await.expect(200).json();
    assert_eq!(each(&second, "name"), ["Cup 3", "Cup 4"], "the filters are lost in {next}");
    let third = client.get(second["next"].as_str().expect("a next page")).await.expect(200).json();
    assert_eq!((each(&third, "name").len(), &third["next"]), (1, &Value::Null));
    let back = client.get(second["previous"].as_str().expect("a page before")).await.expect(200).json();
    assert_eq!(back["results"], first["results"]);

    for page in ["4", "0", "-1", "x", "99999999999999999999"] {
        let answer = client.get(&format!("/products/?page={page}")).await.expect(404);
        assert_eq!(answer.json(), json!({"detail": "Invalid page."}), "for page {page}");
    }
    for (size, shown) in [("1", 1), ("3", 3), ("1000", 3), ("0", 2), ("x", 2)] {
        let page = client.get(&format!("/products/?page_size={size}")).await.expect(200).json();
        assert_eq!(each(&page, "id").len(), shown, "for page_size {size}");
    }
    let last = client.get("/products/?ordering=name&page=last").await.expect(200).json();
    assert_eq!(each(&last, "name"), ["Cup 5"]);
}

#[tokio::test]
async fn a_page_has_24_products_unless_asked_and_at_most_100() {
    let shop = builder().demo().start().await;
    let plain = shop.client().get("/products/").await.expect(200).json();
    let count = plain["count"].as_u64().expect("a count");
    assert!(count > 24, "the demo has {count} products");
    assert_eq!(each(&plain, "id").len(), 24);
    let all = shop.client().get("/products/?page_size=5000").await.expect(200).json();
    assert_eq!(each(&all, "id").len() as u64, count.min(100));
}

#[tokio::test]
async fn an_empty_shop_has_one_empty_page() {
    let shop = builder().start().await;
    let page = shop.client().get("/products/").await.expect(200).json();
    assert_eq!(page, json!({"count": 0, "next": null, "previous": null, "results": []}));
    shop.client().get("/products/?page=1").await.expect(200);
    shop.client().get("/products/?page=2").await.expect(404);
}

#[tokio::test]
async fn every_spelling_of_a_price_filter_holds_to_the_cent() {
    let (world, _) = shelves().await;
    for name in ["min_price", "price_min", "price__gte"] {
        assert_eq!(names(&world, &format!("{name}=19.99&ordering=id")).await, ["Mug", "Kettle", "Pan"], "{name}");
        assert_eq!(names(&world, &format!("{name}=19.991&ordering=id")).await, ["Kettle", "Pan"], "{name}");
    }
    for name in ["max_price", "price_max", "price__lte"] {
        assert_eq!(names(&world, &format!("{name}=19.99&ordering=id")).await, ["Tea", "Mug"], "{name}");
        assert_eq!(names(&world, &format!("{name}=19.9899&ordering=id")).await, ["Tea"], "{name}");
    }
    assert_eq!(names(&world, "price__gt=19.99&ordering=id").await, ["Kettle", "Pan"]);
    assert_eq!(names(&world, "price__lt=19.99&ordering=id").await, ["Tea"]);
    assert_eq!(names(&world, "min_price=10&max_price=19.99&ordering=id").await, ["Tea", "Mug"]);
    assert_eq!(names(&world, "min_price=20&price__lt=20").await, Vec::<String>::new());
    assert_eq!(names(&world, "min_price=-1&max_price=99999999999999999999").await.len(), 4);
}

#[tokio::test]
async fn a_category_is_found_by_id_slug_or_name_and_brings_those_below_it() {
    let (world, kitchen) = shelves().await;
    for wanted in [kitchen.to_string().as_str(), "kitchen", "Kitchen", "KITCHEN"] {
        let found = names(&world, &format!("category={wanted}&ordering=id")).await;
        assert_eq!(found, ["Tea", "Mug", "Kettle"], "for {wanted}");
    }
    for wanted in ["hot-drinks", "Hot%20Drinks", "hot+drinks"] {
        assert_eq!(names(&world, &format!("category={wanted}&ordering=id")).await, ["Tea", "Mug"], "for {wanted}");
    }
    assert_eq!(names(&world, "category=garden&category=hot-drinks&ordering=id").await, ["Tea", "Mug", "Pan"]);
    assert_eq!(names(&world, "category=nowhere").await, Vec::<String>::new());
    assert_eq!(names(&world, "category=").await.len(), 4, "an empty filter is none");
}

#[tokio::test]
async fn every_spelling_of_in_stock_is_understood() {
    let (world, _) = shelves().await;
    for yes in ["true", "True", "TRUE", "1", "yes", "on"] {
        let found = names(&world, &format!("in_stock={yes}&ordering=id")).await;
        assert_eq!(found, ["Tea", "Kettle", "Pan"], "for {yes}");
    }
    for no in ["false", "False", "0", "no", "off"] {
        assert_eq!(names(&world, &format!("in_stock={no}")).await, ["Mug"], "for {no}");
    }
}

#[tokio::test]
async fn a_search_finds_what_holds_every_term_and_takes_signs_for_what_they_are() {
    let (world, _) = shelves().await;
    assert_eq!(names(&world, "search=enamel&ordering=id").await, ["Mug", "Kettle"]);
    assert_eq!(names(&world, "search=ENAMEL%20green").await, ["Kettle"]);
    assert_eq!(names(&world, "search=kettle,enamel").await, ["Kettle"]);
    assert_eq!(names(&world, "search=enamel%20iron").await, Vec::<String>::new());
    assert_eq!(names(&world, "search=100%25").await, ["Pan"], "a per cent sign is no wildcard");
    assert_eq!(names(&world, "search=iron_cast").await, ["Pan"]);
    assert_eq!(names(&world, "search=n_mel").await, Vec::<String>::new(), "an underscore is no wildcard");
    assert_eq!(names(&world, "search='%3B%20DROP%20TABLE%20products").await, Vec::<String>::new());
    assert_eq!(names(&world, "search=%20%20").await.len(), 4);
}

#[tokio::test]
async fn an_ordering_is_kept_and_ids_break_ties() {
    let (world, _) = shelves().await;
    assert_eq!(names(&world, "ordering=price").await, ["Tea", "Mug", "Kettle", "Pan"]);
    let dearest = names(&world, "ordering=-price").await;
    assert_eq!(dearest[2..], ["Mug", "Tea"]);
    assert_eq!(names(&world, "ordering=name").await, ["Kettle", "Mug", "Pan", "Tea"]);
    assert_eq!(names(&world, "ordering=-name").await, ["Tea", "Pan", "Mug", "Kettle"]);
    assert_eq!(names(&world, "ordering=created_at").await, ["Tea", "Mug", "Kettle", "Pan"]);
    assert_eq!(names(&world, "ordering=-created_at").await, ["Pan", "Kettle", "Mug", "Tea"]);
    for ordering in ["price", "-price"] {
        let mut paged = vec![];
        for page in 1..=4 {
            paged.extend(names(&world, &format!("ordering={ordering}&page_size=1&page={page}")).await);
        }
        assert_eq!(paged, names(&world, &format!("ordering={ordering}")).await, "a tie moves between pages");
    }
}

#[tokio::test]
async fn by_relevance_what_a_search_is_about_comes_before_what_mentions_it() {
    let (world, _) = shelves().await;
    for name in ["Enamel Cup", "Blue Enamel Pot", "50% Enamel"] {
        world.create(json!({"name": name, "price": "1.00", "stock": 1})).await;
    }
    let cases = [
        ("search=enamel", vec!["Enamel Cup", "50% Enamel", "Blue Enamel Pot", "Kettle", "Mug"]),
        ("search=enamel%20blue", vec!["Blue Enamel Pot", "Mug"]),
        ("search=blue%20enamel", vec!["Blue Enamel Pot", "Mug"]),
        ("search=%25", vec!["50% Enamel", "Pan"]),
        ("search=enamel&in_stock=true&max_price=20", vec!["Enamel Cup", "50% Enamel", "Blue Enamel Pot", "Kettle"]),
        ("search=", vec!["50% Enamel", "Blue Enamel Pot", "Enamel Cup", "Pan", "Kettle", "Mug", "Tea"]),
    ];
    for (query, expected) in cases {
        let query = format!("{query}&ordering=relevance");
        // The staff is always answered by the database, others out of memory by and by.
        let by_database = world.staff.get(&format!("/products/?{query}")).await.expect(200).json();
        assert_eq!(each(&by_database, "name"), expected, "{query}");
        for _ in 0..5 {
            assert_eq!(names(&world, &query).await, expected, "{query}");
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        }
        let mut paged = vec![];
        for page in 1..=expected.len().div_ceil(2) {
            paged.extend(names(&world, &format!("{query}&page_size=2&page={page}")).await);
        }
        assert_eq!(paged, expected, "{query}, in pages");
    }
    assert_eq!(
        names(&world, "search=enamel&ordering=relevance&ordering=name").await[0],
        "50% Enamel",
        "the last counts"
    );
    world.shop.client().get("/products/?ordering=-relevance").await.expect(400);
}

#[tokio::test]
async fn a_bad_filter_value_is_told_and_an_unknown_parameter_is_ignored() {
    let (world, _) = shelves().await;
    let number = json!(["A valid number is required."]);
    let cases = [
        ("min_price=cheap", json!({"min_price": number})),
        ("price__lt=1e5&price_max=NaN", json!({"price__lt": number, "price_max": number})),
        ("in_stock=maybe", json!({"in_stock": ["Must be a valid boolean."]})),
        ("ordering=colour", json!({"ordering": ["\"colour\" is not a valid choice."]})),
        ("min_price=x&in_stock=x", json!({"min_price": number, "in_stock": ["Must be a valid boolean."]})),
    ];
    for (query, expected) in cases {
        let answer = world.shop.client().get(&format!("/products/?{query}")).await.expect(400);
        assert_eq!(answer.json(), expected, "for {query}");
    }
    assert_eq!(names(&world, "colour=blue&utm_source=mail&price__between=1").await.len(), 4);
}

#[tokio::test]
async fn filters_hold_together() {
    let (world, _) = shelves().await;
    let query = "category=kitchen&in_stock=true&min_price=15&search=enamel&ordering=-price";
    assert_eq!(names(&world, query).await, ["Kettle"]);
    let one = world.shop.client().get(&format!("/products/?{query}")).await.expect(200).json();
    assert_eq!(one["count"], 1);
    world.shop.client().get(&format!("/products/{}/", id(&one["results"][0]))).await.expect(200);
}
