//! What came out of the rounds: the median of each figure, as a table or as JSON.

use super::Options;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::time::Duration;

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Microseconds,
    Bytes,
    Times,
}

/// One thing that was measured.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    /// Its name in JSON.
    pub(super) name: &'static str,
    /// Its line in the table.
    pub(super) what: &'static str,
    pub(super) unit: Unit,
    pub(super) value: u64,
}

impl Figure {
    pub(super) fn time(name: &'static str, what: &'static str, took: Duration) -> Self {
        Self { name, what, unit: Unit::Microseconds, value: crate::stage::micros(took) }
    }

    pub(super) fn bytes(name: &'static str, what: &'static str, value: u64) -> Self {
        Self { name, what, unit: Unit::Bytes, value }
    }

    pub(super) fn times(name: &'static str, what: &'static str, value: u64) -> Self {
        Self { name, what, unit: Unit::Times, value }
    }

    fn shown(&self) -> String {
        let tenths = |of: u64| format!("{}.{}", self.value / of, self.value % of * 10 / of);
        match (self.unit, self.value) {
            (Unit::Times, value) => value.to_string(),
            (Unit::Microseconds, _) => format!("{} ms", tenths(1_000)),
            (Unit::Bytes, ..1_048_576) => format!("{} KiB", tenths(1_024)),
            (Unit::Bytes, _) => format!("{} MiB", tenths(1_048_576)),
        }
    }

    fn unit_name(&self) -> &'static str {
        match self.unit {
            Unit::Microseconds => "µs",
            Unit::Bytes => "bytes",
            Unit::Times => "times",
        }
    }
}

/// The median of each figure over all rounds, which have the same figures.
pub(super) fn medians(rounds: &[Vec<Figure>]) -> Vec<Figure> {
    let median = |place: usize, figure: &Figure| {
        let values = rounds.iter().map(|round| round[place].value).collect();
        Figure { value: crate::stage::median(values).unwrap_or_default(), ..figure.clone() }
    };
    let first = rounds.first().map_or(&[][..], Vec::as_slice);
    first.iter().enumerate().map(|(place, figure)| median(place, figure)).collect()
}

/// For programs.
pub(super) fn json(options: &Options, figures: &[Figure]) -> Value {
    let entry = |figure: &Figure| (figure.name.to_owned(), json!({"value": figure.value, "unit": figure.unit_name()}));
    let figures: Map<String, Value> = figures.iter().map(entry).collect();
    let Options { setup, sockets, orders, rounds, .. } = options;
    json!({"setup": setup.name(), "sockets": sockets, "orders": orders, "rounds": rounds, "figures": figures})
}

/// For people.
pub(super) fn table(options: &Options, figures: &[Figure]) -> String {
    let width = figures.iter().map(|figure| figure.what.chars().count()).max().unwrap_or(0);
    let Options { setup, sockets, orders, rounds, .. } = options;
    let mut table = format!("{setup}, one instance, {sockets} sockets, {orders} orders; median of {rounds}\n\n");
    for figure in figures {
        // Writing to a string can't fail.
        let _ = writeln!(table, "{:width$}  {:>12}", figure.what, figure.shown());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_each_figure_counts_and_is_shown_in_its_unit() {
        let round = |micros, bytes| {
            let time = Figure::time("way", "the way", Duration::from_micros(micros));
            vec![time, Figure::bytes("memory", "the memory", bytes)]
        };
        let medians = medians(&[round(9_000, 1), round(1_250, 3_670_016), round(40, 9_999_999)]);
        assert_eq!(medians.iter().map(Figure::shown).collect::<Vec<_>>(), ["1.2 ms", "3.5 MiB"]);
    }
}
