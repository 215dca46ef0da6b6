//! One open socket: a single task that sends what comes, hears what is said, and looks after the time.
//!
//! Nothing is read while something is being sent, and nothing piles up but the bounded mailbox: a client that does not
//! read is noticed when that overflows, or when one send takes too long.

mod obey;
mod send;

use super::inbound::{Inbound, Rate};
use super::socket::Close;
use crate::state::Edge;
use app::live::{CatchUp, Identity, Seat};
use axum::extract::ws::{Message, WebSocket};
use domain::event::Topic;
use futures_util::FutureExt;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// Between pings.
const PING: Duration = Duration::from_secs(25);
/// A client not heard of for so long is gone.
const DEAD: Duration = Duration::from_secs(60);
/// How long answering a farewell may take.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long a client may take to say who it is or what it wants.
const SILENCE: Duration = Duration::from_secs(10);

/// What the address already says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// The topic to follow from the start.
    pub(super) topic: Option<Topic>,
    /// After this place.
    pub(super) after: Option<i64>,
}

/// One open socket.
pub(super) struct Connection {
    edge: Edge,
    socket: WebSocket,
    seat: Seat,
    /// What is followed, with the seat's membership; without one while it is catching up.
    topics: HashMap<Topic, Option<u64>>,
    catching_up: Vec<(Topic, CatchUp)>,
    /// To be followed once it is known who this is.
    waiting: Option<Start>,
    rate: Rate,
    heard: Instant,
    next_ping: Instant,
    /// When nobody may be nobody any more.
    silent_until: Option<Instant>,
    /// When the identity has to be proved anew.
    valid_until: Option<Instant>,
}

impl Connection {
    pub(super) fn new(edge: Edge, socket: WebSocket, seat: Seat) -> Self {
        let now = Instant::now();
        let valid_until = until(&edge, seat.identity());
        Self {
            edge,
            socket,
            seat,
            topics: HashMap::new(),
            catching_up: vec![],
            waiting: None,
            rate: Rate::new(),
            heard: now,
            next_ping: now + PING,
            silent_until: None,
            valid_until,
        }
    }

    pub(super) fn into_parts(self) -> (WebSocket, Seat) {
        (self.socket, self.seat)
    }

    /// Serves it until it ends, and returns why.
    pub(super) async fn run(&mut self, start: Start, nobody: bool) -> Close {
        self.silent_until = nobody.then(|| Instant::now() + SILENCE);
        self.waiting = start.topic.map(|_| start);
        let started = if nobody && start.topic.is_some_and(Topic::is_private) { Ok(()) } else { self.begin().await };
        let mut ending = started;
        loop {
            match ending {
                Err(close) => return close,
                Ok(()) => ending = self.turn().await,
            }
        }
    }

    /// One round: send what waits, then whatever comes first.
    async fn turn(&mut self) -> Result<(), Close> {
        self.deliver().await?;
        if !self.catching_up.is_empty() {
            self.catch_up().await?;
            // Whoever catches up for long still is listened to.
            return match self.socket.recv().now_or_never() {
                Some(message) => self.hear(message).await,
                None => self.look_at_the_time().await,
            };
        }
        let date = self.next_date();
        tokio::select! {
            message = self.socket.recv() => self.hear(message).await,
            () = self.seat.news() => Ok(()),
            () = sleep_until(date) => self.look_at_the_time().await,
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), Close> {
        self.heard = Instant::now();
        if !self.rate.allows() {
            return Err(Close::because(4429, "Too many frames. Send at most 100 in 10 seconds."));
        }
        match message {
            Some(Ok(Message::Text(text))) => match Inbound::read(&text) {
                Ok(frame) => self.obey(frame).await,
                Err(why) => Err(Close::because(4400, format!("The frame can't be read: {why}"))),
            },
            Some(Ok(Message::Binary(_))) => Err(Close::because(4400, "Frames are JSON texts.")),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            // The library tells the kinds of errors apart by their texts alone.
            Some(Err(problem)) if problem.to_string().contains("too long") => {
                Err(Close::because(4400, "The frame is too long."))
            }
            Some(Ok(Message::Close(_))) => {
                // The answer to a farewell goes out with the next read.
                let _ = timeout(FAREWELL, self.socket.recv()).await;
                Err(Close::Gone)
            }
            Some(Err(_)) | None => Err(Close::Gone),
        }
    }

    /// When the clock matters next.
    fn next_date(&self) -> Instant {
        let dates = [self.silent_until, self.valid_until, Some(self.heard + DEAD)];
        dates.into_iter().flatten().fold(self.next_ping, Instant::min)
    }

    async fn look_at_the_time(&mut self) -> Result<(), Close> {
        let now = Instant::now();
        let over = |date: Option<Instant>| date.is_some_and(|date| date <= now);
        if over(self.valid_until) {
            return Err(Close::because(4401, "The token or session has expired."));
        }
        if over(self.silent_until) {
            self.silent_until = None;
            if self.topics.is_empty() {
                return Err(Close::because(4408, "Nobody said who they are, and nothing was subscribed."));
            }
        }
        if self.heard + DEAD <= now {
            return Err(Close::Gone);
        }
        if self.next_ping > now {
            return Ok(());
        }
        self.next_ping = now + PING;
        self.send(vec![Message::Ping(Default::default())]).await
    }
}

/// When an identity has to be proved anew, on the clock that only goes forward.
pub(super) fn until(edge: &Edge, identity: &Identity) -> Option<Instant> {
    let left = identity.until()?.0.saturating_sub(edge.app.now().0);
    Some(Instant::now() + Duration::from_micros(left.max(0).unsigned_abs()))
}
