//! What a socket sends, and what it shows of what came.

use crate::server::{event, says, server, sockets};
use crate::{NO_TIME, SHORT};
use futures_util::{SinkExt, StreamExt};
use oxcart_testkit::Client;
use oxcart_testkit::live::{Frame, Refused};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

fn text(value: &Value) -> Message {
    Message::text(value.to_string())
}

#[tokio::test]
async fn a_socket_goes_out_with_cookies_token_and_origin() {
    let (client, request) = says("HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\n{\"detail\":1}\n").await;
    client.set_cookie("sessionid", "s1");
    let known = client.with_token("t0").with_header("Origin", "http://elsewhere.example");
    let answer = known.try_socket("/ws/orders/?after=3").await.expect_err("a refusal").expect(403);
    assert_eq!(answer.json()["detail"], 1, "the body is not whole");

    let request = request.await.unwrap();
    assert!(request.starts_with("GET /ws/orders/?after=3 HTTP/1.1\r\n"), "sent {request}");
    let host = format!("Host: {}\r\n", client.base().trim_start_matches("http://"));
    for line in
        [&host, "cookie: sessionid=s1\r\n", "authorization: Bearer t0\r\n", "origin: http://elsewhere.example\r\n"]
    {
        assert!(request.contains(line), "{line:?} is not in {request}");
    }
}

#[tokio::test]
async fn a_refused_socket_keeps_the_cookie_it_was_given() {
    let (client, _) = says("HTTP/1.1 401 No\r\nSet-Cookie: sessionid=s2; Path=/\r\nContent-Length: 0\r\n\r\n").await;
    client.try_socket("/ws/").await.expect_err("a refusal").expect(401);
    assert_eq!(client.cookie("sessionid").as_deref(), Some("s2"));
}

#[tokio::test]
#[should_panic(expected = "expected a socket but WebSocket /ws/ got 401: no such token")]
async fn a_socket_that_is_refused_says_why() {
    let (client, _) = says("HTTP/1.1 401 Unauthorized\r\nContent-Length: 13\r\n\r\nno such token").await;
    client.socket("/ws/").await;
}

#[tokio::test]
async fn a_shop_that_is_away_is_told_from_one_that_refuses() {
    let client = Client::new(&format!("http://127.0.0.1:{}", oxcart_testkit::free_port()));
    assert!(matches!(client.try_socket("/ws/").await, Err(Refused::Away(_))), "a socket to nobody");
    assert!(matches!(client.try_stream("/").await, Err(Refused::Away(_))), "a stream from nobody");
    let (client, _) = server(async |stream| drop(stream)).await;
    assert!(matches!(client.try_socket("/ws/").await, Err(Refused::Away(_))), "a socket to one who hangs up");
}

#[tokio::test]
async fn frames_come_in_order_and_pings_are_answered_unseen() {
    let (client, served) = sockets(async |mut socket| {
        socket.send(text(&event(1))).await.unwrap();
        socket.send(Message::Ping("p".into())).await.unwrap();
        socket.send(text(&event(2))).await.unwrap();
        let pong = socket.next().await.unwrap().unwrap();
        let told = socket.next().await.unwrap().unwrap();
        socket.send(text(&json!({"type": "pong"}))).await.unwrap();
        let close = CloseFrame { code: 4401.into(), reason: "the login ended".into() };
        socket.close(Some(close)).await.unwrap();
        // Ends when the caller has answered the close frame.
        while socket.next().await.is_some_and(|frame| frame.is_ok()) {}
        (pong, told)
    })
    .await;
    let mut socket = client.socket("/ws/").await;
    assert_eq!(socket.events(2).await, [event(1), event(2)]);
    socket.send(json!({"type": "ping"})).await;
    socket.expect_type("pong").await;
    assert_eq!(socket.next().await, Frame::Closed(4401, "the login ended".to_owned()));
    assert_eq!(socket.next().await, Frame::Lost, "something came after the close frame");
    assert!(socket.try_send(json!({})).await.is_err(), "a closed socket took a frame");
    let (pong, told) = timeout(Duration::from_secs(5), served).await.expect("the close was not answered").unwrap();
    assert_eq!((pong, told), (Message::Pong("p".into()), text(&json!({"type": "ping"}))));
}

