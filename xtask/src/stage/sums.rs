//! From many values to one.

use std::time::Duration;

/// The duration below which this many percent of them lie.
pub(crate) fn percentile(durations: &mut [Duration], percent: usize) -> Duration {
    durations.sort_unstable();
    let place = (durations.len() * percent).div_ceil(100).saturating_sub(1);
    durations.get(place).copied().unwrap_or_default()
}

/// The value in the middle; nothing when there is none.
pub(crate) fn median<T: Ord>(mut values: Vec<T>) -> Option<T> {
    values.sort_unstable();
    let middle = values.len() / 2;
    values.into_iter().nth(middle)
}

/// In whole µs.
pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_durations_measured() {
        let mut all: Vec<_> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut all, 50), Duration::from_millis(100));
        assert_eq!(percentile(&mut all, 99), Duration::from_millis(198));
        assert_eq!(percentile(&mut all[..1], 99), Duration::from_millis(1));
        assert_eq!(percentile(&mut [], 50), Duration::ZERO);
    }

    #[test]
    fn the_median_is_one_of_the_values() {
        assert_eq!(median(vec![9, 1, 5]), Some(5));
        assert_eq!(median::<u64>(vec![]), None);
    }
}
