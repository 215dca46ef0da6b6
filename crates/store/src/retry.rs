//! Runs a whole transaction again when it lost a race: bounded, with a growing pause, and never after a COMMIT whose
//! outcome is unknown.

use crate::Error;
use std::time::Duration;

/// The most times a transaction runs.
const ATTEMPTS: u32 = 8;

/// An error that may say: nothing happened, run me again.
pub trait Transient {
    /// Whether running the transaction again may help.
    fn is_transient(&self) -> bool;
}

impl Transient for Error {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Retry(_))
    }
}

/// Runs `transaction` until it succeeds, fails for good, or lost [`ATTEMPTS`] races.
pub async fn retry<T, E, F>(mut transaction: impl FnMut() -> F) -> Result<T, E>
where
    E: Transient,
    F: Future<Output = Result<T, E>>,
{
    let mut attempt = 1;
    loop {
        // Boxed: a transaction takes kilobytes to wait in, and whoever may begin one, but seldom does, should not be moved
        // about with room for it.
        match Box::pin(transaction()).await {
            Err(error) if error.is_transient() && attempt < ATTEMPTS => {
                metrics::counter!("oxcart_transactions_retried_total").increment(1);
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

/// 2 ms doubling to 256 ms, spread by the address of a local so that twins don't meet again (no randomness needed).
fn pause(attempt: u32) -> Duration {
    let spread = std::ptr::from_ref(&attempt).addr() >> 4 & 7;
    let base = 2_u64 << attempt.min(7);
    Duration::from_millis(base + base * spread as u64 / 8)
}
