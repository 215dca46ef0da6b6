//! Servers that go away and come back, each test with servers of its own. Only what a set-up has can fail there: on
//! SQLite alone the tests of PostgreSQL and Redis hold the shop to the same answers without either.

use crate::support::{World, add, builder, each, place};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::servers::{Durability, Postgres, Redis};
use testkit::{Client, Setup};

const SOON: Duration = Duration::from_secs(10);

/// Asks until the answer has this status; how long it took.
async fn until(client: &Client, path: &str, status: u16) -> Duration {
    let asked = Instant::now();
    loop {
        let answer = client.try_send("GET".parse().expect("a method"), path, ()).await;
        if answer.as_ref().is_ok_and(|answer| answer.status == status) {
            return asked.elapsed();
        }
        assert!(asked.elapsed() < SOON, "{path} did not come to {status}: {answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The shop is alive, says that it is not ready, and answers other routes at once with 503 and a body.
async fn is_out_of_service(client: &Client, ready_within: Duration) {
    let took = until(client, "/readyz", 503).await;
    assert!(took < ready_within, "/readyz took {took:?} to tell");
    client.get("/livez").await.expect(200);
    let asked = Instant::now();
    let refused = client.get("/products/").await.expect(503);
    assert!(asked.elapsed() < Duration::from_secs(2), "a route took {:?} to refuse", asked.elapsed());
    assert!(refused.json()["detail"].is_string(), "{refused}");
    assert!(refused.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_database_that_stops_is_told_at_once_and_needs_no_restart_when_it_is_back() {
    if !Setup::from_env().has_postgres() {
        let world = World::open().await;
        world.shop.client().get("/readyz").await.expect(200);
        return;
    }
    let postgres = Postgres::launch(Durability::Off).expect("a PostgreSQL");
    let world = World::of(builder().on(Setup::Postgres).postgres(&postgres.url("postgres"))).await;
    let product = world.product("Mug", "5.00", 9).await;
    let client = world.shop.client();

    postgres.stop().expect("it stops");
    is_out_of_service(&client, Duration::from_secs(1)).await;
    postgres.start().expect("it starts");
    until(&client, "/readyz", 200).await;
    assert_eq!(world.stock(product).await, 9);

    postgres.kill();
    is_out_of_service(&client, Duration::from_secs(1)).await;
    postgres.start().expect("it starts");
    until(&client, "/readyz", 200).await;
    add(&client, product, 1).await.expect(201);
    place(&client).await;
    world.books_add_up();
}

#[tokio::test]
async fn a_database_that_hangs_keeps_nobody_waiting() {
    if !Setup::from_env().has_postgres() {
        let world = World::open().await;
        world.shop.client().get("/livez").await.expect(200);
        return;
    }
    let postgres = Postgres::launch(Durability::Off).expect("a PostgreSQL");
    let world = World::of(builder().on(Setup::Postgres).postgres(&postgres.url("postgres"))).await;
    let client = world.shop.client();
    postgres.pause().expect("it pauses");
    let asked = Instant::now();
    client.get("/products/").await.expect(503);
    let took = asked.elapsed();
    is_out_of_service(&client, Duration::from_secs(1)).await;
    postgres.resume();
    until(&client, "/readyz", 200).await;
    client.get("/products/").await.expect(200);
    assert!(took < Duration::from_millis(2500), "a request under way waited {took:?}");
}

/// Shops through once; every step must give what it gives with Redis in good health.
async fn shops(world: &World, product: i64) {
    let client = world.shop.client();
    assert_eq!(client.get("/cart/items/").await.expect(200).json(), json!([]));
    add(&client, product, 1).await.expect(201);
    assert_eq!(each(&client.get("/cart/items/").await.expect(200).json(), "quantity"), [&json!(1)]);
    add(&client, product, 2).await.expect(200);
    assert_eq!(each(&client.get("/cart/items/").await.expect(200).json(), "quantity"), [&json!(3)]);
    client.patch(&format!("/cart/items/{product}/"), json!({"quantity": 2})).await.expect(200);
    assert_eq!(client.get("/cart/").await.expect(200).json()["item_count"], 2);
    place(&client).await;
    assert_eq!(client.get("/cart/items/").await.expect(200).json(), json!([]));
}

#[tokio::test]
async fn without_redis_every_answer_is_the_same() {
    let redis = if Setup::from_env().has_redis() { Some(Redis::launch().expect("a Redis")) } else { None };
    let builder = match &redis {
        Some(redis) => builder().redis(&redis.url()),
        None => builder(),
    };
    let world = World::of(builder).await;
    let product = world.product("Mug", "5.00", 900).await;
    shops(&world, product).await;
    if let Some(redis) = &redis {
        for _ in 0..5 {
            redis.flush().expect("it forgets");
            shops(&world, product).await;
        }
        redis.stop().expect("it stops");
        shops(&world, product).await;
        world.shop.register("ann@example.com").await;
        world.shop.client().get("/readyz").await.expect(200);
        redis.start().expect("it starts");
        shops(&world, product).await;
        redis.pause().expect("it pauses");
        shops(&world, product).await;
        redis.resume();
    }
    shops(&world, product).await;
    world.books_add_up();
}

#[tokio::test]
async fn what_a_cached_cart_shows_changes_with_its_products() {
    let world = World::open().await;
    let product = world.product("Mug", "5.00", 9).await;
    let client = world.shop.client();
    add(&client, product, 2).await.expect(201);
    let shown = || async { client.get("/cart/items/").await.expect(200).json()[0].clone() };
    assert_eq!(shown().await["subtotal"], "10.00");
    assert_eq!(shown().await["subtotal"], "10.00");
    world.staff.patch(&format!("/products/{product}/"), json!({"price": "6.50", "stock": 4})).await.expect(200);
    let line = shown().await;
    assert_eq!((&line["subtotal"], &line["product"]["stock"]), (&json!("13.00"), &json!(4)));
    world.staff.delete(&format!("/products/{product}/")).await.expect(204);
    assert_eq!(client.get("/cart/items/").await.expect(200).json(), json!([]), "a product that is gone still shows");
}
