//! The test's end of a WebSocket. Pings are answered inside, while somebody reads; everything else a
//! test gets to see.

use super::handshake::{self, Pace};
use super::{PATIENCE, Refused};
use crate::Client;
use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

impl Client {
    /// Opens a WebSocket at `path`, with this caller's cookies and headers.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn socket(&self, path: &str) -> Socket {
        self.try_socket(path).await.unwrap_or_else(|refused| panic!("expected a socket but {refused}"))
    }

    /// Opens a WebSocket that may be refused.
    ///
    /// # Errors
    /// When the shop answers with anything but a socket, or not within 10 seconds.
    pub async fn try_socket(&self, path: &str) -> Result<Socket, Refused> {
        Ok(Socket::new(path, handshake::open(self, path, Pace::Usual).await?))
    }

    /// Opens a WebSocket that takes few bytes which were not asked for: while nobody reads from it, the
    /// shop can't write after some 100 KB.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn slow_socket(&self, path: &str) -> Socket {
        let opened = handshake::open(self, path, Pace::Slow).await;
        Socket::new(path, opened.unwrap_or_else(|refused| panic!("expected a socket but {refused}")))
    }
}

/// An open WebSocket. Nothing is read from it but by its methods. Dropping it cuts the connection.
///
/// # Panics
/// Its methods wait for 10 seconds at most and panic when something else comes than they wait for;
/// not so the `try_` ones.
#[derive(Debug)]
pub struct Socket {
    path: String,
    socket: WebSocketStream<TcpStream>,
    /// What came while an answer was waited for.
    kept: VecDeque<Frame>,
    asked: u64,
}

/// What comes out of a socket.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// A text frame.
    Json(Value),
    /// The shop closed it: the code (1005 when there was none) and the reason.
    Closed(u16, String),
    /// The connection ended without a close frame, or was closed before.
    Lost,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(value) => value.fmt(f),
            Self::Closed(code, reason) => write!(f, "the close code {code} {reason:?}"),
            Self::Lost => f.write_str("the end of the connection"),
        }
    }
}

impl Socket {
    fn new(path: &str, socket: WebSocketStream<TcpStream>) -> Self {
        Self { path: path.to_owned(), socket, kept: VecDeque::new(), asked: 0 }
    }

    /// Sends a JSON frame.
    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends a text frame that need not be JSON.
    pub async fn send_text(&mut self, text: &str) {
        self.transmit(Message::text(text)).await.unwrap_or_else(|error| panic!("{}: {error:#}", self.path));
    }

    /// Sends a binary frame.
    pub async fn send_binary(&mut self, bytes: &[u8]) {
        let sent = self.transmit(Message::binary(bytes.to_vec())).await;
        sent.unwrap_or_else(|error| panic!("{}: {error:#}", self.path));
    }

    /// Sends a JSON frame when the connection may be gone.
    ///
    /// # Errors
    /// When it is, or takes nothing for 10 seconds.
    pub async fn try_send(&mut self, frame: Value) -> Result<()> {
        self.transmit(Message::text(frame.to_string())).await
    }

    /// Sends a ping of the transport; the pong is swallowed while reading.
    pub async fn ping_raw(&mut self) {
        let sent = self.transmit(Message::Ping(Vec::new().into())).await;
        sent.unwrap_or_else(|error| panic!("{}: {error:#}", self.path));
    }

    async fn transmit(&mut self, message: Message) -> Result<()> {
        let sent = timeout(PATIENCE, self.socket.send(message)).await;
        sent.with_context(|| format!("it takes nothing for {PATIENCE:?}"))?.context("sending a frame")
    }

    /// The next frame.
    pub async fn next(&mut self) -> Frame {
        self.next_for("a frame").await
    }

    /// The next frame, or `None` when none comes in time. What was sent before is there to be read also
    /// with no time at all.
    ///
    /// # Panics
    /// On a frame that is no JSON text: the shop never sends one.
    pub async fn try_next(&mut self, within: Duration) -> Option<Frame> {
        let deadline = Instant::now() + within;
        if let Some(frame) = self.kept.pop_front() {
            return Some(frame);
        }
        self.read(deadline).await
    }

