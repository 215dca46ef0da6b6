//! What a socket, a caller and an instance take at most, and how what is too much is closed.

use crate::support::{World, add, builder};
use crate::ways::{lives, marker, subscribing, ticket};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::Client;
use testkit::live::{Frame, Socket};

#[tokio::test]
async fn a_socket_follows_a_hundred_topics_and_no_more() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    marker(&world).await;
    // One topic comes with the address: of a hundred frames in ten seconds all are left for the others.
    let mut socket = world.shop.client().socket("/ws/products/").await;
    socket.expect_type("subscribed").await;
    for number in 0..98 {
        let answer = subscribing(&mut socket, &format!("product:{}", mug + number)).await;
        assert_eq!(answer["type"], "subscribed", "topic {} of 100: {answer}", number + 2);
    }
    assert_eq!(subscribing(&mut socket, "product:5000").await["type"], "subscribed", "the hundredth");
    let error = subscribing(&mut socket, "product:6000").await;
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("too_many_subscriptions")), "{error}");
    assert_eq!(error["topic"], "product:6000");
    world.set_stock(mug, 9).await;
    let heard = socket.events(2).await;
    assert_eq!(heard[0]["seq"], heard[1]["seq"], "the socket lives on, with the topics it has");
}

#[tokio::test]
async fn a_hundred_frames_in_ten_seconds_are_taken_and_one_more_closes_with_4429() {
    let world = World::open().await;
    let mut socket = world.shop.client().socket("/ws/products/").await;
    socket.expect_type("subscribed").await;
    for _ in 0..100 {
        socket.send(json!({"type": "ping"})).await;
    }
    for number in 1..=100 {
        let frame = socket.next().await;
        assert!(matches!(&frame, Frame::Json(pong) if pong["type"] == "pong"), "frame {number} of 100: {frame:?}");
    }
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.closed().await, 4429);
    lives(&mut world.shop.client().socket("/ws/").await, "somebody else's flood").await;
}

#[tokio::test]
async fn frames_are_counted_over_ten_seconds_and_not_for_ever() {
    let world = World::open().await;
    let mut socket = world.shop.client().socket("/ws/products/").await;
    socket.expect_type("subscribed").await;
    for _ in 0..2 {
        for _ in 0..90 {
            socket.send(json!({"type": "ping"})).await;
        }
        for _ in 0..90 {
            socket.expect_type("pong").await;
        }
        tokio::time::sleep(Duration::from_millis(10_500)).await;
    }
    lives(&mut socket, "180 frames in 20 seconds").await;
}

/// A socket that is let in, or the code it is closed with.
async fn entered(caller: &Client, path: &str) -> Result<Socket, u16> {
    let mut socket = caller.socket(path).await;
    match socket.next().await {
        Frame::Json(frame) if frame["type"] == "subscribed" => Ok(socket),
        Frame::Closed(code, _) => Err(code),
        other => panic!("{path} was answered with {other:?}"),
    }
}

