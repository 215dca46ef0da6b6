//! Counters of this process alone, bounded in number; the least used are forgotten first.

use crate::Count;
use moka::Expiry;
use moka::sync::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Counters kept at most.
const MOST: u64 = 200_000;

#[derive(Clone)]
pub(crate) struct Memory {
    windows: Cache<String, Window>,
}

#[derive(Clone)]
struct Window {
    times: Arc<AtomicU32>,
    ends: Instant,
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
        Self { windows: Cache::builder().max_capacity(MOST).expire_after(AtItsEnd).build() }
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

    pub(crate) fn reset(&self, key: &str) {
        self.windows.invalidate(key);
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
    fn a_rate_is_used_up_when_the_count_reaches_it() {
        let rate = Rate { count: 2, per: Duration::from_secs(60) };
        let at = |times| rate.wait(Count { times, left: Duration::from_secs(7) });
        assert_eq!((at(1), at(2)), (None, Some(Duration::from_secs(7))));
    }
}
