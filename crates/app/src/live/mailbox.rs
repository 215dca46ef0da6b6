//! What waits to be sent to one reader: bounded, and empty most of the time. When more comes than it holds, it drops
//! everything and remembers from where: the reader catches up from the log, as after a pause. (A product file changes
//! thousands of products in one moment, and nobody who reads is to blame for it.)

use super::{Entry, MAILBOX};
use domain::event::Topic;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// An event and the topic it is told under.
pub type Delivery = (Topic, Arc<Entry>);

/// A delivery and the membership it came by.
type Letter = (u64, Delivery);

/// Why nothing more will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The reader does not read.
    TooSlow,
    /// The log can't be read on from where this process was.
    CutOff,
    /// The login or session that opened it has ended.
    AccessEnded,
    /// The process stops.
    Stopping,
}

#[derive(Debug, Default)]
pub(super) struct Mailbox {
    post: Mutex<Post>,
    news: Notify,
    overflow: Notify,
    ended: Notify,
}

#[derive(Debug, Default)]
struct Post {
    waiting: VecDeque<Letter>,
    /// More came than it holds: everything after this place has to be read from the log.
    overflowed: Option<i64>,
    end: Option<End>,
}

/// What [`Mailbox::take`] found.
pub(super) enum Taken {
    Letter(Letter),
    Nothing,
    Overflowed(i64),
}

impl Mailbox {
    pub(super) fn put(&self, letter: Letter) {
        let mut post = self.post();
        if post.end.is_some() || post.overflowed.is_some() {
            return;
        }
        if let Some((_, (_, oldest))) = post.waiting.front()
            && post.waiting.len() >= MAILBOX
        {
            post.overflowed = Some(oldest.event.seq - 1);
            post.waiting = VecDeque::new();
            self.overflow.notify_one();
        } else {
            post.waiting.push_back(letter);
        }
        drop(post);
        self.news.notify_one();
    }

    /// Ends it at once: what waits is dropped, it can be had by resuming.
    pub(super) fn end(&self, end: End) {
        let mut post = self.post();
        post.waiting = VecDeque::new();
        post.end.get_or_insert(end);
        drop(post);
        self.news.notify_one();
        self.ended.notify_one();
    }

    /// The next letter, if one waits.
    pub(super) fn take(&self) -> Result<Taken, End> {
        let mut post = self.post();
        if let Some(end) = post.end {
            return Err(end);
        }
        if let Some(place) = post.overflowed {
            return Ok(Taken::Overflowed(place));
        }
        let letter = post.waiting.pop_front();
        if post.waiting.is_empty() && post.waiting.capacity() > 8 {
            post.waiting = VecDeque::new();
        }
        Ok(letter.map_or(Taken::Nothing, Taken::Letter))
    }

    /// Takes letters again after an overflow.
    pub(super) fn reopen(&self) {
        self.post().overflowed = None;
    }

    /// Waits until it overflows, or has.
    pub(super) async fn overflow(&self) {
        loop {
            let told = self.overflow.notified();
            if self.post().overflowed.is_some() {
                return;
            }
            told.await;
        }
    }

    /// Waits until [`Mailbox::take`] has something to say.
    pub(super) async fn news(&self) {
        self.news.notified().await;
    }

    /// Waits until it has ended.
    pub(super) async fn ended(&self) -> End {
        loop {
            let told = self.ended.notified();
            if let Some(end) = self.post().end {
                return end;
            }
            told.await;
        }
    }

    /// No call made while it is held can panic, so a poisoned lock still holds what it should.
    fn post(&self) -> MutexGuard<'_, Post> {
        self.post.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
