//! Reading the log in a test: what is polled, what a socket was sent up to a point, and how one asks for a topic in each
//! of the three ways.

use crate::support::{World, id};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::live::{Frame, Refused, Socket};
use testkit::{Answer, Client};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// How long an event may take until it is read, whatever else the machine does.
const PATIENCE: Duration = Duration::from_secs(10);

/// A page of `GET /events/`.
pub(crate) async fn page(caller: &Client, query: &str) -> Value {
    caller.get(&format!("/events/?{query}")).await.expect(200).json()
}

/// The `seq` of now.
pub(crate) async fn now(caller: &Client) -> i64 {
    seq_of(&page(caller, "").await, "after")
}

/// The first `count` events after `after`, by polling until they are there.
pub(crate) async fn polled(caller: &Client, topics: &str, after: i64, count: usize) -> Vec<Value> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let page = page(caller, &format!("topics={topics}&after={after}&limit=1000")).await;
        let results = page["results"].as_array().unwrap_or_else(|| panic!("no list of results in {page}"));
        if results.len() >= count {
            return results[..count].to_vec();
        }
        assert!(Instant::now() < deadline, "{count} events of {topics} after {after} were awaited, there are {page}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The number under `name`.
#[track_caller]
pub(crate) fn seq_of(thing: &Value, name: &str) -> i64 {
    thing[name].as_i64().unwrap_or_else(|| panic!("{name} is no number in {thing}"))
}

/// The `seq` of an event.
#[track_caller]
pub(crate) fn seq(event: &Value) -> i64 {
    seq_of(event, "seq")
}

/// The numbers of events, as they came.
#[track_caller]
pub(crate) fn seqs(events: &[Value]) -> Vec<i64> {
    events.iter().map(seq).collect()
}

/// Which event it is and what it tells.
pub(crate) fn told(events: &[Value]) -> Vec<(&str, &Value)> {
    events.iter().map(|event| (event["event"].as_str().unwrap_or_default(), &event["data"])).collect()
}

/// The names of the events, as they came.
pub(crate) fn names(events: &[Value]) -> Vec<&str> {
    told(events).into_iter().map(|(name, _)| name).collect()
}

/// Everything a socket is sent until all up to `seq` was: asks with pings.
pub(crate) async fn up_to(socket: &mut Socket, seq: i64) -> Vec<Value> {
    let (mut events, deadline) = (vec![], Instant::now() + PATIENCE);
    loop {
        socket.send(json!({"type": "ping", "id": "up to"})).await;
        loop {
            match socket.next().await {
                Frame::Json(frame) if frame["type"] == "event" => events.push(frame),
                Frame::Json(frame) if frame["type"] == "pong" => {
                    if frame["seq"].as_i64().is_some_and(|sent| sent >= seq) {
                        return events;
                    }
                    break;
                }
                other => panic!("events up to {seq} were awaited, {other:?} came"),
            }
        }
        assert!(Instant::now() < deadline, "{seq} was not reached in {PATIENCE:?}; so far {events:?}");
        // Not at once: a socket takes 100 frames in 10 seconds.
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

/// Something happens that everybody may read; returns its `seq`. All that happened before has a smaller one, and
/// whoever subscribes at the first instance without `after` hears of none of it any more.
pub(crate) async fn marker(world: &World) -> i64 {
    let product = id(&world.create(json!({"name": "Marker", "price": "1.00", "stock": 1})).await);
    let seq = seq(&polled(&world.staff, &format!("product:{product}"), 0, 1).await[0]);
    up_to(&mut world.shop.client().socket("/ws/").await, seq).await;
    seq
}

/// A ticket for a socket.
pub(crate) async fn ticket(caller: &Client) -> String {
    let answer = caller.post("/ws/ticket/", ()).await.expect(201).json();
    assert_eq!(answer["expires_in"], 60, "{answer}");
    answer["ticket"].as_str().unwrap_or_else(|| panic!("no ticket in {answer}")).to_owned()
}

/// `GET` of a topic by polling, whatever the answer.
pub(crate) async fn poll(caller: &Client, topics: &str) -> Answer {
    caller.get(&format!("/events/?after=0&topics={topics}")).await
}

/// The status with which server-sent events of a topic begin or are refused, and the body of a refusal.
pub(crate) async fn stream_status(caller: &Client, query: &str) -> (u16, String) {
    match caller.try_stream(&format!("/events/stream?{query}")).await {
        Ok(_) => (200, String::new()),
        Err(Refused::Answer(answer)) => (answer.status, answer.text()),
        Err(away) => panic!("{away}"),
    }
}

/// The answer to one frame.
pub(crate) async fn answer(socket: &mut Socket, frame: Value) -> Value {
    socket.send(frame.clone()).await;
    match socket.next().await {
        Frame::Json(answer) => answer,
        other => panic!("{frame} was answered with {other:?}"),
    }
}

/// A connection on which this was sent, byte for byte; `HOST` in it becomes the shop's address.
pub(crate) async fn raw(world: &World, request: &str) -> TcpStream {
    let url = world.shop.url();
    let host = url.strip_prefix("http://").expect("an address without TLS");
    let mut stream = TcpStream::connect(host).await.expect("it connects");
    stream.write_all(request.replace("HOST", host).as_bytes()).await.expect("it is sent");
    stream
}

/// Asks a socket for a topic and returns the answer: `subscribed` or an `error`.
pub(crate) async fn subscribing(socket: &mut Socket, topic: &str) -> Value {
    answer(socket, json!({"type": "subscribe", "id": topic, "topic": topic})).await
}

/// Fails unless the socket is closed with this code within that time.
pub(crate) async fn closes_within(socket: &mut Socket, code: u16, within: Duration, why: &str) {
    let closed = tokio::time::timeout(within, socket.closed()).await;
    assert_eq!(closed.ok(), Some(code), "the socket is not closed with {code} within {within:?} after {why}");
}

/// Fails unless the socket still answers.
pub(crate) async fn lives(socket: &mut Socket, why: &str) {
    socket.send(json!({"type": "ping", "id": why})).await;
    loop {
        match socket.next().await {
            Frame::Json(frame) if frame["type"] == "pong" => return assert_eq!(frame["id"], why),
            Frame::Json(_) => {}
            other => panic!("the socket was to live on ({why}) but {other:?} came"),
        }
    }
}

/// What the staff does while others listen.
impl World {
    /// `PATCH /products/<id>/` with a stock.
    pub(crate) async fn set_stock(&self, product: i64, stock: i64) {
        self.staff.patch(&format!("/products/{product}/"), json!({"stock": stock})).await.expect(200);
    }

    /// `POST /order/<id>/update_status/` by the staff.
    pub(crate) async fn move_on(&self, order: i64, status: &str) {
        self.staff.post(&format!("/order/{order}/update_status/"), json!({"status": status})).await.expect(200);
    }
}
