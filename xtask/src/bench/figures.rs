//! From what was seen to figures: the rate, percentiles and costs of one round, and the medians of all.

use crate::stage::{median, micros, percentile};
use std::time::Duration;

/// What one round of a case has shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    /// How long was measured.
    pub(super) elapsed: Duration,
    /// Of each request that was answered well.
    pub(super) latencies: Vec<Duration>,
    /// Of those that were still under way when measuring ended.
    pub(super) late: Vec<Duration>,
    /// How many were answered well in all, also before it was measured.
    pub(super) answered: u64,
    pub(super) errors: u64,
    /// The first error.
    pub(super) complaint: Option<String>,
    /// Processor time of all that was measured: server, PostgreSQL and Redis.
    pub(super) cpu: Duration,
    /// Processor time of the load generator.
    pub(super) generator: Duration,
    /// Bytes that PostgreSQL wrote to its log meanwhile, where somebody looked.
    pub(super) wal: Option<u64>,
}

/// What is told of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// Requests answered well, in ten seconds.
    pub(super) in_ten_seconds: u64,
    /// µs; 0 when nothing was answered.
    pub(super) p50: u64,
    /// µs; 0 when nothing was answered.
    pub(super) p99: u64,
    /// In all rounds.
    pub(super) errors: u64,
    /// Processor time for each request answered well, in µs; nothing when there was none.
    pub(super) cpu: Option<u64>,
    /// How busy the load generator was, in percent of one core.
    pub(super) generator: u64,
    /// Bytes of PostgreSQL's log for each request answered well; nothing when there was none, or nobody looked.
    pub(super) wal: Option<u64>,
}

impl Figures {
    /// Of one round.
    pub(super) fn of(sample: &Sample) -> Self {
        let done = sample.latencies.len() as u64;
        // What takes longer than was measured has no rate, but it has a latency.
        let mut latencies = if done == 0 { sample.late.clone() } else { sample.latencies.clone() };
        let elapsed = micros(sample.elapsed).max(1);
        Self {
            in_ten_seconds: done * 10_000_000 / elapsed,
            p50: micros(percentile(&mut latencies, 50)),
            p99: micros(percentile(&mut latencies, 99)),
            errors: sample.errors,
            cpu: micros(sample.cpu).checked_div(done),
            generator: micros(sample.generator) * 100 / elapsed,
            wal: sample.wal.and_then(|wal| wal.checked_div(sample.answered)),
        }
    }

    /// The median of each figure over all rounds, and all errors.
    pub(super) fn median(samples: &[Sample]) -> Self {
        let rounds: Vec<Self> = samples.iter().map(Self::of).collect();
        let known = |figure: fn(&Self) -> Option<u64>| median(rounds.iter().filter_map(figure).collect());
        let each = |figure: fn(&Self) -> u64| median(rounds.iter().map(figure).collect()).unwrap_or_default();
        Self {
            in_ten_seconds: each(|round| round.in_ten_seconds),
            p50: each(|round| round.p50),
            p99: each(|round| round.p99),
            errors: rounds.iter().map(|round| round.errors).sum(),
            cpu: known(|round| round.cpu),
            generator: each(|round| round.generator),
            wal: known(|round| round.wal),
        }
    }

    /// The rate; with a decimal while it is small.
    pub(super) fn per_second(&self) -> String {
        match self.in_ten_seconds {
            ..1_000 => format!("{}.{}", self.in_ten_seconds / 10, self.in_ten_seconds % 10),
            more => (more / 10).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(millis: impl Iterator<Item = u64>, errors: u64) -> Sample {
        Sample {
            elapsed: Duration::from_secs(2),
            latencies: millis.map(Duration::from_millis).collect(),
            errors,
            cpu: Duration::from_millis(500),
            generator: Duration::from_millis(300),
            answered: 250,
            wal: Some(2_000_000),
            ..Sample::default()
        }
    }

    #[test]
    fn a_round_tells_rate_percentiles_and_the_cost_of_one() {
        let figures = Figures::of(&sample((1..=200).rev(), 3));
        let (cpu, wal) = (Some(2_500), Some(8_000));
        let expected =
            Figures { in_ten_seconds: 1_000, p50: 100_000, p99: 198_000, errors: 3, cpu, generator: 15, wal };
        assert_eq!(figures, expected);
        assert_eq!(figures.per_second(), "100");
    }

    #[test]
    fn a_round_without_an_answer_costs_nothing_each() {
        let figures = Figures::of(&sample(0..0, 64));
        assert_eq!((figures.cpu, figures.p99, figures.per_second().as_str()), (None, 0, "0.0"));
    }

    #[test]
    fn what_takes_longer_than_a_round_is_not_taken_for_quick() {
        let slow = Sample { late: vec![Duration::from_secs(7)], ..sample(0..0, 0) };
        let figures = Figures::of(&slow);
        assert_eq!((figures.in_ten_seconds, figures.p50, figures.p99), (0, 7_000_000, 7_000_000));
    }

    #[test]
    fn medians_count_and_errors_add_up() {
        let rounds = [sample(1..=1, 1), sample(0..500, 0), sample(0..20, 1)];
        let figures = Figures::median(&rounds);
        assert_eq!((figures.per_second().as_str(), figures.errors), ("10.0", 2));
        assert_eq!(figures.cpu, Some(25_000));
    }
}
