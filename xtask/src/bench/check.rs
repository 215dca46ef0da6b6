//! Whether the benchmark works, without looking at its figures: nobody should find out on the day they need them.

use super::cases::Case;
use super::options::Options;
use crate::counts::Counts;
use crate::report::Report;
use std::time::Instant;
use testkit::Setup;

/// Runs every case and every limit for a moment on each set-up and adds a row for it. What fails is in the report.
pub(crate) fn check(report: &mut Report) {
    for setup in Setup::ALL {
        let began = Instant::now();
        let (counts, note) = match super::cases(&Options::quickly(setup)) {
            // Limits are left out where there is no pgbench.
            Ok(results) => (counted(results.rows.len(), Case::all().count()), ""),
            Err(error) => {
                eprintln!("error: {error:#}");
                (Counts::FAIL, "broke off, see above")
            }
        };
        report.add("every case of the benchmark", setup.name(), counts, began.elapsed(), note);
    }
}

fn counted(ran: usize, all: usize) -> Counts {
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    Counts { passed: number(ran), failed: 0, left_out: number(all - ran), flaky: 0 }
}
