//! What a connection is doing, as far as somebody waits for its client.

use super::ConnectionLimits;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// What a connection is doing. Its transport, its service and the bodies of its answers share one; they all run in one
/// task, so the atomics are there for the compiler.
pub(crate) struct Phase {
    born: Instant,
    what: AtomicU8,
    /// Since when, in ms after its birth.
    since: AtomicU64,
}

/// A new connection of which nothing has come.
const SILENT: u8 = 0;
/// A part of a request's head has come.
const HEAD: u8 = 1;
/// A request is being answered: what the client owes is its body, which has a date of its own.
const ANSWERING: u8 = 2;
/// Between requests.
const IDLE: u8 = 3;
/// It has become a WebSocket, which looks after the time itself.
const UPGRADED: u8 = 4;

/// How long a new connection may be silent when the process is about to stop.
const LAST_CHANCE: Duration = Duration::from_secs(1);

/// What the client owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Debt {
    /// Anything at all.
    Word,
    /// The rest of a request's head.
    Head,
    /// Another request.
    Request,
}

impl Phase {
    pub(super) fn new() -> Self {
        Self { born: Instant::now(), what: AtomicU8::new(SILENT), since: AtomicU64::new(0) }
    }

    /// Bytes have come. Whether they begin a head.
    pub(super) fn heard(&self) -> bool {
        match self.what() {
            // What was owed since the connection began is owed since then.
            SILENT => {
                self.what.store(HEAD, Ordering::Relaxed);
                true
            }
            IDLE => {
                self.enter(HEAD);
                true
            }
            _ => false,
        }
    }

    pub(super) fn is_head(&self) -> bool {
        self.what() == HEAD
    }

    /// A request is whole.
    pub(crate) fn answering(&self) {
        self.what.store(ANSWERING, Ordering::Relaxed);
    }

    /// The connection speaks another protocol from now on.
    pub(crate) fn upgraded(&self) {
        self.what.store(UPGRADED, Ordering::Relaxed);
    }

    /// An answer is whole.
    pub(super) fn answered(&self) {
        if self.what() == ANSWERING {
            self.enter(IDLE);
        }
    }

    /// What the client owes, and until when.
    pub(super) fn debt(&self, limits: &ConnectionLimits, closing: bool) -> Option<(Debt, Instant)> {
        let since = self.born + Duration::from_millis(self.since.load(Ordering::Relaxed));
        match self.what() {
            SILENT if closing => Some((Debt::Word, since + limits.header_timeout.min(LAST_CHANCE))),
            SILENT => Some((Debt::Word, since + limits.header_timeout)),
            HEAD => Some((Debt::Head, since + limits.header_timeout)),
            IDLE => Some((Debt::Request, since + limits.idle_timeout)),
            _ => None,
        }
    }

    fn enter(&self, what: u8) {
        let since = self.born.elapsed().as_millis();
        self.since.store(u64::try_from(since).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.what.store(what, Ordering::Relaxed);
    }

    fn what(&self) -> u8 {
        self.what.load(Ordering::Relaxed)
    }
}
