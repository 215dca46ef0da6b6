//! One of the many clients: follows its topics in its way, is cut off again and again, and comes back with the last
//! `seq` it knows to an instance it did not choose. When the end is announced it stays until it has everything.

use super::feed::Feed;
use crate::log::{Row, Who};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::Client;
use testkit::live::Refused;
use tokio::sync::watch;

/// How long after the end a client may take to have everything.
const CATCHING_UP: Duration = Duration::from_secs(25);

/// How a client reads.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Socket,
    Stream,
    Polling,
}

/// Nothing happens any more.
#[derive(Clone)]
pub(super) struct End {
    /// The last event, of the catalogue: the last that whoever follows `products` has to be told of.
    pub(super) head: i64,
    pub(super) log: Arc<Vec<Row>>,
    pub(super) since: Instant,
}

/// What all clients know.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) addresses: Arc<Vec<String>>,
    pub(super) seed: u64,
    pub(super) end: watch::Receiver<Option<End>>,
}

impl Field {
    /// Chances of its own for each part of the test, the same for the same seed.
    pub(super) fn chances(&self, number: usize) -> StdRng {
        StdRng::seed_from_u64(self.seed.wrapping_add(number as u64))
    }

    /// Any of the instances.
    pub(super) fn address(&self, random: &mut StdRng) -> &str {
        &self.addresses[random.random_range(0..self.addresses.len())]
    }

    /// The end, once it has come.
    pub(super) fn end(&self) -> Option<End> {
        self.end.borrow().clone()
    }
}

/// Somebody who follows the log.
pub(super) struct Follower {
    pub(super) name: String,
    pub(super) who: Who,
    /// Says who it is.
    pub(super) caller: Client,
    pub(super) way: Way,
    pub(super) feeds: Vec<Feed>,
    pub(super) random: StdRng,
    pub(super) field: Field,
    /// How often it connected.
    pub(super) connected: usize,
    /// What it is about, for the message should it never come to its end.
    pub(super) doing: String,
}

/// Where a connection leaves its client.
pub(super) enum Left {
    /// It has everything.
    Done,
    /// It has to come back.
    Cut,
}

impl Follower {
    /// A socket has a feed for each topic; the other two read all of them as one.
    pub(super) fn new(number: usize, who: Who, caller: Client, way: Way, topics: &[&str], field: &Field) -> Self {
        let topics: Vec<_> = topics.iter().map(|topic| (*topic).to_owned()).collect();
        let feeds = match way {
            Way::Socket => topics.into_iter().map(|topic| Feed::of(vec![topic])).collect(),
            Way::Stream | Way::Polling => vec![Feed::of(topics)],
        };
        let (random, field) = (field.chances(number), field.clone());
        Self {
            name: format!("{way:?} {number} of {who:?}"),
            who,
            caller,
            way,
            feeds,
            random,
            field,
            connected: 0,
            doing: String::new(),
        }
    }

    /// Follows to the end; returns how often it connected and how many events it was told of.
    ///
    /// # Errors
    /// When it is told something wrong, or misses something in the end.
    pub(super) async fn run(mut self) -> Result<(usize, usize), String> {
        let outcome = self.follow().await;
        outcome.map_err(|why| format!("{} (connected {} times): {why}", self.name, self.connected))
    }

    async fn follow(&mut self) -> Result<(usize, usize), String> {
        loop {
            let address = self.field.address(&mut self.random).to_owned();
            let caller = self.caller.at(&address);
            self.doing = format!("connecting to {address}");
            let left = match self.way {
                Way::Socket => self.by_socket(&caller).await,
                Way::Stream => self.by_stream(&caller).await,
                Way::Polling => self.by_polling(&caller).await,
            };
            if matches!(left?, Left::Done) {
                break;
            }
            self.is_late()?;
        }
        let end = self.field.end().ok_or("done before the end")?;
        for feed in &self.feeds {
            feed.check(&end.log, self.who)?;
        }
        Ok((self.connected, self.feeds.iter().map(Feed::count).sum()))
    }

    /// An error when the end came long ago.
    pub(super) fn is_late(&self) -> Result<(), String> {
        let Some(end) = self.field.end().filter(|end| end.since.elapsed() > CATCHING_UP) else { return Ok(()) };
        let feeds = self.feeds.iter().map(|feed| match feed.check(&end.log, self.who) {
            Ok(()) => format!("{:?} is complete", feed.topics),
            Err(why) => why,
        });
        let feeds: Vec<_> = feeds.collect();
        let feeds = feeds.join("; ");
        Err(format!("not through with {} after {CATCHING_UP:?}, {}: {feeds}", end.head, self.doing))
    }

    /// Whether the one feed of a stream or of polling has the last event.
    pub(super) fn has_the_last(&self) -> bool {
        let end = self.field.end();
        end.is_some_and(|end| self.feeds.iter().all(|feed| feed.last() == Some(end.head)))
    }

    /// When the connection that begins now is to be cut, if the end has not come before.
    pub(super) fn cut_at(&mut self) -> Instant {
        Instant::now() + Duration::from_millis(self.random.random_range(20..3_000))
    }

    /// Cut off now? Not any more once the end has come.
    pub(super) fn is_cut(&self, at: Instant) -> bool {
        Instant::now() >= at && self.field.end().is_none()
    }

    /// No connection: fine while an instance is away, a mistake otherwise.
    pub(super) async fn refused(&mut self, refused: Refused) -> Result<Left, String> {
        match refused.status() {
            None | Some(503) => {
                let pause = self.random.random_range(10..80);
                tokio::time::sleep(Duration::from_millis(pause)).await;
                Ok(Left::Cut)
            }
            Some(_) => Err(format!("not let in: {refused}")),
        }
    }
}
