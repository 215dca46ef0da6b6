//! How much is under way, at one moment: what `/metrics` shows of queues and pools. What happens is counted where it
//! happens, with the `metrics` crate.

use crate::App;
use std::time::Duration;
use store::PoolFigures;

/// Queues, pools and how far behind they are.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The database's connections.
    pub pools: Vec<PoolFigures>,
    /// Passwords that are hashed now.
    pub hashing: usize,
    /// Passwords that wait for their turn.
    pub hashes_waiting: usize,
    /// Jobs that wait for the next batch, by sort.
    pub gathered_waiting: Vec<(&'static str, usize)>,
    /// The last event of the log this process has read; `None` before the first look.
    pub log_head: Option<i64>,
    /// How long ago the log was read to its end; `None` when it never was.
    pub log_unread: Option<Duration>,
}

impl App {
    /// The figures of this moment.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let (hashing, hashes_waiting) = self.hasher.load();
        Figures {
            pools: self.db.pools(),
            hashing,
            hashes_waiting,
            gathered_waiting: self.gatherers.waiting(),
            log_head: self.live.head_now(),
            log_unread: self.freshness().unread_for(),
        }
    }
}
