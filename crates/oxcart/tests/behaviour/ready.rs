//! Answers that are kept ready, and products found in memory, are what the database would have answered.

use crate::support::{World, add, ask, builder, each, place};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Answer, Body, Client};

/// The list, answered until it is what memory answers: that is read when it is first asked for.
async fn warm(client: &Client) {
    for _ in 0..20 {
        client.get("/products/?min_price=0&ordering=name").await.expect(200);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Products in two categories, with prices, stock and words that filters tell apart.
async fn shelves(world: &World) -> Vec<i64> {
    let (kitchen, garden) = (world.category("Kitchen", None).await, world.category("Garden", None).await);
    let mut ids = vec![];
    for number in 0..30_i64 {
        let noun = ["Mug", "Pan", "Rake"][usize::try_from(number % 3).unwrap_or_default()];
        let category =
            [json!(kitchen), json!(garden), Value::Null][usize::try_from(number % 7 % 3).unwrap_or_default()].clone();
        let product = json!({
            "name": format!("{noun} {}", number * 7 % 30), "price": format!("{}.50", number * 5 % 11),
            "stock": number % 4, "category": category, "description": if number % 2 == 0 { "of <b>oak</b>" } else { "of steel" },
        });
        let created = world.create(product).await;
        ids.push(created["id"].as_i64().unwrap_or_default());
    }
    ids
}

fn questions() -> Vec<String> {
    let orderings = ["", "id", "-id", "price", "-price", "name", "-name", "created_at", "-created_at"];
    let filters = [
        "",
        "category=kitchen",
        "category=kitchen&category=garden",
        "min_price=3",
        "max_price=6&min_price=2",
        "in_stock=true",
        "in_stock=false",
        "search=oak",
        "search=mug%20oak&max_price=7",
        "category=garden&in_stock=1",
        "category=nowhere",
        "price__gt=3.50&price__lt=9",
        "search=steel&in_stock=true&category=kitchen",
    ];
    let pages = ["", "page=2", "page=last", "page_size=1", "page_size=4&page=3"];
    let mut all = vec![];
    for (at, filter) in filters.iter().enumerate() {
        for (turn, ordering) in orderings.iter().enumerate() {
            let page = pages[(at + turn) % pages.len()];
            all.push(format!("/products/?{filter}&ordering={ordering}&{page}&page_size=7"));
        }
    }
    all
}

/// The staff's lists come from the database; everybody else's from memory.
async fn memory_says_what_the_database_says(world: &World, when: &str) {
    let anybody = world.shop.client();
    for question in questions() {
        let (from_memory, from_database) = (anybody.get(&question).await, world.staff.get(&question).await);
        assert_eq!(from_memory.status, from_database.status, "{when}: {question}");
        assert_eq!(numbered(from_memory.json()), numbered(from_database.json()), "{when}: {question}");
    }
}

/// A page as customers turn it: the staff's name the rows they go on from, beside the number.
fn numbered(mut page: Value) -> Value {
    for side in ["next", "previous"] {
        if let Some(address) = page[side].as_str() {
            let said = address.split('&').filter(|said| !said.starts_with("after=") && !said.starts_with("before="));
            page[side] = said.collect::<Vec<_>>().join("&").replace("?page=1&", "?").replace("&page=1", "").into();
        }
    }
    page
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_from_memory_are_what_the_database_lists() {
    let world = World::open().await;
    let ids = shelves(&world).await;
    warm(&world.shop.client()).await;
    memory_says_what_the_database_says(&world, "at first").await;
    for (turn, id) in ids.iter().enumerate().step_by(3) {
        let change = match turn % 4 {
            0 => json!({"price": "4.25"}),
            1 => json!({"stock": 9, "name": format!("Aardvark {turn}")}),
            2 => json!({"stock": 0}),
            _ => json!({"category": null, "description": "of oak and steel"}),
        };
        world.staff.patch(&format!("/products/{id}/"), change).await.expect(200);
    }
    world.staff.delete(&format!("/products/{}/", ids[1])).await.expect(204);
    memory_says_what_the_database_says(&world, "after changes").await;
    let buyer = world.shop.client();
    add(&buyer, ids[3], 3).await;
    add(&buyer, ids[7], 1).await.expect(201);
    place(&buyer).await;
    world.create(json!({"name": "Brand new", "price": "3.00", "stock": 1})).await;
    memory_says_what_the_database_says(&world, "after an order").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_shows_in_the_next_answer_whoever_asks() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let category = world.category("Kitchen", None).await;
    let anybody = world.shop.client();
    let (list, one) = ("/products/", format!("/products/{mug}/"));
    for number in 2..12 {
        for path in [list, &one] {
            anybody.get(path).await.expect(200);
        }
        let price = format!("{number}.00");
        world.staff.patch(&one, json!({"price": price, "category": category})).await.expect(200);
        assert_eq!(each(&anybody.get(list).await.json(), "price"), [&json!(price)]);
        assert_eq!(anybody.get(&one).await.json()["price"], json!(price));
        let name = format!("Kitchen {number}");
        world.staff.patch(&format!("/categories/{category}/"), json!({"name": name})).await.expect(200);
        assert_eq!(anybody.get(&one).await.json()["category"]["name"], json!(name));
        assert_eq!(anybody.get(list).await.json()["results"][0]["category"]["name"], json!(name));
    }
    world.staff.patch(&one, json!({"published": false})).await.expect(200);
    assert_eq!(anybody.get(list).await.json()["count"], 0);
    anybody.get(&one).await.expect(404);
    assert_eq!(world.staff.get(list).await.json()["count"], 1, "the staff sees drafts");
}

/// Asks again and again, while another instance tells of what it answered already.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_grows_old_while_somebody_asks_is_not_given_to_them() {
    let world = World::of(builder().instances(2)).await;
    let mug = world.product("Mug", "1.00", 100).await;
    let one = format!("/products/{mug}/");
    let buyer = world.shop.client();
    add(&buyer, mug, 1).await.expect(201);
    let other = world.shop.url_of(world.shop.instances() - 1);
    for level in 1..=100 {
        world.staff.patch(&one, json!({"stock": level})).await.expect(200);
        let asking = (0..8).map(|_| {
            let (own, one) = (buyer.at(&other), one.clone());
            tokio::spawn(async move {
                for _ in 0..6 {
                    assert_eq!(
                        own.get(&one).await.expect(200).json()["stock"],
                        level,
                        "what was answered before shows"
                    );
                }
            })
        });
        for asked in asking.collect::<Vec<_>>() {
            asked.await.expect("nobody sees what was before");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_bought_sees_what_is_left_on_any_instance_and_others_within_a_second() {
    let world = World::of(builder().instances(3)).await;
    let mug = world.product("Mug", "1.00", 100).await;
    let one = format!("/products/{mug}/");
    let everywhere: Vec<_> = (0..world.shop.instances()).map(|number| world.shop.url_of(number)).collect();
    let buyer = world.shop.client();
    for left in (90..100).rev() {
        for url in &everywhere {
            buyer.at(url).get(&one).await.expect(200);
        }
        add(&buyer, mug, 1).await.expect(201);
        place(&buyer).await;
        for url in &everywhere {
            let own = buyer.at(url);
            assert_eq!(own.get(&one).await.json()["stock"], left, "one's own order does not show at {url}");
            assert_eq!(each(&own.get("/products/").await.json(), "stock"), [&json!(left)]);
        }
        let since = Instant::now();
        for number in 0..world.shop.instances() {
            while world.shop.client_of(number).get(&one).await.json()["stock"] != left {
                assert!(since.elapsed() < Duration::from_secs(2), "instance {number} is behind for too long");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_an_answer_already_is_told_so() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let anybody = world.shop.client();
    for path in ["/products/".to_owned(), format!("/products/{mug}/"), "/products/?search=mug".to_owned()] {
        let first = anybody.get(&path).await.expect(200);
        let tag = first.header("etag").expect("an ETag").to_owned();
        assert_eq!(first.header("cache-control"), Some("no-cache"));
        let known = anybody.with_header("If-None-Match", &format!("\"other\", {tag}"));
        let again = known.get(&path).await.expect(304);
        assert_eq!((again.text().as_str(), again.header("etag")), ("", Some(tag.as_str())));
        world.staff.patch(&format!("/products/{mug}/"), json!({"stock": 5 + path.len()})).await.expect(200);
        assert_ne!(known.get(&path).await.expect(200).header("etag"), Some(tag.as_str()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_memory_and_kept_answers_all_is_the_same() {
    let plain = builder().env("OXCART_ANSWER_CACHE_BYTES", "0").env("OXCART_CATALOGUE_IN_MEMORY", "0");
    let world = World::of(plain).await;
    shelves(&world).await;
    memory_says_what_the_database_says(&world, "without memory").await;
    let one = world.shop.client().get("/products/1/").await.expect(200);
    assert!(one.header("etag").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_that_moves_from_one_variant_to_another_shows() {
    let world = World::open().await;
    let variants = |small: i64, large: i64| {
        json!([{"options": {"Size": "S"}, "price": "5.00", "stock": small},
               {"options": {"Size": "L"}, "price": "5.00", "stock": large}])
    };
    let tee = world.create(json!({"name": "Tee", "options": ["Size"], "variants": variants(5, 0)})).await;
    let (path, large) = (format!("/products/{}/", tee["id"]), tee["variants"][1]["id"].clone());
    let anybody = world.shop.client();
    let into_cart = json!({"product_id": tee["id"], "variant_id": large, "quantity": 1});
    assert_eq!(each(&anybody.get(&path).await.json()["variants"], "stock"), [&json!(5), &json!(0)]);
    anybody.post("/cart/add/", into_cart.clone()).await.expect(409);
    world.staff.patch(&path, json!({"variants": variants(0, 5)})).await.expect(200);
    let now = anybody.get(&path).await.json();
    assert_eq!(each(&now["variants"], "stock"), [&json!(0), &json!(5)]);
    let bought = json!({"product_id": tee["id"], "variant_id": now["variants"][1]["id"], "quantity": 1});
    anybody.post("/cart/add/", bought).await.expect(201);
}

/// Carts come from memory only while neither they nor anything in them has changed, on any instance.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_is_what_it_is_on_every_instance() {
    let world = World::of(builder().instances(3)).await;
    let mug = world.product("Mug", "1.00", 100).await;
    let ann = world.shop.customer().await;
    let guest = world.shop.client();
    add(&guest, mug, 1).await.expect(201);
    add(&ann, mug, 1).await.expect(201);
    let everywhere: Vec<_> = (0..world.shop.instances()).map(|number| world.shop.url_of(number)).collect();
    for round in 2..8_i64 {
        for (at, url) in everywhere.iter().enumerate() {
            for caller in [&guest, &*ann] {
                let cart = caller.at(url).get("/cart/").await.expect(200).json();
                assert_eq!(cart["item_count"], round - 1, "in round {round} at {at}");
                assert_eq!(cart["items"][0]["unit_price"], format!("{}.00", round - 1), "in round {round} at {at}");
            }
        }
        let writer = &everywhere[usize::try_from(round).unwrap_or_default() % everywhere.len()];
        for caller in [&guest, &*ann] {
            add(&caller.at(writer), mug, 1).await.expect(200);
        }
        let price = json!({"price": format!("{round}.00")});
        world.staff.at(writer).patch(&format!("/products/{mug}/"), price).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_and_the_end_of_a_login_show_at_once_on_every_instance() {
    let world = World::of(builder().instances(3)).await;
    let everywhere: Vec<_> = (0..world.shop.instances()).map(|number| world.shop.url_of(number)).collect();
    for round in 0..6 {
        let ann = world.shop.customer().await;
        for url in &everywhere {
            ann.at(url).get("/user/profile/").await.expect(200);
        }
        let name = format!("Ann {round}");
        let writer = &everywhere[round % everywhere.len()];
        ann.at(writer).patch("/user/profile/", json!({"first_name": name})).await.expect(200);
        for url in &everywhere {
            assert_eq!(ann.at(url).get("/user/profile/").await.expect(200).json()["first_name"], name);
        }
        ann.at(writer).post("/api/token/blacklist/", json!({"refresh": ann.refresh})).await.expect(200);
        for url in &everywhere {
            ann.at(url).get("/user/profile/").await.expect(401);
        }
    }
}

/// Found by its address, an answer is the very answer of its route, for those it was meant for alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_kept_whole_is_the_routes_own() {
    let world = World::of(
        builder().env("OXCART_ALLOWED_HOSTS", "127.0.0.1,.shop.example").env("OXCART_TRUSTED_PROXIES", "127.0.0.1"),
    )
    .await;
    let mug = world.product("Mug", "1.00", 3).await;
    warm(&world.shop.client()).await;
    for path in [format!("/products/{mug}/"), "/products/?search=mug".into(), "/categories/".into()] {
        let told = |answer: &Answer| {
            let mut told = answer.headers.clone();
            told.remove("x-request-id");
            told.remove("date");
            told
        };
        let anybody = world.shop.client();
        let first = anybody.get(&path).await.expect(200);
        for _ in 0..3 {
            let again = anybody.get(&path).await.expect(200);
            assert_eq!((told(&again), &again.body), (told(&first), &first.body), "{path}");
            assert_ne!(again.header("x-request-id"), first.header("x-request-id"), "each request has its own");
        }
        let named = anybody.with_header("x-request-id", "my-own-request").get(&path).await;
        assert_eq!(named.header("x-request-id"), Some("my-own-request"));
        let known = anybody.with_header("if-none-match", first.header("etag").unwrap_or_default());
        known.get(&path).await.expect(304);
        anybody.with_header("authorization", "Bearer nonsense").get(&path).await.expect(401);
        anybody.with_header("x-forwarded-host", "evil.example").get(&path).await.expect(400);
        assert!(ask(&anybody, "HEAD", &path, Body::Empty).await.expect(200).body.is_empty());
        anybody.delete(&path).await.expect(401);
    }
    let through = world.shop.client().with_header("x-forwarded-host", "www.shop.example");
    let page = |proto: &str| {
        let client = through.with_header("x-forwarded-proto", proto);
        async move { client.get("/products/?page_size=1&page=2").await.expect(200).json()["previous"].clone() }
    };
    let _another = world.product("Pan", "1.00", 3).await;
    for _ in 0..4 {
        assert_eq!(page("https").await, "https://www.shop.example/products/?page_size=1");
        assert_eq!(page("http").await, "http://www.shop.example/products/?page_size=1");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_for_everybody_is_made_anew_by_the_next_change() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 30).await;
    let (path, buyer, anybody) = (format!("/products/{mug}/"), world.shop.customer().await, world.shop.client());
    for left in (20..30).rev() {
        anybody.get(&path).await.expect(200);
        add(&buyer, mug, 1).await.expect(201);
        place(&buyer).await;
        let now = [anybody.get(&path).await.json(), anybody.get(&path).await.json()];
        assert!(now.iter().all(|body| body["stock"] == left), "{now:?} where {left} are left");
    }
}
