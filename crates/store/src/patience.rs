//! How long somebody may wait for a turn, so that a queue that can't be worked off answers quickly instead of slowly.
//!
//! A queue that is empty now and then takes a rush for what it is, and nearly everybody may wait. One that has not been
//! empty for a while is a queue of more than can be done: waiting longer would help nobody, since whoever waits makes the
//! next one wait as long. Then only those are served who have waited a moment, and the others are told to come back. (The
//! idea is that of CoDel, as Facebook's servers use it: "Fail at Scale", ACM Queue 13:8.)

use crate::error::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a rush may last, and with it the wait of one in it.
const RUSH: Duration = Duration::from_secs(5);

/// How long nobody may have waited too long for a queue to be as good as new. Refusing those who have waited too long
/// empties the queue: without this, the next to come would be a rush again.
const CALM: Duration = Duration::from_secs(1);

/// What is known to queues that lie behind one another: when anybody was refused. Else those who are served at the first
/// would make a rush of their own at each of the next.
#[derive(Debug)]
pub struct Shedding {
    born: Instant,
    /// When somebody had waited too long, the last time; in ms after its birth, 0 for never.
    over: AtomicU64,
}

impl Default for Shedding {
    fn default() -> Self {
        Self { born: Instant::now(), over: AtomicU64::new(0) }
    }
}

impl Shedding {
    fn age(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// For how long nobody was refused, in ms.
    fn calm(&self, now: u64) -> Option<u64> {
        let over = self.over.load(Ordering::Relaxed);
        (over > 0).then(|| now.saturating_sub(over))
    }
}

/// Of one queue.
#[derive(Debug)]
pub struct Patience {
    /// The wait of one when there is always too much to do.
    moment: Duration,
    shedding: Arc<Shedding>,
    /// When nobody waited, the last time it was looked at; in ms.
    empty: AtomicU64,
    /// What a turn takes, in µs, the last ones counting most; 0 where nobody tells.
    turn: AtomicU64,
}

impl Patience {
    /// Of a queue in which nobody waits yet. `moment` is how long one may wait when there is always too much to do: some
    /// turns long, or whoever waits for a single one is refused.
    #[must_use]
    pub fn new(moment: Duration) -> Self {
        Self::among(&Arc::default(), moment)
    }

    /// Of a queue among others that whoever asks passes through.
    #[must_use]
    pub fn among(shedding: &Arc<Shedding>, moment: Duration) -> Self {
        let now = AtomicU64::new(shedding.age());
        Self { moment, shedding: Arc::clone(shedding), empty: now, turn: AtomicU64::new(0) }
    }

    /// Nobody waits.
    pub fn found_empty(&self) {
        self.empty.store(self.shedding.age(), Ordering::Relaxed);
    }

    /// A turn took so long. Where turns are slow, because the disk is, a moment is at least two of them: with less,
    /// too few would be left to make up the next.
    pub fn took(&self, turn: Duration) {
        let (last, before) = (u64::try_from(turn.as_micros()).unwrap_or(u64::MAX), self.turn.load(Ordering::Relaxed));
        self.turn.store(if before == 0 { last } else { before - before / 8 + last / 8 }, Ordering::Relaxed);
    }

    /// Whether somebody who has waited since `began` has waited too long. Asked when the turn has come, so that those go
    /// first who have not.
    #[must_use]
    pub fn is_over(&self, began: Instant) -> bool {
        let over = began.elapsed() > self.limit();
        if over {
            self.refused();
        }
        over
    }

    /// Somebody was told to come back.
    pub fn refused(&self) {
        self.shedding.over.store(self.shedding.age().max(1), Ordering::Relaxed);
    }

    /// How long one may wait now.
    #[must_use]
    pub fn limit(&self) -> Duration {
        match self.more_comes_than_can_be_done() {
            true => self.moment.max(Duration::from_micros(2 * self.turn.load(Ordering::Relaxed))).min(RUSH),
            false => RUSH,
        }
    }

    /// Whether this is no rush: the queue has not been empty for longer than one lasts, or somebody had to be told to
    /// come back a moment ago.
    #[must_use]
    pub fn more_comes_than_can_be_done(&self) -> bool {
        let now = self.shedding.age();
        let standing = now.saturating_sub(self.empty.load(Ordering::Relaxed));
        u128::from(standing) > RUSH.as_millis()
            || self.shedding.calm(now).is_some_and(|calm| u128::from(calm) < CALM.as_millis())
    }
}

/// Somebody's turn, out of a semaphore whose permits are turns.
///
/// # Errors
/// [`Error::Busy`] when it did not come in time.
pub async fn turn(turns: &Arc<Semaphore>, patience: &Patience) -> Result<OwnedSemaphorePermit> {
    if let Ok(turn) = Arc::clone(turns).try_acquire_owned() {
        patience.found_empty();
        return Ok(turn);
    }
    let began = Instant::now();
    match tokio::time::timeout(RUSH, Arc::clone(turns).acquire_owned()).await {
        Ok(Ok(turn)) if !patience.is_over(began) => Ok(turn),
        _ => Err(Error::Busy("too much waits for its turn")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Duration = Duration::from_millis(100);

    fn patience(empty_before: Duration) -> Patience {
        let shedding = Shedding { born: ago(empty_before), over: AtomicU64::new(0) };
        Patience { empty: AtomicU64::new(0), ..Patience::among(&Arc::new(shedding), MOMENT) }
    }

    fn ago(time: Duration) -> Instant {
        Instant::now().checked_sub(time).expect("the machine runs for longer")
    }

    #[test]
    fn in_a_rush_one_may_wait_long() {
        assert_eq!(patience(Duration::from_secs(4)).limit(), RUSH);
    }

    #[test]
    fn in_a_queue_that_never_ends_one_may_not() {
        let queue = patience(Duration::from_secs(6));
        assert_eq!(queue.limit(), MOMENT);
        queue.found_empty();
        assert_eq!(queue.limit(), RUSH, "a queue that was empty is as good as new");
    }

    #[test]
    fn who_comes_after_refusals_does_not_make_a_rush() {
        let queue = patience(Duration::from_secs(6));
        assert!(queue.is_over(ago(2 * MOMENT)));
        queue.found_empty();
        assert_eq!(queue.limit(), MOMENT, "the queue is empty because they were refused");
        assert!(!queue.is_over(Instant::now()));
        queue.shedding.over.fetch_sub(1_000, Ordering::Relaxed);
        assert_eq!(queue.limit(), RUSH, "for a second nobody was refused");
    }

    #[test]
    fn who_was_served_at_one_queue_does_not_make_a_rush_at_the_next() {
        let first = patience(Duration::from_secs(6));
        let next = Patience::among(&first.shedding, MOMENT);
        assert_eq!(next.limit(), RUSH);
        assert!(first.is_over(ago(2 * MOMENT)));
        assert_eq!(next.limit(), MOMENT);
        assert_eq!(Patience::new(MOMENT).limit(), RUSH, "of those queues only");
    }

    #[test]
    fn where_turns_are_slow_a_moment_is_two_of_them() {
        let queue = patience(Duration::from_secs(6));
        queue.took(Duration::from_millis(20));
        assert_eq!(queue.limit(), MOMENT);
        for _ in 0..100 {
            queue.took(Duration::from_millis(200));
        }
        assert!(queue.limit().abs_diff(Duration::from_millis(400)) < Duration::from_millis(2), "{:?}", queue.limit());
    }
}
