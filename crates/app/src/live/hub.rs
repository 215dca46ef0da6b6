//! The hub: who follows what in this process, and the newest events. Everything happens under one short lock, so that
//! "joined at this place" and "sent from this place on" can't fall apart.

use super::identity::Identity;
use super::mailbox::Mailbox;
use super::{Delivery, End, Entry, Limits, Seat, Subscription};
use domain::cart::Owner;
use domain::event::{AccessEnded, Audience, Channel, Kind, Logged};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit, watch};

/// Recent events kept in memory, so that reconnecting crowds don't all ask the database.
pub(super) const WINDOW: usize = 4_096;

/// Live reading in this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Live {
    hub: Arc<Mutex<Hub>>,
    limits: Limits,
    /// The last event handed out; `None` until the log was first looked at.
    head: Arc<watch::Sender<Option<i64>>>,
    /// Whether others had written when the log was last compared with what was read of it.
    pub(super) others_write: Arc<AtomicBool>,
    /// Whoever reads pages of the log: a crowd that comes back must not take the database from the shop.
    pages: Arc<Semaphore>,
}

/// Pages of the log read at once.
const PAGES: usize = 8;

/// Why there is no seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The instance, or the account or session, has too many open.
    TooMany,
    /// Too much happened while the caller was looked up.
    TryAgain,
    /// The login or session ended a moment ago.
    AccessEnded,
    /// The process stops.
    Stopping,
}

#[derive(Debug, Default)]
pub(super) struct Hub {
    /// Without gaps, the newest last.
    window: VecDeque<Arc<Entry>>,
    /// The last event of the window, or before it when it is empty.
    head: i64,
    channels: HashMap<Channel, HashMap<u64, Member>>,
    seats: HashMap<u64, (Identity, Arc<Mailbox>)>,
    callers: HashMap<Owner, Vec<u64>>,
    next_id: u64,
    stopping: bool,
}

/// Somebody on a channel.
#[derive(Clone, Debug)]
struct Member {
    mailbox: Arc<Mailbox>,
    subscription: Subscription,
    /// Has seen everything up to here.
    seen: i64,
}

/// What came of trying to join.
pub(super) enum Joined {
    /// Joined; this was missed and has to be sent first. Everything after `seq` comes to the mailbox.
    At { id: u64, seq: i64, missed: Vec<Delivery> },
    /// What was missed reaches further back than the window.
    Behind,
    /// The place is ahead of this process's head: of another log, or read on an instance that is a moment ahead.
    Ahead,
}

impl Live {
    pub(crate) fn new(limits: Limits) -> Self {
        let (head, pages) = (Arc::new(watch::Sender::new(None)), Arc::new(Semaphore::new(PAGES)));
        Self { hub: Arc::default(), limits, head, others_write: Arc::default(), pages }
    }

    /// The last event this process has handed out; waits until the log was first looked at.
    pub async fn head(&self) -> i64 {
        let mut heads = self.head.subscribe();
        // Never closed: the sender lives in `self`.
        let head = heads.wait_for(Option::is_some).await.map_or(None, |head| *head);
        head.unwrap_or_default()
    }

    /// The last event this process has handed out; `None` until the log was first looked at.
    pub(crate) fn head_now(&self) -> Option<i64> {
        *self.head.borrow()
    }

    /// Waits for one's turn to read a page of the log; held while it is read.
    pub(super) async fn page_turn(&self) -> Option<SemaphorePermit<'_>> {
        // Never closed.
        self.pages.acquire().await.ok()
    }

    /// Sockets and streams open now.
    #[must_use]
    pub fn open_seats(&self) -> usize {
        self.hub().seats.len()
    }

    /// Takes a seat. `since` is the [`Live::head`] of before the identity was checked: an access that ended in
    /// between is noticed here, one that ends later ends the seat.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn take_seat(&self, identity: Identity, since: i64) -> Result<Seat, Refused> {
        let mailbox = Arc::new(Mailbox::default());
        let mut hub = self.hub();
        if hub.stopping {
            return Err(Refused::Stopping);
        }
        if hub.seats.len() >= self.limits.sockets || !hub.has_room(&identity, self.limits) {
            return Err(Refused::TooMany);
        }
        hub.still_holds(&identity, since)?;
        let id = hub.draw_id();
        hub.seats.insert(id, (identity.clone(), Arc::clone(&mailbox)));
        hub.count_in(&identity, id);
        drop(hub);
        Ok(Seat::new(self.clone(), id, identity, mailbox))
    }

    /// Ends every seat: the process stops.
    pub fn stop(&self) {
        let mut hub = self.hub();
        hub.stopping = true;
        for (_, mailbox) in hub.seats.values() {
            mailbox.end(End::Stopping);
        }
    }

    /// The first look at the log: these are the newest events, in order, up to `head`. When the log was looked at
    /// before and can't be read on from there, everybody has to resume.
    pub(super) fn begin(&self, newest: Vec<Logged>, head: i64) {
        let mut hub = self.hub();
        for (_, mailbox) in hub.seats.values() {
            mailbox.end(End::CutOff);
        }
        hub.window = newest.into_iter().map(Entry::new).collect();
        hub.head = head;
        drop(hub);
        self.head.send_replace(Some(head));
    }

    /// Hands out the events that come next; none may be missing in between. The lock is held for one at a time: of a
    /// whole file of changed products that thousands follow, nobody else should have to wait for all.
    pub(super) async fn hand_out(&self, events: Vec<Logged>) {
        for event in events {
            let head = event.seq;
            self.hub().hand_out(Entry::new(event));
            self.head.send_replace(Some(head));
            tokio::task::yield_now().await;
        }
    }

    pub(super) fn hub(&self) -> MutexGuard<'_, Hub> {
        // Nothing done under the lock leaves it half done, should it panic.
        self.hub.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }
}

