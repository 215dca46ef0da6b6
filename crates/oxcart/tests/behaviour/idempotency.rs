//! A request that is sent again under its `Idempotency-Key` has its effect once and is answered as the first time.

use crate::support::{World, add, builder, count, id, together};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Answer, Client};

fn under(client: &Client, key: &str) -> Client {
    client.with_header("idempotency-key", key)
}

fn is_replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

/// Sends the same twice under one key: the second answer is the first one's, and says so.
async fn twice(client: &Client, key: &str, path: &str, body: Value) -> Value {
    let client = under(client, key);
    let first = client.post(path, body.clone()).await;
    assert!(first.status < 300 && !is_replayed(&first), "{first}");
    let again = client.post(path, body).await;
    assert!(is_replayed(&again), "{path}: {again}");
    assert_eq!((again.status, again.header("location")), (first.status, first.header("location")), "{path}");
    assert_eq!(again.body, first.body, "{path}");
    first.json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_asked_for_twice_under_one_key_is_done_once() {
    let world = World::of(builder().instances(2)).await;
    let mug = world.product("Mug", "1.00", 10).await;
    let ann = world.shop.customer().await;
    let guest = world.shop.client();
    add(&guest, mug, 1).await.expect(201);

    for (who, lines) in [(&*ann, 2), (&guest, 3)] {
        let line = twice(who, "k1", "/cart/add/", json!({"product_id": mug, "quantity": 2})).await;
        assert_eq!(line["quantity"], lines);
        assert_eq!(who.get("/cart/").await.json()["item_count"], lines);
        let order = twice(who, "k1", "/order/place_order/", json!({})).await;
        assert_eq!(order["order"]["items"][0]["quantity"], lines);
        assert_eq!(who.get("/order/").await.json()["count"], 1);
        let cancel = format!("/order/{}/cancel/", order["order"]["id"]);
        twice(who, "k1", &cancel, json!({})).await;
        let moved = under(who, "k1").post("/order/999999/cancel/", json!({})).await;
        assert_eq!(moved.status, 422, "the order is part of the request: {moved}");
    }
    assert_eq!(world.stock(mug).await, 10);

    add(&ann, mug, 1).await.expect(201);
    let order = ann.post("/order/place_order/", json!({})).await.expect(201).json();
    let step = format!("/order/{}/update_status/", order["order"]["id"]);
    twice(&world.staff, "k1", &step, json!({"status": "processing"})).await;
    let named = json!({"name": "Pan", "price": "2.00", "stock": 1});
    let pan = twice(&world.staff, "k1", "/products/", named).await;
    world.staff.get(&format!("/products/{}/", pan["id"])).await.expect(200);
    twice(&world.staff, "k1", "/categories/", json!({"name": "Kitchen"})).await;
    assert_eq!(world.staff.get("/categories/").await.json()["count"], 1);
    let account = json!({"email": "bob@example.com", "password": "a long enough passphrase"});
    twice(&world.shop.client(), "k1", "/user/register/", account).await;
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_stands_for_one_request_of_one_caller() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 100).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    let path = "/cart/add/";
    let of_ann = under(&ann, "key");
    of_ann.post(path, json!({"product_id": mug, "quantity": 2})).await.expect(201);
    // The same values in another order are the same request; other values are another.
    let text = format!("{{ \"quantity\" : 2,\n \"product_id\": {mug} }}");
    assert!(is_replayed(&of_ann.post(path, testkit::Body::raw("application/json", text)).await.expect(201)));
    let other = of_ann.post(path, json!({"product_id": mug, "quantity": 3})).await.expect(422);
    assert!(other.json()["detail"].as_str().unwrap_or_default().contains("new key"), "{other}");
    assert_eq!(ann.get("/cart/").await.json()["item_count"], 2);
    let of_bob = under(&bob, "key").post(path, json!({"product_id": mug, "quantity": 3})).await.expect(201);
    assert!(!is_replayed(&of_bob), "keys of others are nobody's business");
    let account = json!({"email": "eve@example.com", "password": "a long enough passphrase"});
    under(&world.shop.client(), "key").post("/user/register/", account).await.expect(201);
    let guess = json!({"email": "eve@example.com", "password": "another long passphrase"});
    under(&world.shop.client(), "key").post("/user/register/", guess).await.expect(422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_not_kept() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 1).await;
    let ann = under(&*world.shop.customer().await, "key");
    let two = json!({"product_id": mug, "quantity": 2});
    ann.post("/cart/add/", two.clone()).await.expect(409);
    world.staff.patch(&format!("/products/{mug}/"), json!({"stock": 2})).await.expect(200);
    assert!(!is_replayed(&ann.post("/cart/add/", two).await.expect(201)));
    under(&ann, "other").delete("/cart/").await.expect(204);
    ann.post("/order/place_order/", ()).await.expect(400);
    add(&under(&ann, "third"), mug, 1).await.expect(201);
    let placed = ann.post("/order/place_order/", ()).await;
    assert_eq!((placed.status, is_replayed(&placed)), (201, false), "{placed}");
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_and_nothing_is_done() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 10).await;
    let ann = world.shop.customer().await;
    for key in ["", "two words", &"x".repeat(256), "ключ"] {
        let answer = under(&ann, key).post("/cart/add/", json!({"product_id": mug})).await.expect(400);
        assert!(answer.json()["detail"].as_str().unwrap_or_default().starts_with("Idempotency-Key"), "{answer}");
    }
    assert_eq!(ann.get("/cart/").await.json()["item_count"], 0);
    under(&ann, &"x".repeat(255)).post("/cart/add/", json!({"product_id": mug})).await.expect(201);
}