    async fn read(&mut self, deadline: Instant) -> Option<Frame> {
        loop {
            return Some(match timeout_at(deadline, self.socket.next()).await.ok()? {
                Some(Ok(Message::Text(text))) => Frame::Json(
                    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{}: got no JSON: {text:?}", self.path)),
                ),
                Some(Ok(Message::Close(frame))) => {
                    // The answer to it; whether it arrives is not ours to care about.
                    let _ = timeout(PATIENCE, self.socket.flush()).await;
                    frame.map_or(Frame::Closed(1005, String::new()), |frame| {
                        Frame::Closed(frame.code.into(), frame.reason.as_str().to_owned())
                    })
                }
                Some(Ok(Message::Binary(bytes))) => panic!("{}: got a binary frame: {bytes:?}", self.path),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
                Some(Err(_)) | None => Frame::Lost,
            });
        }
    }

    async fn next_for(&mut self, what: &str) -> Frame {
        let next = self.try_next(PATIENCE).await;
        next.unwrap_or_else(|| panic!("{}: expected {what} but nothing came for {PATIENCE:?}", self.path))
    }

    /// The next frame, which is of this `type`.
    pub async fn expect_type(&mut self, kind: &str) -> Value {
        match self.next_for(kind).await {
            Frame::Json(value) if value["type"] == kind => value,
            other => panic!("{}: expected {kind} but got {other}", self.path),
        }
    }

    /// The next frame, which is an event.
    pub async fn event(&mut self) -> Value {
        self.expect_type("event").await
    }

    /// The next `count` frames, which are events.
    pub async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::with_capacity(count);
        for number in 1..=count {
            match self.next_for(&format!("event {number} of {count}")).await {
                Frame::Json(value) if value["type"] == "event" => events.push(value),
                other => panic!("{}: expected event {number} of {count} but got {other}", self.path),
            }
        }
        events
    }

    /// Reads until the shop closes it; returns the code.
    pub async fn closed(&mut self) -> u16 {
        let deadline = Instant::now() + PATIENCE;
        let mut last = None;
        loop {
            match self.try_next(deadline.saturating_duration_since(Instant::now())).await {
                Some(Frame::Closed(code, _)) => return code,
                Some(Frame::Lost) => panic!("{}: expected to be closed but the connection was cut", self.path),
                Some(frame) => last = Some(frame.to_string()),
                None => panic!("{}: not closed within {PATIENCE:?}; came last: {last:?}", self.path),
            }
        }
    }

    /// Fails when anything but pings of the transport comes within this time.
    pub async fn silent_for(&mut self, time: Duration) {
        if let Some(frame) = self.try_next(time).await {
            panic!("{}: expected silence for {time:?} but got {frame}", self.path);
        }
    }

    /// Sends a JSON object with an `id` of its own and returns the answer, whatever its type. What comes
    /// before the answer is kept for later.
    pub async fn ask(&mut self, mut frame: Value) -> Value {
        self.asked += 1;
        frame["id"] = json!(format!("ask-{}", self.asked));
        self.send(frame.clone()).await;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.read(deadline).await {
                Some(Frame::Json(answer)) if answer["id"] == frame["id"] => return answer,
                Some(Frame::Json(other)) => self.kept.push_back(Frame::Json(other)),
                Some(end) => panic!("{}: expected the answer to {frame} but got {end}", self.path),
                None => panic!("{}: no answer to {frame} within {PATIENCE:?}", self.path),
            }
        }
    }

    /// Subscribes from now on; returns the frame `subscribed`.
    pub async fn subscribe(&mut self, topic: &str) -> Value {
        self.subscribed(json!({"type": "subscribe", "topic": topic})).await
    }

    /// Subscribes to what came after `seq`; returns the frame `subscribed`.
    pub async fn subscribe_after(&mut self, topic: &str, seq: i64) -> Value {
        self.subscribed(json!({"type": "subscribe", "topic": topic, "after": seq})).await
    }

    async fn subscribed(&mut self, frame: Value) -> Value {
        let answer = self.ask(frame.clone()).await;
        let right = answer["type"] == "subscribed" && answer["topic"] == frame["topic"] && answer["seq"].is_i64();
        assert!(right, "{}: expected subscribed to {frame} but got {answer}", self.path);
        answer
    }

    /// Closes it with code 1000 and waits until the shop has closed it too.
    pub async fn close(mut self) {
        let _ = timeout(PATIENCE, self.socket.close(None)).await;
        while let Some(Frame::Json(_)) = self.try_next(PATIENCE).await {}
    }

    /// Ends the TCP connection without a close frame, as a lost network would.
    pub fn cut(self) {}
}