#[tokio::test]
async fn what_comes_before_an_answer_is_kept_for_later() {
    let (client, _served) = sockets(async |mut socket| {
        for seq in [7, 8] {
            let frame = socket.next().await.unwrap().unwrap().into_text().unwrap();
            let asked: Value = serde_json::from_str(&frame).unwrap();
            socket.send(text(&event(seq))).await.unwrap();
            let after = asked["after"].as_i64().unwrap_or(100);
            let answer = json!({"type": "subscribed", "id": asked["id"], "topic": asked["topic"], "seq": after});
            socket.send(text(&answer)).await.unwrap();
        }
        socket.send(text(&event(9))).await.unwrap();
        socket.next().await
    })
    .await;
    let mut socket = client.socket("/ws/").await;
    assert_eq!(socket.subscribe("products").await["seq"], 100);
    assert_eq!(socket.subscribe_after("order:5", 4).await["seq"], 4);
    assert_eq!(socket.events(3).await, [event(7), event(8), event(9)]);
    socket.silent_for(SHORT).await;
}

#[tokio::test]
#[should_panic(
    expected = r#"expected subscribed to {"topic":"order:9","type":"subscribe"} but got {"code":"not_found""#
)]
async fn a_subscription_that_fails_says_what_came() {
    let (client, _served) = sockets(async |mut socket| {
        let asked: Value = serde_json::from_str(&socket.next().await.unwrap().unwrap().into_text().unwrap()).unwrap();
        let answer = json!({"type": "error", "id": asked["id"], "code": "not_found", "topic": "order:9"});
        socket.send(text(&answer)).await.unwrap();
        socket.next().await
    })
    .await;
    client.socket("/ws/").await.subscribe("order:9").await;
}

#[tokio::test]
#[should_panic(expected = "expected event 2 of 2 but got the close code 1012")]
async fn an_end_instead_of_an_event_is_shown() {
    let (client, _served) = sockets(async |mut socket| {
        socket.send(text(&event(1))).await.unwrap();
        socket.close(Some(CloseFrame { code: 1012.into(), reason: "".into() })).await
    })
    .await;
    client.socket("/ws/").await.events(2).await;
}

#[tokio::test]
#[should_panic(expected = "expected silence for 5s but got")]
async fn an_event_breaks_the_silence() {
    let (client, _served) = sockets(async |mut socket| {
        socket.send(text(&event(1))).await.unwrap();
        socket.next().await
    })
    .await;
    client.socket("/ws/").await.silent_for(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn leaving_with_a_close_frame_and_without_one_differ() {
    let (client, left) = sockets(async |mut socket| socket.next().await).await;
    client.socket("/ws/").await.close().await;
    let frame = left.await.unwrap().expect("a frame").expect("a close frame");
    assert!(matches!(frame, Message::Close(_)), "got {frame:?}");

    let (client, left) = sockets(async |mut socket| socket.next().await).await;
    client.socket("/ws/").await.cut();
    let frame = left.await.unwrap();
    assert!(!matches!(frame, Some(Ok(_))), "a cut connection sent {frame:?}");

    let (client, left) = sockets(async |socket| drop(socket)).await;
    let mut socket = client.socket("/ws/").await;
    left.await.unwrap();
    assert_eq!(socket.next().await, Frame::Lost);
}

#[tokio::test]
async fn a_slow_reader_holds_the_server_up_until_it_reads() {
    // One of these is about 1 KB, and the kernel holds some 100 KB on the way from the one to the other.
    const FRAMES: usize = 1_000;
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let (client, served) = sockets(async move |mut socket| {
        let frame = json!({"type": "event", "data": "x".repeat(1_000)});
        for _ in 0..FRAMES {
            socket.send(text(&frame)).await.unwrap();
            count.fetch_add(1, Ordering::Relaxed);
        }
        socket.next().await
    })
    .await;
    let mut socket = client.slow_socket("/ws/").await;
    socket.event().await;
    let mut before = 0;
    while before != sent.load(Ordering::Relaxed) {
        before = sent.load(Ordering::Relaxed);
        tokio::time::sleep(SHORT).await;
    }
    assert!(before < FRAMES / 2, "the server could send {before} frames to somebody who does not read");
    assert_eq!(socket.events(FRAMES - 1).await.len(), FRAMES - 1);
    assert_eq!(socket.try_next(NO_TIME).await, None);
    socket.close().await;
    assert!(matches!(served.await.unwrap(), Some(Ok(Message::Close(_)))));
}
