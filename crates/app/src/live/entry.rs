//! An event in memory, and what somebody asked to hear.

use bytes::Bytes;
use domain::event::{Channel, Logged, Reader, Topic};
use std::sync::{Arc, OnceLock};
use store::event::Wanted;

/// An event that many may be sent: what it looks like on the wire is made once and shared.
#[derive(Debug)]
pub struct Entry {
    /// The event.
    pub event: Logged,
    /// By whether the topic is of one thing (`order:12`) or of all of its kind (`orders`).
    shown: [OnceLock<Bytes>; 2],
}

impl Entry {
    pub(super) fn new(event: Logged) -> Arc<Self> {
        Arc::new(Self { event, shown: [OnceLock::new(), OnceLock::new()] })
    }

    /// The event under a topic as `make` writes it, which is called once per event and sort of topic.
    pub fn shown(&self, topic: Topic, make: impl FnOnce(&Logged, Topic) -> Bytes) -> Bytes {
        let of_one = matches!(topic, Topic::Order(_) | Topic::Product(_));
        self.shown[usize::from(of_one)].get_or_init(|| make(&self.event, topic)).clone()
    }
}

/// Topics followed together, each event once: under the first of them that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription(Arc<[(Topic, Channel)]>);

impl Subscription {
    /// These topics for this reader; `None` when one of them is private and the reader is nobody.
    #[must_use]
    pub fn new(topics: &[Topic], reader: Reader) -> Option<Self> {
        topics.iter().map(|topic| Some((*topic, topic.channel(reader)?))).collect::<Option<_>>().map(Self)
    }

    /// The topic an event is told under.
    #[must_use]
    pub fn topic_of(&self, event: &Logged) -> Option<Topic> {
        self.0.iter().find(|(_, channel)| event.reaches(*channel)).map(|(topic, _)| *topic)
    }

    /// The topic an event is told under if it came over this channel: of several channels that carry it, one tells.
    pub(super) fn topic_over(&self, channel: Channel, event: &Logged) -> Option<Topic> {
        let first = self.0.iter().find(|(_, asked)| event.reaches(*asked))?;
        (first.1 == channel).then_some(first.0)
    }

    pub(super) fn channels(&self) -> impl Iterator<Item = Channel> {
        self.0.iter().map(|(_, channel)| *channel)
    }

    /// The coarse net to fetch its events with.
    pub(super) fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        for channel in self.channels() {
            match channel {
                Channel::Products | Channel::Product(_) => wanted.catalogue = true,
                Channel::AllOrders | Channel::AnyOrder(_) | Channel::AllProducts | Channel::AnyProduct(_) => {
                    wanted.staff = true;
                }
                Channel::OrdersOf(owner) | Channel::OrderOf(_, owner) | Channel::CartOf(owner) => {
                    wanted.owner = Some(owner);
                }
            }
        }
        wanted
    }
}
