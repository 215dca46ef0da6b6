//! The test's end of a stream of server-sent events.

use super::sse::{Message, Parser};
use super::{PATIENCE, Refused};
use crate::{Answer, Client};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

impl Client {
    /// Opens a stream of server-sent events at `path`, with this caller's cookies and headers.
    ///
    /// # Panics
    /// When anything else comes.
    pub async fn stream(&self, path: &str) -> Stream {
        self.try_stream(path).await.unwrap_or_else(|refused| panic!("expected a stream but {refused}"))
    }

    /// Opens a stream of server-sent events that may be refused.
    ///
    /// # Errors
    /// When the shop answers with anything but a stream, or not within 10 seconds.
    pub async fn try_stream(&self, path: &str) -> Result<Stream, Refused> {
        let work = async {
            let response = self.open(path).await?;
            let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok());
            match response.status().as_u16() == 200 && kind.is_some_and(|kind| kind.starts_with("text/event-stream")) {
                true => Ok(Ok(Stream::new(path, response))),
                false => Ok(Err(Answer::of(format!("GET {path}"), response).await?)),
            }
        };
        let away = |why: String| Refused::Away(format!("GET {path}: no answer from {}: {why}", self.base()));
        match timeout(PATIENCE, work).await {
            Ok(Ok(Ok(stream))) => Ok(stream),
            Ok(Ok(Err(answer))) => Err(Refused::Answer(Box::new(answer))),
            Ok(Err::<_, reqwest::Error>(error)) => Err(away(format!("{error:?}"))),
            Err(_) => Err(away(format!("nothing for {PATIENCE:?}"))),
        }
    }
}

/// An open stream of server-sent events. Dropping it ends the connection.
///
/// # Panics
/// Its methods wait for 10 seconds at most and panic when something else comes than they wait for;
/// not so `try_next`.
#[derive(Debug)]
pub struct Stream {
    path: String,
    response: reqwest::Response,
    parser: Parser,
    last_id: Option<String>,
}

/// What comes out of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A block with an id or data.
    Message(Message),
    /// The shop ended the stream in good order.
    Ended,
    /// The connection broke.
    Lost,
}

impl Stream {
    fn new(path: &str, response: reqwest::Response) -> Self {
        Self { path: path.to_owned(), response, parser: Parser::default(), last_id: None }
    }

    /// The next block, also one that only carries an `id`.
    pub async fn next(&mut self) -> Message {
        self.next_for("a message").await
    }

    /// The next block or the end, or `None` when nothing comes in time.
    pub async fn try_next(&mut self, within: Duration) -> Option<Part> {
        let deadline = Instant::now() + within;
        loop {
            if let Some(message) = self.parser.next() {
                self.last_id = message.id.clone().or(self.last_id.take());
                return Some(Part::Message(message));
            }
            match timeout_at(deadline, self.response.chunk()).await.ok()? {
                Ok(Some(bytes)) => self.parser.push(&bytes),
                Ok(None) => return Some(Part::Ended),
                Err(_) => return Some(Part::Lost),
            }
        }
    }

    async fn next_for(&mut self, what: &str) -> Message {
        match self.try_next(PATIENCE).await {
            Some(Part::Message(message)) => message,
            Some(end) => panic!("{}: expected {what} but got {end:?}", self.path),
            None => panic!("{}: expected {what} but nothing came for {PATIENCE:?}", self.path),
        }
    }

    /// The data of the next message, which is of this type: `ready`, `message`, … Blocks without data
    /// are passed over.
    pub async fn expect_event(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next_for(kind).await;
            match &message.event {
                event if event == kind => return self.json(&message),
                event if event.is_empty() => {}
                _ => panic!("{}: expected {kind} but got {message:?}", self.path),
            }
        }
    }

    /// The data of the next message, which is an event, numbered as its `id` says.
    pub async fn event(&mut self) -> Value {
        let event = self.expect_event("message").await;
        assert_eq!(event["type"], "event", "{}: expected an event but got {event}", self.path);
        let numbered = event["seq"].as_i64().map(|seq| seq.to_string());
        assert_eq!(self.last_id, numbered, "{}: the id is another than the seq of {event}", self.path);
        event
    }

    /// The data of the next `count` messages, which are events.
    pub async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::with_capacity(count);
        for _ in 0..count {
            events.push(self.event().await);
        }
        events
    }

    /// Reads until `event: closed` comes and the stream ends in good order; returns the code.
    pub async fn closed(&mut self) -> u64 {
        loop {
            let message = self.next_for("closed").await;
            if message.event != "closed" {
                continue;
            }
            let code = self.json(&message)["code"].as_u64();
            match self.try_next(PATIENCE).await {
                Some(Part::Ended) => return code.unwrap_or_else(|| panic!("{}: no code in {message:?}", self.path)),
                other => panic!("{}: expected the end after {message:?} but got {other:?}", self.path),
            }
        }
    }

    /// Fails when a message or the end comes within this time. Blocks without data may come.
    pub async fn silent_for(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while let Some(part) = self.try_next(deadline.saturating_duration_since(Instant::now())).await {
            let quiet = matches!(&part, Part::Message(message) if message.event.is_empty());
            assert!(quiet, "{}: expected silence for {time:?} but got {part:?}", self.path);
        }
    }

    /// The last `id` that came: what a browser would send as `Last-Event-ID`.
    pub fn last_id(&self) -> Option<String> {
        self.last_id.clone()
    }

    /// How long the shop asks to wait before connecting again, in milliseconds.
    pub fn retry(&self) -> Option<u64> {
        self.parser.retry
    }

    fn json(&self, message: &Message) -> Value {
        let data = serde_json::from_str(&message.data);
        data.unwrap_or_else(|error| panic!("{}: expected JSON ({error}) but got {message:?}", self.path))
    }
}
