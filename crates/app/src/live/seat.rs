//! A seat: one socket or stream at the hub. Dropping it leaves everything it followed.

use super::hub::Joined;
use super::mailbox::{Mailbox, Taken};
use super::{CatchUp, Delivery, End, Identity, Live, Refused, Subscription};
use std::collections::HashMap;
use std::sync::Arc;

/// One socket or stream.
#[derive(Debug)]
pub struct Seat {
    live: Live,
    id: u64,
    identity: Identity,
    mailbox: Arc<Mailbox>,
    /// What it is on the channels of, by the membership's id, and the place up to which it was sent everything.
    followed: HashMap<u64, (Subscription, i64)>,
}

/// What [`Seat::take`] found.
#[derive(Debug)]
pub enum Waiting {
    /// This is to be sent.
    Event(Delivery),
    /// Nothing.
    Nothing,
    /// More came than waits at most. Nothing is followed any more: each of these memberships, by its old id, has to
    /// catch up.
    Behind(Vec<(u64, CatchUp)>),
}

impl Seat {
    pub(super) fn new(live: Live, id: u64, identity: Identity, mailbox: Arc<Mailbox>) -> Self {
        Self { live, id, identity, mailbox, followed: HashMap::new() }
    }

    /// Who it belongs to.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Gives it another identity; `since` as in [`Live::take_seat`]. What it followed stays.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn identify(&mut self, identity: Identity, since: i64) -> Result<(), Refused> {
        self.live.hub().identify(self.id, &identity, since, self.live.limits())?;
        self.identity = identity;
        Ok(())
    }

    /// The next delivery, if one waits.
    ///
    /// # Errors
    /// [`End`] when nothing more will come.
    pub fn take(&mut self) -> Result<Waiting, End> {
        loop {
            match self.mailbox.take()? {
                Taken::Letter((id, delivery)) => {
                    // What came before the topic was left, or followed anew, is of no interest any more.
                    if let Some((_, sent)) = self.followed.get_mut(&id) {
                        *sent = delivery.1.event.seq;
                        return Ok(Waiting::Event(delivery));
                    }
                }
                Taken::Nothing => return Ok(Waiting::Nothing),
                Taken::Overflowed(place) => return Ok(Waiting::Behind(self.fall_behind(place))),
            }
        }
    }

    /// Leaves everything, to catch up after `place` or what it was sent beyond that.
    fn fall_behind(&mut self, place: i64) -> Vec<(u64, CatchUp)> {
        let followed = std::mem::take(&mut self.followed);
        let mut hub = self.live.hub();
        for (id, (subscription, _)) in &followed {
            hub.exit(*id, subscription);
        }
        drop(hub);
        self.mailbox.reopen();
        let behind = |(id, (subscription, sent))| (id, CatchUp::new(subscription, place.max(sent)));
        followed.into_iter().map(behind).collect()
    }

    /// Waits until more came than waits at most.
    pub async fn overflow(&self) {
        self.mailbox.overflow().await;
    }

    /// Waits until [`Seat::take`] has something to say.
    pub async fn news(&self) {
        self.mailbox.news().await;
    }

    /// Waits until nothing more will come.
    pub async fn ended(&self) -> End {
        self.mailbox.ended().await
    }

    /// Follows from now on; returns the membership's id and the place.
    pub fn follow(&mut self, subscription: &Subscription) -> (u64, i64) {
        let mut hub = self.live.hub();
        let head = hub.head();
        let id = hub.enter(&self.mailbox, subscription, head);
        drop(hub);
        self.followed.insert(id, (subscription.clone(), head));
        (id, head)
    }

    /// Follows as somebody who has seen everything up to `seen`, if this process has not yet come so far.
    pub(super) fn try_follow_ahead(&mut self, subscription: &Subscription, seen: i64) -> Option<u64> {
        let mut hub = self.live.hub();
        if hub.head() > seen {
            return None;
        }
        let id = hub.enter(&self.mailbox, subscription, seen);
        drop(hub);
        self.followed.insert(id, (subscription.clone(), seen));
        Some(id)
    }

    /// Follows after a place, if this process remembers everything since.
    pub(super) fn try_follow(&mut self, subscription: &Subscription, after: i64) -> Joined {
        let joined = self.live.hub().join(&self.mailbox, subscription, after);
        if let Joined::At { id, seq, .. } = &joined {
            self.followed.insert(*id, (subscription.clone(), *seq));
        }
        joined
    }

    /// Leaves.
    pub fn unfollow(&mut self, id: u64) {
        if let Some((subscription, _)) = self.followed.remove(&id) {
            self.live.hub().exit(id, &subscription);
        }
    }

    /// A place up to which everything this seat follows was put into its mailbox.
    #[must_use]
    pub fn head(&self) -> i64 {
        self.live.hub().head()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut hub = self.live.hub();
        for (id, (subscription, _)) in &self.followed {
            hub.exit(*id, subscription);
        }
        hub.leave(self.id);
    }
}
