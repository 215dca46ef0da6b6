//! Clients that hold a connection and do not get on with it.

use crate::support::builder;
use crate::ways::{LIVEZ, PATIENCE, PRODUCTS, figure, figure_becomes, wire};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{Body, Dial, Shop, Wire};
use tokio::time::sleep;

const TICK: Duration = Duration::from_millis(200);

/// Sends bytes that never end, one at a time, until an answer comes; returns its status and when it came.
async fn trickle(wire: &mut Wire) -> (u16, Duration) {
    let began = Instant::now();
    loop {
        let answer = tokio::time::timeout(TICK, wire.answer()).await;
        if let Ok(answer) = answer {
            return (answer.expect("an answer, not a lost connection").status, began.elapsed());
        }
        assert!(began.elapsed() < PATIENCE, "nobody minds");
        wire.send("x").await.expect("it is taken");
    }
}

async fn hasty_shop() -> Shop {
    let shop = builder().demo().env("OXCART_HEADER_TIMEOUT", "1s").env("OXCART_BODY_TIMEOUT", "1s");
    shop.env("OXCART_UNREAD_TIMEOUT", "1s").env("OXCART_IDLE_TIMEOUT", "3s").start().await
}

#[tokio::test]
async fn headers_that_come_too_slowly_are_answered_with_408() {
    let shop = hasty_shop().await;
    let mut wire = wire(&shop).await;
    wire.send("GET /livez HTTP/1.1\r\nhost: shop\r\nx-slow: ").await.expect("it is taken");
    let (status, took) = trickle(&mut wire).await;
    assert_eq!(status, 408);
    assert!(took > Duration::from_millis(800) && took < Duration::from_secs(3), "after {took:?}");
    wire.closed(PATIENCE).await.expect("the connection ends");
    assert_eq!(figure(&shop, r#"oxcart_connections_ended_total{reason="header"}"#).await, 1.0);
}

#[tokio::test]
async fn the_second_request_of_a_connection_has_no_more_time_than_the_first() {
    let shop = hasty_shop().await;
    let mut wire = wire(&shop).await;
    assert_eq!(wire.ask(LIVEZ).await.expect("an answer").status, 200);
    sleep(Duration::from_millis(1500)).await;
    wire.send("GET /livez HTTP/1.1\r\nhost: shop\r\nx-slow: ").await.expect("between requests there is more time");
    let (status, took) = trickle(&mut wire).await;
    assert!(status == 408 && took < Duration::from_secs(3), "{status} after {took:?}");
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_said_is_closed() {
    let shop = hasty_shop().await;
    let took = wire(&shop).await.closed(PATIENCE).await.expect("it ends");
    assert!(took > Duration::from_millis(800) && took < Duration::from_secs(4), "after {took:?}");
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_answered_with_408() {
    let shop = hasty_shop().await;
    let mut wire = wire(&shop).await;
    let head =
        "POST /cart/add/ HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{";
    wire.send(head).await.expect("it is taken");
    let (status, took) = trickle(&mut wire).await;
    assert!(status == 408 && took < Duration::from_secs(3), "{status} after {took:?}");
    wire.closed(PATIENCE).await.expect("the connection ends");
}

/// Begins to send a file of so many bytes that is to be imported.
async fn begin_import(shop: &Shop, token: &str, length: usize) -> Wire {
    let mut wire = wire(shop).await;
    let head = format!(
        "POST /staff/imports/ HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer {token}\r\ncontent-type: text/csv\r\n\
         content-length: {length}\r\n\r\n"
    );
    wire.send(head).await.expect("it is taken");
    wire
}

#[tokio::test]
async fn a_file_that_keeps_coming_is_waited_for_and_one_that_stalls_is_not() {
    const PIECE: usize = 20 * 1024;
    const PIECES: usize = 10;
    let shop = builder().env("OXCART_BODY_TIMEOUT", "1s").env("OXCART_REQUEST_TIMEOUT", "2s").start().await;
    let staff = shop.staff().await;
    let mut file = "Handle,Title,Variant Price\nmug,Mug,2.50\n".to_owned();
    while file.len() < PIECE * PIECES {
        file.push_str(",,\n");
    }
    let mut steady = begin_import(&shop, &staff.access, file.len()).await;
    for piece in file.as_bytes().chunks(PIECE) {
        steady.send(piece).await.expect("it is taken");
        sleep(Duration::from_millis(500)).await;
    }
    let answer = steady.answer().await.expect("an answer");
    assert_eq!(answer.status, 200, "a file that took 5 s is no file");
    let mut stalling = begin_import(&shop, &staff.access, 9_999_999).await;
    stalling.send(&file.as_bytes()[..PIECE]).await.expect("it is taken");
    let (status, took) = trickle(&mut stalling).await;
    assert!(status == 408 && took < Duration::from_secs(4), "{status} after {took:?}");
}

#[tokio::test]
async fn files_beyond_those_that_may_be_imported_at_once_are_refused_with_429() {
    let shop = builder().start().await;
    let staff = shop.staff().await;
    let file = "Handle,Title,Variant Price\nmug,Mug,2.50\n";
    let mut first = begin_import(&shop, &staff.access, file.len()).await;
    let mut others = vec![];
    let third = async || staff.post("/staff/imports/", Body::raw("text/csv", file)).await;
    let began = Instant::now();
    let mut answer = third().await;
    while answer.status == 200 {
        assert!(began.elapsed() < PATIENCE, "a third file is taken");
        // One that came when this one had the last turn was refused, and holds none.
        others.push(begin_import(&shop, &staff.access, file.len()).await);
        sleep(Duration::from_millis(200)).await;
        answer = third().await;
    }
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("10")), "{answer}");
    drop(others);
    first.send(file).await.expect("it is taken");
    assert_eq!(first.answer().await.expect("an answer").status, 200);
    while third().await.status != 200 {
        assert!(began.elapsed() < PATIENCE, "no turn becomes free");
        sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_connection_between_requests_is_kept_and_then_closed() {
    let shop = hasty_shop().await;
    let mut wire = wire(&shop).await;
    for _ in 0..3 {
        assert_eq!(wire.ask(LIVEZ).await.expect("an answer").status, 200);
        sleep(Duration::from_millis(1500)).await;
    }
    let took = wire.closed(PATIENCE).await.expect("it ends");
    assert!(took > Duration::from_millis(800) && took < Duration::from_secs(4), "{took:?} after 1.5 s");
    assert_eq!(figure(&shop, r#"oxcart_connections_ended_total{reason="idle"}"#).await, 1.0);
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answers_is_given_up() {
    let shop = hasty_shop().await;
    let small = Dial { receive_buffer: Some(4096), ..Dial::default() };
    let mut wire = small.connect(shop.address_of(0)).await.expect("the shop listens");
    let many = PRODUCTS.repeat(500);
    // As many requests as are taken, until the shop takes no more because nobody takes its answers.
    while wire.send_some(many.as_bytes()).is_ok_and(|sent| sent > 0) {
        sleep(Duration::from_millis(50)).await;
    }
    // Its system goes on answering, with no room: nothing but the shop's own clock ends this.
    figure_becomes(&shop, r#"oxcart_connections_ended_total{reason="unread"}"#, |count| count == 1.0).await;
    wire.closed(PATIENCE).await.expect("the connection ends");
    shop.client().get("/readyz").await.expect(200);
}

#[tokio::test]
async fn a_client_that_reads_slowly_is_served() {
    let shop = hasty_shop().await;
    let small = Dial { receive_buffer: Some(4096), ..Dial::default() };
    let mut wire = small.connect(shop.address_of(0)).await.expect("the shop listens");
    for _ in 0..40 {
        wire.send(PRODUCTS).await.expect("it is taken");
    }
    for number in 0..40 {
        let answer = wire.answer().await.unwrap_or_else(|error| panic!("answer {number}: {error:#}"));
        assert_eq!(answer.status, 200);
        sleep(Duration::from_millis(80)).await;
    }
}

#[tokio::test]
async fn sockets_and_streams_outlive_the_limits_of_requests() {
    let shop = hasty_shop().await;
    let staff = shop.staff().await;
    let client = shop.client();
    let mut socket = client.socket("/ws/products/").await;
    socket.expect_type("subscribed").await;
    let mut stream = client.stream("/events/stream?topics=products").await;
    stream.expect_event("ready").await;
    sleep(Duration::from_secs(5)).await;
    staff.post("/products/", json!({"name": "Mug", "price": "1.00"})).await.expect(201);
    assert_eq!(socket.event().await["kind"], stream.event().await["kind"]);
    assert_eq!(figure(&shop, r#"oxcart_connections_ended_total{reason="unread"}"#).await, 0.0);
}

#[tokio::test]
async fn headers_beyond_the_limit_are_answered_with_431() {
    let shop = builder().start().await;
    let mut wire = wire(&shop).await;
    let with = |length| format!("GET /livez HTTP/1.1\r\nhost: shop\r\nx-long: {}\r\n\r\n", "x".repeat(length));
    assert_eq!(wire.ask(with(15_000)).await.expect("an answer").status, 200);
    let answer = wire.ask(with(17_000)).await.expect("an answer");
    let body: serde_json::Value = serde_json::from_slice(&answer.body).expect("the envelope of errors");
    assert!(answer.status == 431 && body["detail"].is_string(), "{answer:?}");
}

#[tokio::test]
async fn headers_without_an_end_are_not_read_for_ever() {
    let shop = builder().start().await;
    let mut wire = wire(&shop).await;
    wire.send("GET /livez HTTP/1.1\r\nhost: shop\r\nx-long: ").await.expect("it is taken");
    let mut sent = 0;
    let answer = loop {
        if let Ok(answer) = tokio::time::timeout(Duration::from_millis(20), wire.answer()).await {
            break answer.expect("an answer, not a lost connection");
        }
        wire.send("x".repeat(1000)).await.expect("it is taken");
        sent += 1000;
        assert!(sent < 100_000, "{sent} bytes were taken");
    };
    assert_eq!(answer.status, 431);
    wire.closed(PATIENCE).await.expect("the connection ends");
}

#[tokio::test]
async fn requests_sent_behind_each_other_are_answered_in_order() {
    let shop = builder().demo().start().await;
    let mut wire = wire(&shop).await;
    let request = |number: u64| format!("GET /products/{number}/ HTTP/1.1\r\nhost: shop\r\n\r\n");
    wire.send((1..=30).map(request).collect::<String>()).await.expect("they are taken");
    for number in 1..=30 {
        let answer = wire.answer().await.expect("an answer");
        let body: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert_eq!((answer.status, body["id"].as_u64()), (200, Some(number)));
    }
}

#[tokio::test]
async fn what_ends_its_lines_without_a_carriage_return_is_answered_at_once() {
    let shop = builder().start().await;
    let began = Instant::now();
    let mut wire = wire(&shop).await;
    assert_eq!(wire.ask("GET /livez HTTP/1.1\nhost: shop\n\n").await.expect("an answer").status, 200);
    assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
}
