//! What ran on what, and how it went: the table at the end of a run.

use crate::counts::Counts;
use std::fmt;
use std::time::Duration;

/// The rows of the table, in the order things ran.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    on: String,
    counts: Counts,
    took: Duration,
    note: String,
}

impl Report {
    /// Adds what ran, on what, with which result, for how long, and what there is to say about it.
    pub(crate) fn add(&mut self, what: &str, on: &str, counts: Counts, took: Duration, note: &str) {
        let (what, on, note) = (what.to_owned(), on.to_owned(), note.to_owned());
        self.rows.push(Row { what, on, counts, took, note });
    }

    /// The sum over all rows.
    pub(crate) fn total(&self) -> Counts {
        self.rows.iter().fold(Counts::default(), |sum, row| Counts {
            passed: sum.passed + row.counts.passed,
            failed: sum.failed + row.counts.failed,
            left_out: sum.left_out + row.counts.left_out,
            flaky: sum.flaky + row.counts.flaky,
        })
    }

    /// Something ran and nothing failed.
    pub(crate) fn is_good(&self) -> bool {
        self.total().failed == 0 && self.total().passed > 0
    }
}

/// The table, and `N passed, M failed` alone on the last line.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: fn(&Row) -> &str, head: &str| {
            self.rows.iter().map(|row| text(row).chars().count()).chain([head.len()]).max().unwrap_or(0)
        };
        let (what, on) = (width(|row| &row.what, "what"), width(|row| &row.on, "on"));
        writeln!(
            f,
            "{:what$}  {:on$}  {:>6}  {:>6}  {:>8}  {:>7}",
            "what", "on", "passed", "failed", "left out", "seconds"
        )?;
        for row in &self.rows {
            let Counts { passed, failed, left_out, .. } = row.counts;
            let line = format!(
                "{:what$}  {:on$}  {passed:>6}  {failed:>6}  {left_out:>8}  {:>7.1}  {}",
                row.what,
                row.on,
                row.took.as_secs_f64(),
                row.note
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        let Counts { passed, failed, .. } = self.total();
        writeln!(f, "\n{passed} passed, {failed} failed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_ran_on_what_and_ends_with_the_sum() {
        let mut report = Report::default();
        let counts = |passed, failed, left_out| Counts { passed, failed, left_out, flaky: 0 };
        report.add("unit tests", "–", counts(40, 0, 1), Duration::from_millis(1240), "");
        report.add("behaviour", "PostgreSQL 15.3", counts(7, 2, 0), Duration::from_secs(12), "look");
        assert_eq!(
            report.to_string(),
            "what        on               passed  failed  left out  seconds\n\
             unit tests  –                    40       0         1      1.2\n\
             behaviour   PostgreSQL 15.3       7       2         0     12.0  look\n\
             \n\
             47 passed, 2 failed\n"
        );
        assert!(!report.is_good(), "two failures are not good");
    }

    #[test]
    fn a_run_of_nothing_is_not_good() {
        assert!(!Report::default().is_good());
    }
}
