//! Imports over HTTP: how many there are at once, and how they end when the shop is stopped.

use crate::App;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Imports at the same time: each is written down first, and a fixture is taken into memory whole.
const AT_ONCE: usize = 2;

/// How long what is under way may go on when the shop is stopped: a product, or what is left of a fixture. Less than
/// requests under way have.
const LAST: Duration = Duration::from_secs(15);

/// Turns at importing.
pub(crate) struct Turns {
    free: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { free: Arc::new(Semaphore::new(AT_ONCE)), stopping: watch::Sender::new(false) }
    }
}

impl Turns {
    /// Whether no more is to be begun.
    pub(super) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// What comes of the work; nothing if the shop is stopped and it does not end in time.
    pub(super) async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut told = self.stopping.subscribe();
        let over = async {
            // The sender lives as long as the shop.
            let _ = told.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(LAST).await;
        };
        tokio::select! {
            biased;
            done = work => Some(done),
            () = over => None,
        }
    }
}

impl App {
    /// A turn at importing, for as long as it is kept; `None` when as many as may be are under way, or the shop is being
    /// stopped.
    #[must_use]
    pub fn begin_import(&self) -> Option<OwnedSemaphorePermit> {
        if self.imports.is_stopping() {
            return None;
        }
        Arc::clone(&self.imports.free).try_acquire_owned().ok()
    }

    /// Has imports end where they are: product files behind the product under way, fixtures before anything is saved.
    pub fn stop_imports(&self) {
        self.imports.stopping.send_replace(true);
    }
}
