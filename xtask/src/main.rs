//! The project's chores, run as `cargo xtask …`: tests on every set-up, direction checks between the
//! crates, fuzzing of the API, generated files, and all of it at once as CI does.

mod arch;
mod bench;
mod build;
mod ci;
mod counts;
mod deny;
mod e2e;
mod fuzz;
mod generated;
mod install;
mod live;
mod overload;
mod report;
mod stage;
mod suites;
mod tool;
mod torture;

use anyhow::Result;
use clap::{Parser, Subcommand};
use report::Report;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The chores of this project", version)]
struct Args {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Unit and property tests, then the behavioural suite on SQLite, PostgreSQL and PostgreSQL with
    /// Redis. Installs the servers when they are missing and it may.
    Test {
        /// Only tests whose name contains this.
        #[arg(long, value_name = "EXPR")]
        filter: Option<String>,
    },
    /// Checks which crate may know which.
    Arch,
    /// Checks what may come into the binary: licences, crates with one home, where crates come from.
    Deny,
    /// Schemathesis against a running shop: anonymous, as a customer, as staff.
    Fuzz {
        /// How long all three together generate requests.
        #[arg(long, value_name = "N", default_value_t = fuzz::SECONDS)]
        seconds: u32,
    },
    /// Drives a real browser through the shop's pages: buying, signing in, two tabs, the keyboard alone, a phone. Checks
    /// accessibility and weight, and leaves screenshots in target/e2e.
    E2e(e2e::Options),
    /// Measures what the shop does in a second and what a request costs, beside what the machine could do at best.
    Bench(bench::Options),
    /// Measures what live costs: memory of idle sockets, an order's way to its buyer, one event for thousands.
    Live(live::Options),
    /// Measures what happens when there is too much: hostile clients, and three times the work that can be done.
    Overload(overload::Options),
    /// Kills what a busy shop stands on, again and again, and checks that every order is there exactly once.
    Torture(torture::Options),
    /// Writes the files made from the program: the configuration reference and the OpenAPI document.
    Generate,
    /// Formatting, lints, directions, licences, generated files, fuzzing, all tests, the pages in a browser, a short
    /// torture, and whether the benchmark works.
    Ci,
}

fn main() -> ExitCode {
    match run(Args::parse().chore) {
        Ok(good) if good => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all went well.
fn run(chore: Chore) -> Result<bool> {
    let mut report = Report::default();
    match chore {
        Chore::Test { filter } => suites::run(&mut report, filter.as_deref())?,
        Chore::Fuzz { seconds } => fuzz::run(&mut report, seconds)?,
        Chore::Torture(options) => torture::run(&mut report, &options)?,
        Chore::E2e(options) => e2e::run(&mut report, &options)?,
        Chore::Deny => deny::run(&mut report),
        Chore::Ci => ci::run(&mut report),
        Chore::Arch => {
            arch::check()?;
            println!("every crate knows only what it may");
            return Ok(true);
        }
        Chore::Bench(options) => {
            bench::run(&options)?;
            return Ok(true);
        }
        Chore::Live(options) => {
            live::run(&options)?;
            return Ok(true);
        }
        Chore::Overload(options) => return overload::run(&options),
        Chore::Generate => {
            generated::write()?;
            return Ok(true);
        }
    }
    print!("\n{report}");
    Ok(report.is_good())
}
