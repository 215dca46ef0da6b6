//! How many tests ran, read from what the test runners print.

/// Tests that passed, failed, and were left out (ignored, or not chosen by a filter); of those that passed, how many only
/// did when they were tried again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) left_out: u32,
    pub(crate) flaky: u32,
}

impl Counts {
    /// One check that passed.
    pub(crate) const PASS: Self = Self { passed: 1, failed: 0, left_out: 0, flaky: 0 };
    /// One check that failed.
    pub(crate) const FAIL: Self = Self { passed: 0, failed: 1, left_out: 0, flaky: 0 };
    /// One check that could not be made.
    pub(crate) const LEFT_OUT: Self = Self { passed: 0, failed: 0, left_out: 1, flaky: 0 };

    /// How many were really run.
    pub(crate) fn ran(self) -> u32 {
        self.passed + self.failed
    }

    /// Reads the summary of cargo-nextest: `Summary [ 3.8s] 4 tests run: 3 passed, 1 failed, 0
    /// skipped`. What ran and did not pass (failed, timed out, did not start) counts as failed.
    pub(crate) fn of_nextest(output: &str) -> Self {
        let summary = output.lines().rev().find_map(|line| line.trim().strip_prefix("Summary ["));
        let Some((_, text)) = summary.and_then(|line| line.split_once(']')) else {
            return Self::default();
        };
        // `3/10 tests run` when the run was cut short: the rest did not pass either.
        let run = text.split_whitespace().next().and_then(|n| n.rsplit('/').next()?.parse().ok());
        let passed = before(text, " passed");
        let failed = run.unwrap_or(0u32).saturating_sub(passed);
        Self { passed, failed, left_out: before(text, " skipped"), flaky: before(text, " flaky") }
    }

    /// Adds up the `test result: ok. 5 passed; 0 failed; 1 ignored; …` lines of Rust's own runner.
    pub(crate) fn of_libtest(output: &str) -> Self {
        let results = output.lines().filter(|line| line.starts_with("test result: "));
        results.fold(Self::default(), |sum, line| Self {
            passed: sum.passed + before(line, " passed"),
            failed: sum.failed + before(line, " failed"),
            left_out: sum.left_out + before(line, " ignored") + before(line, " filtered out"),
            flaky: 0,
        })
    }
}

/// The number right before the first `mark`; 0 when there is none.
fn before(text: &str, mark: &str) -> u32 {
    let head = text.split_once(mark).map_or("", |(head, _)| head);
    head.rsplit([' ', ',', ';', '(']).next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u32, failed: u32, left_out: u32) -> Counts {
        Counts { passed, failed, left_out, flaky: 0 }
    }

    #[test]
    fn the_summary_of_nextest_is_read_with_every_kind_of_failure() {
        let read = |line: &str| Counts::of_nextest(&format!("  PASS x\n     Summary [ 6.5s] {line}\n"));
        assert_eq!(read("12 tests run: 12 passed, 0 skipped"), counts(12, 0, 0));
        assert_eq!(read("1 test run: 1 passed (1 slow), 3 skipped"), counts(1, 0, 3));
        assert_eq!(
            read("9 tests run: 5 passed (1 leaky), 2 failed, 1 exec failed, 1 timed out, 4 skipped"),
            counts(5, 4, 4)
        );
        assert_eq!(read("3/10 tests run: 2 passed, 1 failed, 0 skipped"), counts(2, 8, 0));
        assert_eq!(read("0 tests run: 0 passed, 12 skipped"), counts(0, 0, 12));
        let flaky = read("485 tests run: 485 passed (1 slow, 2 flaky), 1 skipped");
        assert_eq!(flaky, Counts { flaky: 2, ..counts(485, 0, 1) });
    }

    #[test]
    fn the_results_of_several_test_programs_add_up() {
        let output = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; \
                      finished in 0.1s\n\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; \
                      0 measured; 0 filtered out; finished in 0.1s\n";
        assert_eq!(Counts::of_libtest(output), counts(6, 2, 3));
    }

    #[test]
    fn no_summary_counts_nothing() {
        assert_eq!(Counts::of_nextest("error: could not compile"), Counts::default());
        assert_eq!(Counts::of_libtest("error: could not compile"), Counts::default());
    }
}
