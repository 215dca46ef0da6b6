//! Frames that are none, topics that are none, and callers that speak no WebSocket.

use crate::support::{World, add, place};
use crate::ways::{answer, lives, marker, polled, subscribing};
use serde_json::json;
use std::time::Duration;

/// The longest frame a socket takes.
const LONGEST: usize = 4096;

/// A ping of this many bytes, and its id.
fn ping_of(bytes: usize) -> (String, String) {
    let frame = |id: &str| json!({"type": "ping", "id": id}).to_string();
    let id = "x".repeat(bytes - frame("").len());
    (frame(&id), id)
}

#[tokio::test]
async fn a_frame_that_is_none_of_the_documented_closes_with_4400() {
    let world = World::open().await;
    let subscribe = |after: &str| format!(r#"{{"type":"subscribe","topic":"products","after":{after}}}"#);
    let bad = [
        "".to_owned(),
        "hello".to_owned(),
        "{".to_owned(),
        "null".to_owned(),
        "7".to_owned(),
        "[]".to_owned(),
        r#"[{"type":"ping"}]"#.to_owned(),
        r#""ping""#.to_owned(),
        r#"{"type":"ping"}{"type":"ping"}"#.to_owned(),
        "{}".to_owned(),
        r#"{"type":"dance"}"#.to_owned(),
        r#"{"type":"PING"}"#.to_owned(),
        r#"{"type":7}"#.to_owned(),
        r#"{"type":"event","topic":"products"}"#.to_owned(),
        r#"{"type":"subscribe"}"#.to_owned(),
        r#"{"type":"unsubscribe"}"#.to_owned(),
        r#"{"type":"subscribe","topic":7}"#.to_owned(),
        r#"{"type":"subscribe","topic":["products"]}"#.to_owned(),
        r#"{"type":"auth"}"#.to_owned(),
        r#"{"type":"auth","token":7}"#.to_owned(),
        r#"{"type":"ping","id":{}}"#.to_owned(),
        r#"{"type":"ping","id":[1]}"#.to_owned(),
        r#"{"type":"ping","id":true}"#.to_owned(),
        subscribe("-1"),
        subscribe("1.5"),
        subscribe("\"7\""),
        subscribe("[]"),
        subscribe("99999999999999999999"),
        ping_of(LONGEST + 1).0,
        "x".repeat(100_000),
    ];
    for frame in bad {
        let mut socket = world.shop.client().socket("/ws/products/").await;
        socket.expect_type("subscribed").await;
        socket.send_text(&frame).await;
        let shown: String = frame.chars().take(80).collect();
        assert_eq!(socket.closed().await, 4400, "after {shown:?}");
    }
}

#[tokio::test]
async fn a_binary_frame_closes_with_4400_even_when_it_holds_a_good_one() {
    let world = World::open().await;
    for bytes in [br#"{"type":"ping"}"#.to_vec(), vec![], vec![0, 255]] {
        let mut socket = world.shop.client().socket("/ws/").await;
        socket.send_binary(&bytes).await;
        assert_eq!(socket.closed().await, 4400, "after {bytes:?}");
    }
}

#[tokio::test]
async fn the_longest_frame_is_taken() {
    let world = World::open().await;
    let mut socket = world.shop.client().socket("/ws/").await;
    let (frame, id) = ping_of(LONGEST);
    assert_eq!(frame.len(), LONGEST);
    socket.send_text(&frame).await;
    assert_eq!(socket.expect_type("pong").await["id"], id);
}

#[tokio::test]
async fn what_a_frame_has_besides_does_no_harm() {
    let world = World::open().await;
    let mut socket = world.shop.client().socket("/ws/").await;
    socket.send_text(" {\n\"topic\" : \"products\", \"hello\": [1], \"type\" : \"subscribe\" }\n").await;
    assert_eq!(socket.expect_type("subscribed").await["topic"], "products");
}

#[tokio::test]
async fn an_unknown_topic_is_an_error_and_the_socket_lives_on() {
    let world = World::open().await;
    let mut socket = world.shop.customer().await.socket("/ws/").await;
    let long = format!("order:{}", "9".repeat(30));
    let topics =
        ["", "foo", "order", "order:", "order:x", "order:-1", "order:+1", "order: 1", "order:1.0", "order:1:2"];
    let more = ["product:", "product:x", "Cart", "CART", "cart:1", "orders:1", "products:1", " cart", "*", &long];
    for topic in topics.into_iter().chain(more) {
        let error = subscribing(&mut socket, topic).await;
        let detail = error["detail"].as_str().unwrap_or_default();
        assert!(!detail.is_empty(), "{error} says nothing");
        let expected = json!({"type": "error", "id": topic, "code": "unknown_topic", "detail": detail, "topic": topic});
        assert_eq!(error, expected);
    }
    lives(&mut socket, "after unknown topics").await;
}

#[tokio::test]
async fn a_private_topic_of_nobody_is_an_error_and_the_socket_lives_on() {
    let world = World::open().await;
    let mut socket = world.shop.client().socket("/ws/").await;
    for topic in ["cart", "orders", "order:1"] {
        let error = subscribing(&mut socket, topic).await;
        let detail = error["detail"].as_str().unwrap_or_default();
        let expected =
            json!({"type": "error", "id": topic, "code": "not_authenticated", "detail": detail, "topic": topic});
        assert_eq!(error, expected);
    }
    assert_eq!(subscribing(&mut socket, "products").await["type"], "subscribed", "it lives on");
}

#[tokio::test]
async fn the_address_of_a_private_topic_waits_until_somebody_says_who_they_are() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let customer = world.shop.customer().await;
    let start = marker(&world).await;
    add(&customer, mug, 1).await.expect(201);
    place(&customer).await;
    for topic in ["orders", "cart"] {
        let past = polled(&customer, topic, start, 1).await;
        let mut socket = world.shop.client().socket(&format!("/ws/{topic}/?after={start}")).await;
        socket.silent_for(Duration::from_millis(100)).await;
        assert_eq!(answer(&mut socket, json!({"type": "auth", "token": customer.access})).await["type"], "ack");
        assert_eq!(socket.expect_type("subscribed").await, json!({"type": "subscribed", "topic": topic, "seq": start}));
        assert_eq!(socket.event().await, past[0]);
    }
}

#[tokio::test]
async fn whoever_speaks_no_websocket_is_told_what_to_do() {
    let world = World::open().await;
    for path in ["/ws/", "/ws", "/ws/orders/", "/ws/cart", "/ws/products/?after=7"] {
        let answer = world.shop.client().get(path).await.expect(426);
        assert_eq!(answer.header("upgrade").map(str::to_ascii_lowercase).as_deref(), Some("websocket"), "{path}");
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(detail.contains("WebSocket"), "{answer}");
    }
    world.shop.client().get("/ws/foo/").await.expect(404);
}
