//! Password hashing on threads that may block, a few at a time: a flood of logins must not starve the shop.

use crate::Failure;
use credentials::password::hash::{self, Verdict};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// Callers that may wait for their turn; more are told to come back.
const WAITING: usize = 512;

#[derive(Clone)]
pub(crate) struct Hasher {
    turns: Arc<Semaphore>,
    /// Turns in all.
    most: usize,
    waiting: Arc<AtomicUsize>,
}

impl Hasher {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { turns: Arc::new(Semaphore::new(cores)), most: cores, waiting: Arc::new(AtomicUsize::new(0)) }
    }

    /// Passwords that are hashed now, and that wait for their turn.
    pub(crate) fn load(&self) -> (usize, usize) {
        let running = self.most.saturating_sub(self.turns.available_permits());
        (running, self.waiting.load(Ordering::Relaxed))
    }

    /// The encoded hash of a password.
    pub(crate) async fn make(&self, password: &str, salt: [u8; 16]) -> Result<String, Failure> {
        let password = password.to_owned();
        self.run(move || hash::make(&password, salt)).await
    }

    /// Whether the password is the one of the stored hash. Without one, the time of a verification is spent all the
    /// same, so that nobody learns from it which accounts exist.
    pub(crate) async fn verify(&self, password: &str, encoded: Option<&str>) -> Result<Verdict, Failure> {
        let password = password.to_owned();
        let encoded = encoded.map(ToOwned::to_owned);
        self.run(move || match encoded {
            Some(encoded) => hash::verify(&password, &encoded),
            None => {
                hash::burn(&password);
                Verdict::Wrong
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let place = Place::take(&self.waiting).ok_or(Failure::Busy(2))?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        drop(place);
        let turn = turn.map_err(|_| Failure::Busy(2))?;
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Failure::Busy(2))
    }
}

/// A place in the queue, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Option<Self> {
        let place = Self(Arc::clone(waiting));
        (waiting.fetch_add(1, Ordering::Relaxed) < WAITING).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
