//! Waits that grow: whoever fails again and again is kept waiting longer each time, and never for good.

use crate::Rate;
use std::time::Duration;

/// After this long without another failure it is as if there had been none.
pub(crate) const FORGET: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest wait, unless the first one is longer.
const MOST: Duration = Duration::from_secs(60 * 60);

/// How long whoever fails has to wait. Failures are forgotten a day after the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The failure of this number is the first that is followed by a wait.
    pub free: u32,
    /// The first wait; each further failure doubles it.
    pub first: Duration,
    /// The longest.
    pub most: Duration,
}

impl From<Rate> for Backoff {
    /// As many failures as the rate allows are free; then its period is the first wait, and an hour is the longest.
    fn from(rate: Rate) -> Self {
        Self { free: rate.count.max(1), first: rate.per, most: rate.per.max(MOST) }
    }
}

impl Backoff {
    /// The wait that follows the failure of this number, from 1.
    #[must_use]
    pub fn wait_after(self, failures: u32) -> Option<Duration> {
        let over = failures.checked_sub(self.free)?;
        let doubled = 2_u32.checked_pow(over).and_then(|times| self.first.checked_mul(times));
        Some(doubled.unwrap_or(self.most).min(self.most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_starts_at_the_period_of_the_rate_and_doubles_to_an_hour() {
        let seconds = Duration::from_secs;
        let backoff = Backoff::from(Rate { count: 3, per: seconds(60) });
        let waits = [1, 2, 3, 4, 5, 8, 9, 10, 40, u32::MAX].map(|failures| backoff.wait_after(failures));
        let expected = [0, 0, 60, 120, 240, 1920, 3600, 3600, 3600, 3600];
        assert_eq!(waits, expected.map(|wait| (wait > 0).then(|| seconds(wait))));
        let daily = Backoff::from(Rate { count: 1, per: seconds(86_400) });
        assert_eq!(daily.wait_after(5), Some(seconds(86_400)), "never shorter than the period that was asked for");
    }
}
