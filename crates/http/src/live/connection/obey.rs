//! What a client says, and what is answered.

use super::{Connection, Start, until};
use crate::live::asked::{Denied, may_follow};
use crate::live::credentials::{Unproven, access};
use crate::live::frame::{answer, error};
use crate::live::inbound::Inbound;
use crate::live::socket::Close;
use app::live::{CatchUp, Subscription};
use domain::event::Topic;
use serde_json::Value;

/// Topics of one socket.
const TOPICS: usize = 100;

impl Connection {
    pub(super) async fn obey(&mut self, frame: Inbound) -> Result<(), Close> {
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
                    Err(unknown) => {
                        self.say(error(id.as_ref(), Some(&topic), "unknown_topic", &unknown.to_string())).await
                    }
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
        let identity = match access(&self.edge, token).await {
            Ok(identity) => identity,
            Err(Unproven::Problem(_)) => return self.say(unavailable(id, None)).await,
            Err(unproven) => return Err(unproven.into()),
        };
        let (before, now) = (self.seat.identity().reader(), identity.reader());
        if before != now {
            // The staff hears more of the catalogue than others do.
            let other = |topic: &Topic| topic.is_private() || before.is_staff != now.is_staff;
            let ended: Vec<_> = self.topics.keys().copied().filter(other).collect();
            for topic in ended {
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
    pub(super) async fn begin(&mut self) -> Result<(), Close> {
        match self.waiting.take() {
            Some(Start { topic: Some(topic), after }) => self.subscribe(None, topic, after).await,
            _ => Ok(()),
        }
    }

    async fn subscribe(&mut self, id: Option<&Value>, topic: Topic, after: Option<i64>) -> Result<(), Close> {
        let name = topic.to_string();
        let refused = |code, detail| error(id, Some(&name), code, detail);
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
            Err(Denied::Problem(_)) => Some(unavailable(id, Some(&name))),
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
}

/// What an answer that needs the database is when that does not answer.
fn unavailable(id: Option<&Value>, topic: Option<&str>) -> String {
    error(id, topic, "unavailable", "The server can't look that up now. Try again.")
}
