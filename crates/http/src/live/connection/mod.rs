//! One open socket: a single task that sends what comes, hears what is said, and looks after the time.
//!
//! Nothing is read while something is being sent, and nothing piles up but the bounded mailbox: a client that does not
//! read is noticed when that overflows, or when one send takes too long.

use super::asked::{Denied, may_follow};
use super::credentials::access;
use super::frame::{answer, error, event_frame};
use super::inbound::{Inbound, Rate};
use super::socket::Close;
use crate::state::Edge;
use app::live::{CatchUp, Delivery, End, Identity, Seat, Step, Subscription, Waiting};
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use domain::event::Topic;
use futures_util::{FutureExt, SinkExt};
use serde_json::Value;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// Between pings.
const PING: Duration = Duration::from_secs(25);
/// A client not heard of for so long is gone.
const DEAD: Duration = Duration::from_secs(60);
/// How long a client may take to say who it is or what it wants.
const SILENCE: Duration = Duration::from_secs(10);
/// How long one send may take,
const SEND: Duration = Duration::from_secs(20);
/// and how long once more has gathered than may wait.
const SLOW: Duration = Duration::from_secs(2);
/// Events of one send.
const AT_ONCE: usize = 64;
/// Topics of one socket.
const TOPICS: usize = 100;
/// Between attempts to catch up while the database is away.
const RETRY: Duration = Duration::from_millis(250);

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
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Close::Gone),
        }
    }

    async fn obey(&mut self, frame: Inbound) -> Result<(), Close> {
        match frame {
            Inbound::Ping { id } => self.pong(id.as_ref()).await,
            Inbound::Auth { id, token } => self.identify(id.as_ref(), &token).await,
            Inbound::Unsubscribe { id, topic } => {
                if let Ok(topic) = topic.parse() {
                    self.unfollow(topic);
                }
                self.say(answer("unsubscribed", id.as_ref(), &[("topic", topic.into())])).await
            }
            Inbound::Subscribe { id, topic, after } => {
                let after = after.map(|after| i64::try_from(after).unwrap_or(i64::MAX));
                match topic.parse::<Topic>() {
                    Ok(topic) => self.subscribe(id.as_ref(), topic, after).await,
                    Err(unknown) => self.say(error(id.as_ref(), &topic, "unknown_topic", &unknown.to_string())).await,
                }
            }
        }
    }

    /// Says up to where everything was sent: what the hub has put into the mailbox goes first.
    async fn pong(&mut self, id: Option<&Value>) -> Result<(), Close> {
        let head = self.seat.head();
        self.deliver().await?;
        let sent = self.catching_up.is_empty().then(|| ("seq", head.into()));
        self.say(answer("pong", id, sent.as_slice())).await
    }

    async fn identify(&mut self, id: Option<&Value>, token: &str) -> Result<(), Close> {
        let since = self.edge.app.live.head().await;
        let identity = access(&self.edge, token).await?;
        if identity.reader() != self.seat.identity().reader() {
            let private: Vec<_> = self.topics.keys().copied().filter(|topic| topic.is_private()).collect();
            for topic in private {
                self.unfollow(topic);
                self.say(answer("unsubscribed", None, &[("topic", topic.to_string().into())])).await?;
            }
        }
        self.valid_until = until(&self.edge, &identity);
        self.seat.identify(identity, since)?;
        self.silent_until = None;
        self.say(answer("ack", id, &[])).await?;
        self.begin().await
    }

    /// Follows what the address asked for.
    async fn begin(&mut self) -> Result<(), Close> {
        match self.waiting.take() {
            Some(Start { topic: Some(topic), after }) => self.subscribe(None, topic, after).await,
            _ => Ok(()),
        }
    }

    async fn subscribe(&mut self, id: Option<&Value>, topic: Topic, after: Option<i64>) -> Result<(), Close> {
        let name = topic.to_string();
        let refused = |code, detail| error(id, &name, code, detail);
        if !self.topics.contains_key(&topic) && self.topics.len() >= TOPICS {
            let detail = format!("A socket may follow {TOPICS} topics. Unsubscribe from others first.");
            return self.say(refused("too_many_subscriptions", &detail)).await;
        }
        let refusal = match may_follow(&self.edge, self.seat.identity(), topic).await {
            Ok(()) => None,
            Err(Denied::Nobody) => {
                Some(refused("not_authenticated", "The topic needs an account or a session. Send auth first."))
            }
            Err(Denied::NoOrder) => Some(refused("not_found", "Order not found")),
            Err(Denied::Problem(_)) => Some(refused("unavailable", "The server can't look that up now. Try again.")),
        };
        let subscription = Subscription::new(&[topic], self.seat.identity().reader());
        let subscription = match (refusal, subscription) {
            (None, Some(subscription)) => subscription,
            (refusal, _) => return self.say(refusal.unwrap_or_else(|| refused("not_authenticated", ""))).await,
        };
        self.unfollow(topic);
        let (member, place) = match after {
            None => {
                let (member, head) = self.seat.follow(&subscription);
                (Some(member), head)
            }
            Some(after) => {
                self.catching_up.push((topic, CatchUp::new(subscription, after)));
                (None, after)
            }
        };
        self.topics.insert(topic, member);
        self.say(answer("subscribed", id, &[("topic", name.into()), ("seq", place.into())])).await
    }

    fn unfollow(&mut self, topic: Topic) {
        self.catching_up.retain(|(other, _)| *other != topic);
        if let Some(Some(member)) = self.topics.remove(&topic) {
            self.seat.unfollow(member);
        }
    }

    /// One step for the topic that waits longest.
    async fn catch_up(&mut self) -> Result<(), Close> {
        let Some((topic, mut catch_up)) = self.catching_up.first().cloned() else { return Ok(()) };
        let step = match catch_up.step(&self.edge.app, &mut self.seat).await {
            Ok(step) => step,
            Err(_) => {
                tokio::time::sleep(RETRY).await;
                return Ok(());
            }
        };
        match step {
            Step::More(events) => {
                self.catching_up[0].1 = catch_up;
                self.send_events(events).await
            }
            Step::Done(member, events) => {
                self.arrived(topic, member);
                self.send_events(events).await
            }
            Step::Lost(member, head) => {
                self.arrived(topic, member);
                self.say(answer("reset", None, &[("topic", topic.to_string().into()), ("seq", head.into())])).await
            }
        }
    }

    fn arrived(&mut self, topic: Topic, member: u64) {
        self.catching_up.remove(0);
        self.topics.insert(topic, Some(member));
    }

    /// Sends everything that waits.
    async fn deliver(&mut self) -> Result<(), Close> {
        let mut events = vec![];
        loop {
            match self.seat.take()? {
                Waiting::Event(delivery) => events.push(delivery),
                Waiting::Nothing => break,
                Waiting::Behind(memberships) => {
                    self.fall_behind(memberships);
                    break;
                }
            }
        }
        self.send_events(events).await
    }

    /// Goes back to catching up with topics that more came of than could wait.
    fn fall_behind(&mut self, memberships: Vec<(u64, CatchUp)>) {
        for (member, catch_up) in memberships {
            let topic = self.topics.iter_mut().find(|(_, held)| **held == Some(member));
            if let Some((topic, held)) = topic {
                *held = None;
                self.catching_up.push((*topic, catch_up));
            }
        }
    }

    async fn send_events(&mut self, events: Vec<Delivery>) -> Result<(), Close> {
        if events.is_empty() {
            return Ok(());
        }
        metrics::counter!("oxcart_events_delivered_total").increment(events.len() as u64);
        // Always text; a frame that is not would be a bug, and is better left out than sent.
        let frame = |(topic, entry): &Delivery| Utf8Bytes::try_from(entry.shown(*topic, event_frame)).ok();
        for some in events.chunks(AT_ONCE) {
            self.send(some.iter().filter_map(frame).map(Message::Text).collect()).await?;
        }
        Ok(())
    }

    async fn say(&mut self, frame: String) -> Result<(), Close> {
        self.send(vec![Message::Text(frame.into())]).await
    }

    async fn send(&mut self, messages: Vec<Message>) -> Result<(), Close> {
        let socket = &mut self.socket;
        let sending = async {
            for message in messages {
                socket.feed(message).await?;
            }
            socket.flush().await
        };
        // A client that takes nothing while more than it may leave waiting has gathered is not reading.
        let not_reading = async {
            self.seat.overflow().await;
            tokio::time::sleep(SLOW).await;
        };
        tokio::select! {
            sent = timeout(SEND, sending) => match sent {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(Close::Gone),
                Err(_) => Err(End::TooSlow.into()),
            },
            () = not_reading => Err(End::TooSlow.into()),
            end = self.seat.ended() => Err(end.into()),
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
