//! What goes out: events that wait or were missed, and answers.

use super::Connection;
use crate::live::frame::{answer, event_frame};
use crate::live::socket::Close;
use app::live::{CatchUp, Delivery, End, Step, Waiting};
use axum::extract::ws::{Message, Utf8Bytes};
use domain::event::Topic;
use futures_util::SinkExt;
use std::time::Duration;
use tokio::time::timeout;

/// How long one send may take,
const SEND: Duration = Duration::from_secs(20);
/// and how long once more has gathered than may wait.
const SLOW: Duration = Duration::from_secs(2);
/// Events of one send.
const AT_ONCE: usize = 64;
/// Between attempts to catch up while the database is away.
const RETRY: Duration = Duration::from_millis(250);

impl Connection {
    /// One step for the topic that waits longest.
    pub(super) async fn catch_up(&mut self) -> Result<(), Close> {
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
    pub(super) async fn deliver(&mut self) -> Result<(), Close> {
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

    pub(super) async fn say(&mut self, frame: String) -> Result<(), Close> {
        self.send(vec![Message::Text(frame.into())]).await
    }

    pub(super) async fn send(&mut self, messages: Vec<Message>) -> Result<(), Close> {
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
}