/// The same again and again until there is room.
async fn entered_at_last(caller: &Client, path: &str) -> Socket {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        match entered(caller, path).await {
            Ok(socket) => return socket,
            Err(code) => assert!(code == 4429 && Instant::now() < deadline, "closed with {code}, still no room"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Fails unless a stream is refused for now.
async fn stream_is_refused(caller: &Client) {
    let Err(refused) = caller.try_stream("/events/stream?topics=products").await else {
        panic!("there was room for a stream");
    };
    let answer = refused.expect(429);
    let wait: u32 = answer.header("retry-after").and_then(|text| text.parse().ok()).unwrap_or_default();
    assert!(wait > 0 && answer.json()["detail"].is_string(), "Retry-After is {wait} in {answer}");
}

#[tokio::test]
async fn an_account_and_a_session_have_so_many_sockets_and_streams_and_no_more() {
    let world = World::of(builder().env("OXCART_MAX_SOCKETS_PER_CALLER", "3")).await;
    let mug = world.product("Mug", "1.00", 50).await;
    let (ann, bob, session) = (world.shop.customer().await, world.shop.customer().await, world.shop.client());
    let other = world.shop.client();
    for session in [&session, &other] {
        add(session, mug, 1).await.expect(201);
    }
    for (caller, neighbour) in [(&ann.client, &bob.client), (&session, &other)] {
        let mut sockets = vec![];
        for _ in 0..2 {
            sockets.push(entered(caller, "/ws/cart/").await.expect("there is room"));
        }
        let mut stream = caller.stream("/events/stream?topics=cart").await;
        stream.expect_event("ready").await;
        assert_eq!(entered(caller, "/ws/cart/").await.err(), Some(4429), "two sockets and a stream, and one more");
        let by_ticket = format!("/ws/cart/?ticket={}", ticket(caller).await);
        assert_eq!(entered(&world.shop.client(), &by_ticket).await.err(), Some(4429), "the ticket is of the same");
        stream_is_refused(caller).await;
        entered(neighbour, "/ws/cart/").await.expect("a neighbour has room").close().await;
        for mut socket in sockets {
            lives(&mut socket, "somebody was one too many").await;
            socket.close().await;
        }
        drop(stream);
        for _ in 0..3 {
            sockets_again(caller).await;
        }
        caller.get("/events/?topics=cart").await.expect(200);
    }
}

/// Opens one where others were closed, and closes it.
async fn sockets_again(caller: &Client) {
    entered_at_last(caller, "/ws/cart/").await.close().await;
}

#[tokio::test]
async fn a_socket_that_says_later_who_it_is_counts_too() {
    let world = World::of(builder().env("OXCART_MAX_SOCKETS_PER_CALLER", "1")).await;
    let ann = world.shop.customer().await;
    let _first = entered(&ann, "/ws/cart/").await.expect("there is room");
    let mut late = entered(&world.shop.client(), "/ws/products/").await.expect("nobody is no account");
    late.send(json!({"type": "auth", "token": ann.access})).await;
    assert_eq!(late.closed().await, 4429);
}

#[tokio::test]
async fn an_instance_has_so_many_sockets_and_streams_and_no_more() {
    let world = World::of(builder().env("OXCART_MAX_SOCKETS", "5")).await;
    let (customer, nobody) = (world.shop.customer().await, world.shop.client());
    let mut sockets = vec![];
    for caller in [&customer.client, &nobody, &nobody, &nobody] {
        sockets.push(entered(caller, "/ws/products/").await.expect("there is room"));
    }
    let mut stream = nobody.stream("/events/stream?topics=products").await;
    stream.expect_event("ready").await;
    for caller in [&customer.client, &nobody] {
        assert_eq!(entered(caller, "/ws/products/").await.err(), Some(4429));
        stream_is_refused(caller).await;
    }
    nobody.get("/events/").await.expect(200);
    sockets.remove(1).cut();
    sockets.push(entered_at_last(&nobody, "/ws/products/").await);
    assert_eq!(entered(&nobody, "/ws/products/").await.err(), Some(4429), "there was room for one");
    drop(stream);
    sockets.push(entered_at_last(&nobody, "/ws/products/").await);
    for mut socket in sockets {
        lives(&mut socket, "others were too many").await;
    }
}

#[tokio::test]
async fn a_socket_that_neither_says_who_it_is_nor_subscribes_is_closed_after_ten_seconds() {
    let world = World::open().await;
    let ann = world.shop.customer().await;
    let began = Instant::now();
    let nobody = world.shop.client();
    let mut silent = nobody.socket("/ws/").await;
    let (mut pinging, mut refused) = (nobody.socket("/ws/").await, nobody.socket("/ws/").await);
    let mut waiting = nobody.socket("/ws/orders/").await;
    pinging.send(json!({"type": "ping"})).await;
    pinging.expect_type("pong").await;
    assert_eq!(subscribing(&mut refused, "orders").await["type"], "error");
    let (mut subscribed, mut known) = (nobody.socket("/ws/").await, ann.socket("/ws/").await);
    subscribed.subscribe("products").await;
    let mut late = nobody.socket("/ws/").await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    late.send(json!({"type": "auth", "token": ann.access})).await;
    late.expect_type("ack").await;
    let others = [(&mut silent, "silent"), (&mut pinging, "pinging"), (&mut refused, "refused")];
    for (socket, what) in others.into_iter().chain([(&mut waiting, "waiting for auth")]) {
        let left = Duration::from_secs(13).saturating_sub(began.elapsed());
        let frame = socket.try_next(left).await;
        let took = began.elapsed();
        assert!(matches!(frame, Some(Frame::Closed(4408, _))), "{what}: after {took:?} came {frame:?}");
        assert!(took >= Duration::from_secs(9), "{what}: closed after {took:?} already");
    }
    tokio::time::sleep(Duration::from_secs(12).saturating_sub(began.elapsed())).await;
    for socket in [&mut subscribed, &mut known, &mut late] {
        lives(socket, "it is known or subscribed").await;
    }
}
