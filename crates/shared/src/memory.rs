//! Counters of this process alone, bounded in number; the least used are forgotten first.

use crate::Count;
use crate::backoff::{Backoff, FORGET};
use moka::Expiry;
use moka::ops::compute::Op;
use moka::sync::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Counters kept at most.
const MOST: u64 = 200_000;

#[derive(Clone)]
pub(crate) struct Memory {
    windows: Cache<String, Window>,
    failures: Cache<String, Failures>,
}

#[derive(Clone)]
struct Window {
    times: Arc<AtomicU32>,
    ends: Instant,
}

/// How often something failed, and until when it has to wait.
#[derive(Clone, Copy)]
struct Failures {
    times: u32,
    wait_until: Option<Instant>,
}

impl Window {
    fn count(&self) -> Count {
        let left = self.ends.saturating_duration_since(Instant::now());
        Count { times: self.times.load(Ordering::Relaxed), left }
    }
}

/// A window is forgotten when it ends, however often it was read.
struct AtItsEnd;

impl Expiry<String, Window> for AtItsEnd {
    fn expire_after_create(&self, _: &String, window: &Window, now: Instant) -> Option<Duration> {
        Some(window.ends.saturating_duration_since(now))
    }
}

impl Memory {
    pub(crate) fn new() -> Self {
        let windows = Cache::builder().max_capacity(MOST).expire_after(AtItsEnd).build();
        let failures = Cache::builder().max_capacity(MOST).time_to_live(FORGET).build();
        Self { windows, failures }
    }

    pub(crate) fn hit(&self, key: &str, per: Duration) -> Count {
        let open = || Window { times: Arc::new(AtomicU32::new(0)), ends: Instant::now() + per };
        let window = self.windows.get_with_by_ref(key, open);
        window.times.fetch_add(1, Ordering::Relaxed);
        window.count()
    }

    pub(crate) fn peek(&self, key: &str) -> Count {
        self.windows.get(key).map_or(Count { times: 0, left: Duration::ZERO }, |window| window.count())
    }

    pub(crate) fn failed(&self, key: &str, backoff: Backoff) {
        self.failures.entry_by_ref(key).and_compute_with(|known| {
            let times = known.map_or(0, |known| known.into_value().times).saturating_add(1);
            let wait_until = backoff.wait_after(times).map(|wait| Instant::now() + wait);
            Op::Put(Failures { times, wait_until })
        });
    }

    pub(crate) fn waiting(&self, key: &str) -> Option<Duration> {
        let until = self.failures.get(key)?.wait_until?;
        Some(until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
    }

    pub(crate) fn forgive(&self, key: &str) {
        self.failures.invalidate(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rate;

    #[test]
    fn a_window_counts_until_it_ends_and_then_starts_anew() {
        let memory = Memory::new();
        let per = Duration::from_millis(80);
        assert_eq!((1..=3).map(|_| memory.hit("a", per).times).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(memory.peek("a").times, 3);
        assert_eq!(memory.peek("b").times, 0, "counters of different keys are one");
        std::thread::sleep(per * 2);
        assert_eq!(memory.hit("a", per).times, 1, "the window never ended");
    }

    #[test]
    fn each_failure_beyond_those_that_are_free_waits_twice_as_long() {
        let memory = Memory::new();
        let first = Duration::from_millis(60);
        let backoff = Backoff { free: 2, first, most: Duration::from_secs(3600) };
        memory.failed("a", backoff);
        assert_eq!(memory.waiting("a"), None, "one is free");
        for round in 1..=3 {
            memory.failed("a", backoff);
            let (left, longest) = (memory.waiting("a").expect("a wait"), first * 2_u32.pow(round - 1));
            assert!(left <= longest && left > longest / 2, "round {round}: {left:?} of {longest:?}");
        }
        assert_eq!(memory.waiting("b"), None, "keys share their failures");
        std::thread::sleep(first * 5);
        assert_eq!(memory.waiting("a"), None, "the wait never ends");
        memory.failed("a", backoff);
        assert!(memory.waiting("a").is_some_and(|left| left > first * 7), "the end of a wait forgave everything");
        memory.forgive("a");
        assert_eq!(memory.waiting("a"), None);
        memory.failed("a", backoff);
        assert_eq!(memory.waiting("a"), None, "forgiven, and yet remembered");
    }

    #[test]
    fn a_rate_is_used_up_when_the_count_reaches_it() {
        let rate = Rate { count: 2, per: Duration::from_secs(60) };
        let at = |times| rate.wait(Count { times, left: Duration::from_secs(7) });
        assert_eq!((at(1), at(2)), (None, Some(Duration::from_secs(7))));
    }
}
