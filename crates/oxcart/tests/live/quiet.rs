//! When nothing happens: who is quiet is asked whether they are still there, and a stream keeps its place. These tests
//! take as long as the promises they hold.

use crate::slow::{closed_with, plant};
use crate::support::{World, add};
use crate::ways::{marker, raw, seq_of};
use std::time::{Duration, Instant};
use testkit::live::Part;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// A WebSocket without anybody behind it: what is sent stays unanswered.
async fn deaf_socket(world: &World) -> TcpStream {
    let request = "GET /ws/products/ HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    raw(world, request).await
}

/// When each ping of the transport came and when the connection ended. Frames are short and nothing else is sent, so
/// each comes in one piece.
async fn listen(mut stream: TcpStream, until: Duration) -> (Vec<Duration>, Option<Duration>) {
    const PING: u8 = 0x89;
    let (began, mut pings, mut buffer) = (Instant::now(), vec![], [0; 4096]);
    loop {
        let left = until.saturating_sub(began.elapsed());
        match tokio::time::timeout(left, stream.read(&mut buffer)).await {
            Err(_) => return (pings, None),
            Ok(Ok(0) | Err(_)) => return (pings, Some(began.elapsed())),
            Ok(Ok(_)) if buffer[0] == PING => pings.push(began.elapsed()),
            Ok(Ok(_)) => {}
        }
    }
}

/// Not earlier than promised, by more than the clocks differ, and not much later.
fn about(time: Duration, seconds: u64) -> bool {
    (seconds - 2..seconds + 5).contains(&time.as_secs())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_heard_of_is_pinged_and_dropped_after_a_minute_and_who_answers_is_not() {
    let world = World::open().await;
    let deaf = tokio::spawn(listen(deaf_socket(&world).await, Duration::from_secs(80)));
    let mut answering = world.shop.client().socket("/ws/products/").await;
    answering.expect_type("subscribed").await;
    answering.silent_for(Duration::from_secs(70)).await;
    let (pings, ended) = deaf.await.expect("it listens to the end");
    assert!(pings.len() >= 2 && about(pings[0], 25) && about(pings[1], 50), "pinged after {pings:?}");
    assert!(ended.is_some_and(|ended| about(ended, 60)), "dropped after {ended:?}");
    world.product("Mug", "1.00", 1).await;
    assert_eq!(answering.event().await["event"], "product.created", "whoever answers pings stays");
}

#[tokio::test]
async fn a_quiet_stream_keeps_its_place_every_25_seconds() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    let mut stream = ann.stream("/events/stream?topics=cart").await;
    let ready = stream.expect_event("ready").await;
    let began = Instant::now();
    add(&bob, mug, 1).await.expect(201);
    let seq = marker(&world).await;
    let part = stream.try_next(Duration::from_secs(35)).await;
    let Some(Part::Message(message)) = part else { panic!("after {ready} came {part:?}") };
    assert!(message.event.is_empty() && message.data.is_empty(), "{message:?} is an event to a browser");
    assert!(about(began.elapsed(), 25), "it came after {:?}", began.elapsed());
    let id: i64 = message.id.as_deref().and_then(|id| id.parse().ok()).expect("a number");
    assert!(id >= seq && id > seq_of(&ready, "seq"), "{id}, although others were told of {seq}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_nothing_for_20_seconds_is_closed_with_1013() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let start = marker(&world).await;
    let mut slow = world.shop.client().slow_socket(&format!("/ws/products/?after={start}")).await;
    slow.expect_type("subscribed").await;
    // Fewer events than may wait, but more bytes than the network holds.
    plant(&world, mug, 120, 100_000);
    world.set_stock(mug, 1).await;
    let began = Instant::now();
    while !closed_with(&world.shop.client(), 1013).await {
        assert!(began.elapsed() < Duration::from_secs(30), "nobody is closed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(about(began.elapsed(), 20), "closed after {:?}", began.elapsed());
    assert_eq!(slow.closed().await, 1013);
}
