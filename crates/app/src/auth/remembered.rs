//! How long what was read of an account or a session may be remembered.

use std::time::{Duration, Instant};
use store::{Freshness, Moment};

/// The longest that a change behind the shop's back may stay unnoticed.
const REMEMBERED: Duration = Duration::from_secs(1);

/// When something was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadAt {
    then: Moment,
    at: Instant,
}

impl ReadAt {
    /// Of what is read from now on; `None` while changes can't be seen, and then nothing is to be remembered.
    pub(crate) fn now(freshness: &Freshness) -> Option<Self> {
        Some(Self { then: freshness.moment()?, at: Instant::now() })
    }

    /// Whether what was read then of the account or session of this number still holds, as far as is known: asked when
    /// all is known.
    pub(crate) fn holds(&self, freshness: &Freshness, id: i64) -> bool {
        self.at.elapsed() < REMEMBERED && freshness.access_is_as_at(id, self.then)
    }
}
