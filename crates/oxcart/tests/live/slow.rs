//! Readers that are too slow, bursts that are not their fault, and an instance that stops while they read.

use crate::log;
use crate::support::World;
use crate::ways::{lives, marker, now, polled, seq, seqs, stream_status, up_to};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::Client;
use testkit::live::Frame;

/// Puts events with this much data into the log, behind the shop's back: what it tells itself is so small that it
/// would take tens of thousands to fill what the network holds for a reader.
pub(crate) fn plant(world: &World, product: i64, count: usize, bytes: usize) {
    let data = json!({"id": product, "filler": "x".repeat(bytes)});
    let rows = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT 'product.updated' AS kind, {product} AS subject_id, '{data}' AS data FROM n"
    );
    log::plant_rows(&world.shop, &rows);
}

/// Whether the shop says that it closed a socket with this code.
pub(crate) async fn closed_with(client: &Client, code: u16) -> bool {
    let metrics = client.get("/metrics").await.expect(200).text();
    let line = format!("oxcart_sockets_closed_total{{code=\"{code}\"}} 1");
    metrics.lines().any(|found| found == line)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_is_closed_with_1013_misses_nothing_and_holds_nobody_up() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 500).await;
    let start = marker(&world).await;
    let (client, path) = (world.shop.client(), format!("/ws/products/?after={start}"));
    let mut slow = client.slow_socket(&path).await;
    let mut quick = client.socket(&path).await;
    for socket in [&mut slow, &mut quick] {
        socket.expect_type("subscribed").await;
    }
    let mut log = vec![];
    while !closed_with(&client, 1013).await {
        assert!(log.len() < 4000, "after {} events nobody was too slow", log.len());
        plant(&world, mug, 25, 16_000);
        world.set_stock(mug, i64::try_from(log.len()).expect("a small number") + 1).await;
        log.extend(seqs(&quick.events(26).await));
    }
    let mut heard = vec![];
    let code = loop {
        match slow.next().await {
            Frame::Json(event) => heard.push(seq(&event)),
            Frame::Closed(code, _) => break code,
            Frame::Lost => panic!("the slow reader lost the connection after {} events", heard.len()),
        }
    };
    assert_eq!(code, 1013, "after {} events", heard.len());
    assert!(heard.len() < log.len(), "nothing was ever too slow");
    let last = heard.last().copied().unwrap_or(start);
    let mut resumed = client.socket(&format!("/ws/products/?after={last}")).await;
    resumed.expect_type("subscribed").await;
    heard.extend(seqs(&resumed.events(log.len() - heard.len()).await));
    assert_eq!(heard, log, "gap or double where the slow reader resumed");
    lives(&mut quick, "somebody else was slow").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_many_events_is_no_slow_reader() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 500).await;
    let start = marker(&world).await;
    let mut socket = world.shop.client().socket(&format!("/ws/products/?after={start}")).await;
    socket.expect_type("subscribed").await;
    for round in 0..3 {
        plant(&world, mug, 2000, 10);
        world.set_stock(mug, round + 1).await;
        let heard = socket.events(2001).await;
        assert_eq!(heard[2000]["data"]["stock"], round + 1, "in round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_on_two_topics_of_one_socket_comes_once_on_each() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 500).await;
    let start = marker(&world).await;
    let mut socket = world.shop.client().socket(&format!("/ws/products/?after={start}")).await;
    socket.expect_type("subscribed").await;
    let one = format!("product:{mug}");
    socket.subscribe_after(&one, start).await;
    for _ in 0..5 {
        plant(&world, mug, 1000, 10);
        world.set_stock(mug, 7).await;
    }
    let end = marker(&world).await;
    let heard = up_to(&mut socket, end).await;
    for topic in ["products", &one] {
        let got: Vec<_> = heard.iter().filter(|event| event["topic"] == topic).map(seq).collect();
        let every: Vec<_> = (start + 1..=end).filter(|seq| topic == "products" || *seq != end).collect();
        assert!(got == every, "{topic}: {} events came of {}, or not in order", got.len(), every.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pong_claims_nothing_that_was_not_sent_while_much_is_missed() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 500).await;
    plant(&world, mug, 5000, 100);
    let end = marker(&world).await;
    let mut socket = world.shop.client().socket("/ws/products/?after=0").await;
    for _ in 0..50 {
        socket.send(json!({"type": "ping"})).await;
    }
    socket.expect_type("subscribed").await;
    let (mut pongs, mut sent) = (0, vec![]);
    while pongs < 50 || sent.last() != Some(&end) {
        match socket.next().await {
            Frame::Json(frame) if frame["type"] == "event" => sent.push(seq(&frame)),
            Frame::Json(pong) => {
                pongs += 1;
                let claimed = pong["seq"].as_i64();
                let reached = sent.last().copied().unwrap_or_default();
                assert!(claimed.is_none_or(|seq| seq <= reached), "{pong} although only {reached} was reached");
            }
            other => panic!("{other:?} came"),
        }
    }
    assert_eq!(sent.len(), 5002, "each once");
}

#[tokio::test]
async fn an_instance_that_stops_closes_with_1012_and_ends_at_once() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let ann = world.shop.customer().await;
    let mut sockets = vec![ann.socket("/ws/cart/").await, ann.slow_socket("/ws/products/").await];
    sockets.push(world.shop.client().socket("/ws/products/").await);
    for socket in &mut sockets {
        socket.expect_type("subscribed").await;
    }
    let mut stream = ann.stream("/events/stream").await;
    stream.expect_event("ready").await;
    let began = Instant::now();
    assert_eq!(world.shop.stop(0), Some(0));
    let took = began.elapsed();
    assert!(took < Duration::from_secs(3), "with sockets open it stopped only after {took:?}");
    for mut socket in sockets {
        assert_eq!(socket.closed().await, 1012);
    }
    assert_eq!(stream.closed().await, 1012);
    world.shop.start(0).await;
    let after = now(&ann).await;
    let mut socket = ann.socket(&format!("/ws/products/?after={after}")).await;
    socket.expect_type("subscribed").await;
    world.set_stock(mug, 3).await;
    assert_eq!(socket.event().await["data"]["stock"], 3);
    polled(&ann, "products", 0, 2).await;
    assert_eq!(stream_status(&ann, "").await.0, 200);
}
