//! A seat: one socket or stream at the hub. Dropping it leaves everything it followed.

use super::hub::Joined;
use super::mailbox::Mailbox;
use super::{Delivery, End, Identity, Live, Refused, Subscription};
use std::collections::HashMap;
use std::sync::Arc;

/// One socket or stream.
#[derive(Debug)]
pub struct Seat {
    live: Live,
    id: u64,
    identity: Identity,
    mailbox: Arc<Mailbox>,
    /// What it is on the channels of, by the membership's id.
    followed: HashMap<u64, Subscription>,
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
    pub fn take(&self) -> Result<Option<Delivery>, End> {
        while let Some((id, delivery)) = self.mailbox.take()? {
            // What came before the topic was left, or followed anew, is of no interest any more.
            if self.followed.contains_key(&id) {
                return Ok(Some(delivery));
            }
        }
        Ok(None)
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
        self.followed.insert(id, subscription.clone());
        (id, head)
    }

    /// Follows as somebody who has seen everything up to `seen`, which this process has not yet.
    pub(super) fn follow_ahead(&mut self, subscription: &Subscription, seen: i64) -> u64 {
        let id = self.live.hub().enter(&self.mailbox, subscription, seen);
        self.followed.insert(id, subscription.clone());
        id
    }

    /// Follows after a place, if this process remembers everything since.
    pub(super) fn try_follow(&mut self, subscription: &Subscription, after: i64) -> Joined {
        let joined = self.live.hub().join(&self.mailbox, subscription, after);
        if let Joined::At { id, .. } = &joined {
            self.followed.insert(*id, subscription.clone());
        }
        joined
    }

    /// Leaves.
    pub fn unfollow(&mut self, id: u64) {
        if let Some(subscription) = self.followed.remove(&id) {
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
        for (id, subscription) in &self.followed {
            hub.exit(*id, subscription);
        }
        hub.leave(self.id);
    }
}