impl Hub {
    fn draw_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn has_room(&self, identity: &Identity, limits: Limits) -> bool {
        let held = identity.owner().and_then(|owner| self.callers.get(&owner)).map_or(0, Vec::len);
        held < limits.sockets_per_caller
    }

    fn count_in(&mut self, identity: &Identity, id: u64) {
        if let Some(owner) = identity.owner() {
            self.callers.entry(owner).or_default().push(id);
        }
    }

    fn count_out(&mut self, identity: &Identity, id: u64) {
        let Some(owner) = identity.owner() else { return };
        if let Some(held) = self.callers.get_mut(&owner) {
            held.retain(|other| *other != id);
            if held.is_empty() {
                self.callers.remove(&owner);
            }
        }
    }

    /// Whether the log does not tell, after `since`, that this access has ended. When that is further back than the
    /// window it has to be looked at afresh.
    fn still_holds(&self, identity: &Identity, since: i64) -> Result<(), Refused> {
        if identity.owner().is_none() {
            return Ok(());
        }
        if since < self.start() {
            return Err(Refused::TryAgain);
        }
        let mut later = self.window.iter().rev().take_while(|entry| entry.event.seq > since);
        match later.any(|entry| ended(&entry.event).is_some_and(|end| identity.is_hit_by(&end))) {
            true => Err(Refused::AccessEnded),
            false => Ok(()),
        }
    }

    /// The place after which the window begins.
    fn start(&self) -> i64 {
        self.window.front().map_or(self.head, |entry| entry.event.seq - 1)
    }

    fn hand_out(&mut self, entry: Arc<Entry>) {
        let event = &entry.event;
        assert_eq!(event.seq, self.head + 1, "the follower handed out events with a gap before {}", event.seq);
        self.head = event.seq;
        for channel in event.channels() {
            let Some(members) = self.channels.get(&channel) else { continue };
            for (id, member) in members.iter().filter(|(_, member)| member.seen < event.seq) {
                if let Some(topic) = member.subscription.topic_over(channel, event) {
                    member.mailbox.put((*id, (topic, Arc::clone(&entry))));
                }
            }
        }
        if let Some((owner, what)) = ended(event) {
            self.end_access(owner, &(owner, what));
        }
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(entry);
    }

    fn end_access(&self, owner: Owner, end: &(Owner, AccessEnded)) {
        let held = self.callers.get(&owner).into_iter().flatten();
        for (identity, mailbox) in held.filter_map(|id| self.seats.get(id)) {
            if identity.is_hit_by(end) {
                mailbox.end(End::AccessEnded);
            }
        }
    }

    pub(super) fn leave(&mut self, seat: u64) {
        if let Some((identity, _)) = self.seats.remove(&seat) {
            self.count_out(&identity, seat);
        }
    }

    /// Gives a seat another identity, under the rules of [`Live::take_seat`].
    pub(super) fn identify(&mut self, seat: u64, to: &Identity, since: i64, limits: Limits) -> Result<(), Refused> {
        self.still_holds(to, since)?;
        let Some((identity, mailbox)) = self.seats.get(&seat).cloned() else { return Err(Refused::Stopping) };
        if identity.owner() != to.owner() && !self.has_room(to, limits) {
            return Err(Refused::TooMany);
        }
        self.count_out(&identity, seat);
        self.count_in(to, seat);
        self.seats.insert(seat, (to.clone(), mailbox));
        Ok(())
    }

    /// Joins the channels of a subscription after a place.
    pub(super) fn join(&mut self, mailbox: &Arc<Mailbox>, subscription: &Subscription, after: i64) -> Joined {
        if after < self.start() {
            return Joined::Behind;
        }
        if after > self.head {
            return Joined::Ahead;
        }
        let passed = self.window.partition_point(|entry| entry.event.seq <= after);
        let missed = self.window.iter().skip(passed);
        let missed = missed.filter_map(|entry| Some((subscription.topic_of(&entry.event)?, Arc::clone(entry))));
        let missed = missed.collect();
        let id = self.enter(mailbox, subscription, self.head);
        Joined::At { id, seq: self.head, missed }
    }

    /// Joins the channels as somebody who has seen everything up to `seen`.
    pub(super) fn enter(&mut self, mailbox: &Arc<Mailbox>, subscription: &Subscription, seen: i64) -> u64 {
        let id = self.draw_id();
        for channel in subscription.channels() {
            let member = Member { mailbox: Arc::clone(mailbox), subscription: subscription.clone(), seen };
            self.channels.entry(channel).or_default().insert(id, member);
        }
        id
    }

    pub(super) fn exit(&mut self, id: u64, subscription: &Subscription) {
        for channel in subscription.channels() {
            if let Some(members) = self.channels.get_mut(&channel) {
                members.remove(&id);
                if members.is_empty() {
                    self.channels.remove(&channel);
                }
            }
        }
    }

    pub(super) fn head(&self) -> i64 {
        self.head
    }
}

/// Whose access an event ends, and which of it.
fn ended(event: &Logged) -> Option<(Owner, AccessEnded)> {
    if event.kind != Kind::AccessEnded {
        return None;
    }
    let Audience::Owner(owner) = event.audience else { return None };
    Some((owner, serde_json::from_str(&event.data).unwrap_or_default()))
}
