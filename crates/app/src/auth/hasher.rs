//! Password hashing on threads that may block, a few at a time: a flood of logins must not starve the shop.

use crate::Failure;
use credentials::password::hash::{self, Verdict};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use store::Patience;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Callers that may wait for their turn; more are told to come back.
const WAITING: usize = 512;

/// How long one waits while others always do; where hashing is slow, until two turns have come.
const MOMENT: Duration = Duration::from_millis(40);

#[derive(Clone)]
pub(crate) struct Hasher {
    turns: Arc<Semaphore>,
    /// Turns in all.
    most: usize,
    waiting: Arc<AtomicUsize>,
    patience: Arc<Patience>,
}

/// One's turn to hash, until it is dropped.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
    began: Instant,
    hasher: Hasher,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let most = u32::try_from(self.hasher.most).unwrap_or(u32::MAX);
        // So many are under way beside each other: this is how often a turn comes.
        self.hasher.patience.took(self.began.elapsed() / most.max(1));
    }
}

impl Hasher {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            turns: Arc::new(Semaphore::new(cores)),
            most: cores,
            waiting: Arc::default(),
            patience: Arc::new(Patience::new(MOMENT)),
        }
    }

    /// Passwords that are hashed now, and that wait for their turn.
    pub(crate) fn load(&self) -> (usize, usize) {
        let running = self.most.saturating_sub(self.turns.available_permits());
        (running, self.waiting.load(Ordering::Relaxed))
    }

    /// The encoded hash of a password.
    pub(crate) async fn make(&self, password: &str, salt: [u8; 16]) -> Result<String, Failure> {
        let password = password.to_owned();
        let (encoded, _turn) = self.turn().await?.run(move || hash::make(&password, salt)).await?;
        Ok(encoded)
    }

    /// Waits for a turn, unless too many wait already.
    pub(crate) async fn turn(&self) -> Result<Turn, Failure> {
        let place = Place::take(&self.waiting).ok_or(Failure::Busy(2))?;
        let turn = store::turn(&self.turns, &self.patience).await;
        drop(place);
        let permit = turn.map_err(|_| Failure::Busy(2))?;
        Ok(Turn { _permit: permit, began: Instant::now(), hasher: self.clone() })
    }
}

impl Turn {
    /// Whether the password is the one of the stored hash. Without one, the time of a verification is spent all the
    /// same, so that nobody learns from it which accounts exist. The turn comes back, to be kept while what was found is
    /// written down.
    pub(crate) async fn verify(self, password: &str, encoded: Option<&str>) -> Result<(Verdict, Self), Failure> {
        let password = password.to_owned();
        let encoded = encoded.map(ToOwned::to_owned);
        tracing::trace!(
            target: "oxcart::passwords",
            cost = hash::cost(encoded.as_deref().unwrap_or_default()),
            "checking a password"
        );
        self.run(move || match encoded {
            Some(encoded) => hash::verify(&password, &encoded),
            None => {
                hash::burn(&password);
                Verdict::Wrong
            }
        })
        .await
    }

    /// The work keeps the turn: it goes on when its caller has left.
    async fn run<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<(T, Self), Failure> {
        tokio::task::spawn_blocking(move || (work(), self)).await.map_err(|_| Failure::Busy(2))
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
