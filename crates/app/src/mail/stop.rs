//! When the shop stops.

use tokio::sync::watch;

/// Says when the shop stops. Whoever holds one ends in its own time, and leaves nothing half done.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Told by the value becoming true, or by nobody being left to say so.
    #[must_use]
    pub const fn new(told: watch::Receiver<bool>) -> Self {
        Self(told)
    }

    /// Whether it stops.
    pub(super) fn is_told(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits until it stops.
    pub(super) async fn told(&mut self) {
        // An error says that nobody is left to tell.
        let _ = self.0.wait_for(|told| *told).await;
    }
}
