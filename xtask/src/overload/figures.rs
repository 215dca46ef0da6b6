//! What came out, beside what should.

use std::fmt::Write as _;
use std::time::Duration;

/// One thing that was measured.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    what: String,
    value: String,
    /// What it should be, and whether it is.
    target: Option<(String, bool)>,
}

impl Figure {
    pub(super) fn new(what: impl Into<String>, value: impl Into<String>) -> Self {
        Self { what: what.into(), value: value.into(), target: None }
    }

    /// A duration that should be at most `most`.
    pub(super) fn within(what: impl Into<String>, value: Duration, most: Duration) -> Self {
        Self::new(what, shown(value)).should(format!("≤ {}", shown(most)), value <= most)
    }

    pub(super) fn should(mut self, be: impl Into<String>, holds: bool) -> Self {
        self.target = Some((be.into(), holds));
        self
    }

    /// Whether it is what it should be.
    pub(super) fn holds(&self) -> bool {
        self.target.as_ref().is_none_or(|(_, holds)| *holds)
    }
}

/// A duration in ms, with a tenth.
pub(super) fn shown(duration: Duration) -> String {
    let tenths = duration.as_micros() / 100;
    format!("{}.{} ms", tenths / 10, tenths % 10)
}

/// For people.
pub(super) fn table(figures: &[Figure]) -> String {
    let width = figures.iter().map(|figure| figure.what.chars().count()).max().unwrap_or(0);
    let mut table = String::new();
    for Figure { what, value, target } in figures {
        let target = match target {
            None => String::new(),
            Some((be, true)) => format!("  ({be})"),
            Some((be, false)) => format!("  MISSED: {be}"),
        };
        // Writing to a string can't fail.
        let _ = writeln!(table, "{what:width$}  {value:>12}{target}");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_target_shows_and_counts() {
        let ms = Duration::from_millis;
        let (good, bad) = (Figure::within("health", ms(9), ms(100)), Figure::within("close", ms(101), ms(100)));
        assert!(good.holds() && !bad.holds());
        let table = table(&[good, bad]);
        assert!(table.contains("9.0 ms  (≤ 100.0 ms)") && table.contains("MISSED: ≤ 100.0 ms"), "{table}");
    }
}
