//! Everything CI checks, in one run and with one table. A step that fails does not hide the others.

use crate::counts::Counts;
use crate::report::Report;
use crate::{arch, bench, deny, e2e, fuzz, generated, suites, tool, torture};
use anyhow::Result;
use std::time::Instant;

/// Runs every step and adds its rows.
pub(crate) fn run(report: &mut Report) {
    component(report, "formatting", "fmt", "rustfmt", &["fmt", "--all", "--check"]);
    let lints = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    component(report, "lints", "clippy", "clippy", &lints);
    step(report, "who may know whom", arch::check);
    deny::run(report);
    step(report, "generated files", generated::compare);
    many(report, "Schemathesis on the API", |report| fuzz::run(report, fuzz::SECONDS));
    many(report, "tests", |report| suites::run(report, None));
    many(report, "pages in a browser", |report| e2e::run(report, &e2e::Options::default()));
    many(report, "torture, the short form", torture::check);
    bench::check(report);
}

/// A step of a cargo subcommand that some installations of Rust lack.
fn component(report: &mut Report, what: &str, subcommand: &str, component: &str, args: &[&str]) {
    if !tool::has_cargo(subcommand) {
        let note = format!("NOT RUN: {component} is missing (rustup component add {component})");
        println!("\n{what}: {note}");
        return report.add(what, "the source", Counts::LEFT_OUT, Default::default(), &note);
    }
    step(report, what, || tool::run(tool::cargo(args)));
}

fn step(report: &mut Report, what: &str, work: impl FnOnce() -> Result<()>) {
    let began = Instant::now();
    let outcome = work();
    let took = began.elapsed();
    let (counts, word) = match &outcome {
        Ok(()) => (Counts::PASS, "well"),
        Err(error) => {
            eprintln!("error: {error:#}");
            (Counts::FAIL, "FAILED")
        }
    };
    println!("{what}: {word}, {:.1} s", took.as_secs_f64());
    report.add(what, "the source", counts, took, "");
}

/// A step that adds rows of its own, unless it breaks off.
fn many(report: &mut Report, what: &str, work: impl FnOnce(&mut Report) -> Result<()>) {
    let began = Instant::now();
    if let Err(error) = work(report) {
        eprintln!("error: {error:#}");
        report.add(what, "–", Counts::FAIL, began.elapsed(), "broke off, see above");
    }
    println!("{what}: {:.1} s", began.elapsed().as_secs_f64());
}
