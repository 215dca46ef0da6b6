//! One reader of the log, whichever of the three ways it reads: opened at a `seq`, asked for one event after the other.

use crate::support::each;
use serde_json::Value;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use testkit::Client;
use testkit::live::{Socket, Stream};

/// How long an event may take until it is read, whatever else the machine does.
const PATIENCE: Duration = Duration::from_secs(10);

/// The ways of reading.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Socket,
    Stream,
    Polling,
}

impl Way {
    pub(super) const ALL: [Self; 3] = [Self::Socket, Self::Stream, Self::Polling];
}

/// Somebody who comes back.
pub(super) enum Reader {
    Socket(Box<Socket>),
    Stream(Box<Stream>),
    Polling(Polling),
}

/// Pages are asked for when the last one is used up.
pub(super) struct Polling {
    caller: Client,
    query: String,
    after: i64,
    page: VecDeque<Value>,
}

impl Reader {
    /// Reads the topic from `after` on.
    pub(super) async fn open(way: Way, caller: &Client, topic: &str, after: i64) -> Self {
        match way {
            Way::Socket => {
                let mut socket = caller.socket("/ws/").await;
                let subscribed = socket.subscribe_after(topic, after).await;
                assert_eq!(subscribed["seq"], after, "{subscribed}");
                Self::Socket(Box::new(socket))
            }
            Way::Stream => {
                let returning = caller.with_header("Last-Event-ID", &after.to_string());
                let mut stream = returning.stream(&format!("/events/stream?topics={topic}")).await;
                let ready = stream.next().await;
                assert_eq!(ready.event, "ready", "{ready:?}");
                Self::Stream(Box::new(stream))
            }
            Way::Polling => Self::Polling(Polling::new(caller, &format!("topics={topic}&limit=7"), after)),
        }
    }

    /// The next event.
    pub(super) async fn next(&mut self) -> Value {
        match self {
            Self::Socket(socket) => socket.event().await,
            Self::Stream(stream) => stream.event().await,
            Self::Polling(polling) => polling.next().await,
        }
    }

    /// The numbers of the next `count` events.
    pub(super) async fn seqs(&mut self, count: usize) -> Vec<i64> {
        let mut seqs = Vec::with_capacity(count);
        for _ in 0..count {
            let event = self.next().await;
            seqs.push(event["seq"].as_i64().unwrap_or_else(|| panic!("an event without a number: {event}")));
        }
        seqs
    }
}

impl Polling {
    /// The query says all but `after`.
    pub(super) fn new(caller: &Client, query: &str, after: i64) -> Self {
        Self { caller: caller.clone(), query: query.to_owned(), after, page: VecDeque::new() }
    }

    /// Asks once, and returns what is new.
    pub(super) async fn ask(&mut self) -> Vec<i64> {
        let path = format!("/events/?after={}&{}", self.after, self.query);
        let page = self.caller.get(&path).await.expect(200).json();
        assert_eq!(page["reset"], false, "what was missed is there, but: {page}");
        let after = page["after"].as_i64().unwrap_or_else(|| panic!("no `after` in {page}"));
        assert!(after >= self.after, "{path} leads back: {page}");
        self.after = after;
        let results = page["results"].as_array().unwrap_or_else(|| panic!("no results in {page}"));
        self.page.extend(results.iter().cloned());
        each(&page, "seq").into_iter().filter_map(Value::as_i64).collect()
    }

    async fn next(&mut self) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(event) = self.page.pop_front() {
                return event;
            }
            assert!(Instant::now() < deadline, "polling yields nothing after {} in {PATIENCE:?}", self.after);
            if self.ask().await.is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}
