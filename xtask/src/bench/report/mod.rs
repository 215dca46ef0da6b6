//! What came out, as tables for people and as JSON for programs.

mod json;
mod table;

pub(super) use json::{json, number};
pub(super) use table::{counted, millis, text, verdict};

use super::cases::Case;
use super::figures::Figures;
use super::program::Property;
use super::targets::Comparison;
use testkit::Setup;

/// What a case has shown on a set-up. Limits have rows on each: they are measured beside what they limit.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) on: Setup,
    pub(super) case: Case,
    pub(super) figures: Figures,
}

/// All that was measured.
#[derive(Clone, Debug)]
pub(super) struct Results {
    /// How many instances of the shop there were.
    pub(super) instances: usize,
    pub(super) rows: Vec<Row>,
    pub(super) properties: Vec<Property>,
}

impl Results {
    /// The comparisons of a row for which both sides were measured, with the shares in tenths of a percent. What is
    /// promised is promised of one instance: several on the same machine are held to nothing.
    fn comparisons(&self, row: &Row) -> Vec<(Comparison, u64)> {
        let share = |comparison: Comparison| {
            let other = self.rows.iter().find(|other| other.on == row.on && other.case == comparison.with)?;
            Some((comparison, comparison.share(&row.figures, &other.figures)?))
        };
        let bound = |comparison: Comparison| Comparison {
            bound: comparison.bound.filter(|_| self.instances == 1),
            ..comparison
        };
        Comparison::all(row.on, row.case).into_iter().map(bound).filter_map(share).collect()
    }

    /// How many targets there are figures for, and how many of those are met.
    fn targets(&self) -> (usize, usize) {
        let shares = self.rows.iter().flat_map(|row| self.comparisons(row));
        let of_cases = shares.filter_map(|(comparison, share)| Some(comparison.bound?.is_met(share)));
        let all: Vec<bool> = of_cases.chain(self.properties.iter().map(Property::is_met)).collect();
        (all.len(), all.iter().filter(|met| **met).count())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::bench::program::Unit;

    /// A shop on PostgreSQL that takes 4,000 orders a second beside a limit of 1,000, with a program that is too large.
    pub(in crate::bench) fn results() -> Results {
        let row = |case, in_ten_seconds, cpu| {
            let figures = Figures { in_ten_seconds, cpu: Some(cpu), p99: 250_900, ..Figures::default() };
            Row { on: Setup::Postgres, case, figures }
        };
        let rows = vec![row(Case::Order, 40_000, 1_234), row(Case::PgbenchOrder, 10_000, 2_468)];
        let size = Property {
            on: "program",
            name: "size",
            what: "size of the program, in one file",
            unit: Unit::Bytes,
            value: 30_197_552,
            most: 30_000_000,
        };
        Results { instances: 1, rows, properties: vec![size] }
    }

    #[test]
    fn only_what_was_measured_is_compared_and_counted() {
        let mut results = results();
        assert_eq!(results.targets(), (3, 1), "rate is met; CPU and size are not");
        let several = Results { instances: 2, ..results.clone() };
        assert_eq!(several.comparisons(&several.rows[0]).len(), 2, "compared all the same");
        assert_eq!(several.targets(), (1, 0), "rate and CPU are promised of one instance");
        results.rows.pop();
        assert!(results.comparisons(&results.rows[0]).is_empty(), "its limit was not measured");
        assert_eq!(results.targets(), (1, 0));
    }
}
