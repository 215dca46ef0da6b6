//! `/metrics`: figures move by what happened, each is described, and nobody can make them grow without end.

#![expect(clippy::float_arithmetic, reason = "figures are floats, and none of them is money")]

use crate::support::{World, add, ask, builder, place};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use testkit::Shop;

/// Every series with its value.
type Series = BTreeMap<String, f64>;

async fn scrape(shop: &Shop) -> Series {
    let text = shop.client().get("/metrics").await.expect(200).text();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let read = |line: &str| {
        let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line:?} has no value"));
        (name.to_owned(), value.parse().unwrap_or_else(|_| panic!("{line:?} is no number")))
    };
    lines.map(read).collect()
}

fn of(series: &Series, name: &str) -> f64 {
    series.get(name).copied().unwrap_or_default()
}

/// How much a series grew.
fn grown(before: &Series, after: &Series, name: &str) -> f64 {
    of(after, name) - of(before, name)
}

#[tokio::test]
async fn a_story_moves_each_figure_by_as_much_as_happened() {
    let world = World::of(builder().env("OXCART_LOGIN_FAILURE_RATE", "2/h")).await;
    let mug = world.product("Mug", "1.00", 3).await;
    let (ann, bob, cid) = (world.shop.customer().await, world.shop.customer().await, world.shop.customer().await);
    for buyer in [&ann, &bob] {
        add(buyer, mug, 2).await.expect(201);
    }
    let before = scrape(&world.shop).await;

    place(&ann).await;
    bob.post("/order/place_order/", ()).await.expect(409);
    cid.post("/order/place_order/", ()).await.expect(400);
    for status in [401, 401, 429] {
        let wrong = json!({"email": ann.email, "password": "wrong-as-can-be"});
        world.shop.client().post("/api/token/", wrong).await.expect(status);
    }
    world.shop.log_in(&world.shop.client(), &bob.email, &bob.password).await;
    for _ in 0..3 {
        world.staff.get(&format!("/products/{mug}/")).await.expect(200);
    }
    let mut socket = world.shop.client().socket("/ws/products/").await;
    socket.subscribe("products").await;

    let after = scrape(&world.shop).await;
    for (series, by) in [
        ("oxcart_orders_placed_total", 1.0),
        (r#"oxcart_orders_refused_total{reason="insufficient_stock"}"#, 1.0),
        (r#"oxcart_orders_refused_total{reason="cart_empty"}"#, 1.0),
        (r#"oxcart_orders_refused_total{reason="failure"}"#, 0.0),
        (r#"oxcart_logins_total{outcome="refused"}"#, 2.0),
        (r#"oxcart_logins_total{outcome="throttled"}"#, 1.0),
        (r#"oxcart_logins_total{outcome="let_in"}"#, 1.0),
        (r#"oxcart_sockets{kind="websocket"}"#, 1.0),
        (r#"oxcart_requests_total{method="GET",route="/products/{id}/",status="200"}"#, 3.0),
        (r#"oxcart_requests_total{method="POST",route="/order/place_order/",status="409"}"#, 1.0),
        (r#"oxcart_request_seconds_count{method="POST",route="/order/place_order/"}"#, 3.0),
        (r#"oxcart_batch_jobs_sum{kind="orders"}"#, 3.0),
        (r#"oxcart_batch_jobs_count{kind="orders"}"#, 3.0),
        ("oxcart_transactions_retried_total", 0.0),
    ] {
        assert!(
            (grown(&before, &after, series) - by).abs() < 0.01,
            "{series} went from {} to {}, not by {by}",
            of(&before, series),
            of(&after, series)
        );
    }
    assert!(grown(&before, &after, "oxcart_event_log_seq") >= 2.0, "an order was placed and told");
    assert!(of(&after, "oxcart_event_log_unread_seconds") < 2.0, "the log is followed");
    for idle in [r#"oxcart_password_hashes{state="running"}"#, r#"oxcart_batch_waiting{kind="orders"}"#] {
        assert!(after.get(idle).is_some_and(|value| value.abs() < 0.01), "{idle} is not there, or not 0");
    }
    let pool = if world.shop.setup().has_postgres() { "all" } else { "read" };
    let connections = |state| of(&after, &format!("oxcart_database_connections{{pool=\"{pool}\",state=\"{state}\"}}"));
    let most = of(&after, &format!("oxcart_database_connections_max{{pool=\"{pool}\"}}"));
    assert!((1.0..=most).contains(&(connections("in_use") + connections("idle"))), "no more than {most} connections");
    assert!(of(&after, "process_resident_memory_bytes") > 1e6 && of(&after, "process_open_fds") > 3.0);
    assert!(after.keys().any(|name| name.starts_with("oxcart_build_info{version=")), "no build info");
    socket.close().await;
}

#[tokio::test]
async fn nobody_can_make_the_figures_grow_without_end() {
    let shop = builder().start().await;
    let made_up = async |from: usize| {
        for number in from..from + 40 {
            shop.client().get(&format!("/nowhere-{number}/")).await.expect(404);
            shop.client().get(&format!("/products/{number}{number}/")).await.expect(404);
            shop.client().get(&format!("/products/?search=word{number}")).await.expect(200);
            ask(&shop.client(), &format!("MADEUP{number}"), "/products/", ()).await.expect(401);
        }
        scrape(&shop).await
    };
    made_up(0).await;
    let (few, many) = (made_up(100).await, made_up(200).await);
    let new: Vec<_> = many.keys().filter(|name| !few.contains_key(*name)).collect();
    assert!(new.is_empty(), "made-up addresses made new series: {new:?}");
}

#[tokio::test]
async fn every_figure_stands_in_the_table_for_operators() {
    let table = include_str!("../../../../docs/OPERATING.md");
    let described: BTreeSet<_> =
        table.split('`').filter(|word| word.starts_with("oxcart_") || word.starts_with("process_")).collect();
    let shop = builder().start().await;
    let customer = shop.customer().await;
    customer.post("/order/place_order/", ()).await.expect(400);
    let text = shop.client().get("/metrics").await.expect(200).text();
    let shown = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let missing: Vec<_> = shown.filter(|name| !described.contains(name)).collect();
    assert!(missing.is_empty(), "docs/OPERATING.md does not describe {missing:?}");
    assert!(described.len() > 20, "only {} figures are described", described.len());
}