/// Of any number of twins one does it; the others are told its answer, or to wait for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_parallel_twins_one_has_the_effect() {
    let world = World::of(builder().instances(3)).await;
    let mug = world.product("Mug", "1.00", 1_000).await;
    let ann = world.shop.customer().await;
    let urls: Vec<_> = (0..world.shop.instances()).map(|number| world.shop.url_of(number)).collect();
    for round in 0..5 {
        let key = format!("round-{round}");
        for (path, body) in
            [("/cart/add/", json!({"product_id": mug, "quantity": 3})), ("/order/place_order/", json!({}))]
        {
            let answers = together(32, |number| {
                let (twin, body) = (under(&ann.at(&urls[number % urls.len()]), &key), body.clone());
                async move { twin.post(path, body).await }
            })
            .await;
            let first: Vec<_> = answers.iter().filter(|answer| answer.status == 201 && !is_replayed(answer)).collect();
            assert_eq!(first.len(), 1, "{path}, round {round}");
            for twin in answers.iter().filter(|answer| answer.status != 409) {
                assert_eq!((twin.status, &twin.body), (201, &first[0].body), "{path}: {twin}");
            }
            for waiting in answers.iter().filter(|answer| answer.status == 409) {
                assert_eq!(waiting.header("retry-after"), Some("1"), "{path}: {waiting}");
            }
            let after = under(&ann, &key).post(path, body).await.expect(201);
            assert!(is_replayed(&after) && after.body == first[0].body);
        }
    }
    let orders = ann.get("/order/").await.expect(200).json();
    assert_eq!(orders["count"], 5);
    assert!(orders["results"].as_array().is_some_and(|all| all.iter().all(|order| order["items"][0]["quantity"] == 3)));
    assert_eq!(world.stock(mug).await, 985);
    world.books_add_up();
}

/// Keys of many callers in one batch: each has its own answer, and a refused one takes nobody along.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keyed_orders_that_are_placed_together_keep_their_own_answers() {
    let world = World::open().await;
    let (mug, rare) = (world.product("Mug", "1.00", 1_000).await, world.product("Rare", "1.00", 5).await);
    let mut people = vec![];
    for _ in 0..24 {
        people.push(world.shop.customer().await);
    }
    for (number, person) in people.iter().enumerate() {
        add(person, if number % 2 == 0 { mug } else { rare }, 1).await.expect(201);
    }
    let place = |number: usize| {
        let person = under(&people[number], "mine");
        async move { (number, person.post("/order/place_order/", ()).await) }
    };
    let answers: Vec<(usize, Answer)> = together(24, place).await;
    assert_eq!(count(&answers.iter().map(|(_, answer)| answer.clone()).collect::<Vec<_>>(), 201), 17);
    for (number, first) in answers.iter().filter(|(_, answer)| answer.status == 201) {
        let again = under(&people[*number], "mine").post("/order/place_order/", ()).await.expect(201);
        assert!(is_replayed(&again));
        assert_eq!(id(&again.json()["order"]), id(&first.json()["order"]));
    }
    world.books_add_up();
}

#[tokio::test]
async fn old_answers_are_forgotten() {
    let world = World::of(builder().env("OXCART_IDEMPOTENCY_RETENTION", "1s")).await;
    let mug = world.product("Mug", "1.00", 10).await;
    let ann = under(&*world.shop.customer().await, "key");
    let one = json!({"product_id": mug, "quantity": 1});
    ann.post("/cart/add/", one.clone()).await.expect(201);
    let began = Instant::now();
    while is_replayed(&ann.post("/cart/add/", one.clone()).await) {
        assert!(began.elapsed() < Duration::from_secs(20), "the answer is never forgotten");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(ann.get("/cart/").await.json()["item_count"], 2);
}

/// Whoever was not answered before logging in asks again after it.
#[tokio::test]
async fn keys_of_a_session_come_along_at_login() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 10).await;
    let ann = world.shop.customer().await;
    let guest = world.shop.client();
    add(&guest, mug, 1).await.expect(201);
    let two = json!({"product_id": mug, "quantity": 2});
    let added = under(&guest, "add").post("/cart/add/", two.clone()).await.expect(200);
    let placed = under(&guest, "place").post("/order/place_order/", ()).await.expect(201);
    let login = json!({"email": ann.email, "password": ann.password});
    let access = guest.post("/api/token/", login).await.expect(200).json()["access"].clone();
    let now = guest.with_token(access.as_str().unwrap_or_default());
    for (key, path, body, before) in
        [("add", "/cart/add/", two, added), ("place", "/order/place_order/", json!({}), placed)]
    {
        let again = under(&now, key).post(path, body).await;
        assert!(is_replayed(&again), "{path}: {again}");
        assert_eq!((again.status, again.body), (before.status, before.body));
    }
    assert_eq!(now.get("/cart/").await.json()["item_count"], 0);
    assert_eq!(now.get("/order/").await.json()["count"], 1);
}

#[tokio::test]
async fn a_step_to_where_an_order_stands_is_kept_too() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 10).await;
    let ann = world.shop.customer().await;
    add(&ann, mug, 1).await.expect(201);
    let order = ann.post("/order/place_order/", ()).await.expect(201).json();
    let step = format!("/order/{}/update_status/", order["order"]["id"]);
    world.staff.post(&step, json!({"status": "shipped"})).await.expect(200);
    let first = under(&world.staff, "key").post(&step, json!({"status": "shipped"})).await.expect(200);
    world.staff.post(&step, json!({"status": "delivered"})).await.expect(200);
    let again = under(&world.staff, "key").post(&step, json!({"status": "shipped"})).await.expect(200);
    assert!(is_replayed(&again) && again.body == first.body, "{again}");
    under(&world.staff, "key").post(&step, json!({"status": "delivered"})).await.expect(422);
}
