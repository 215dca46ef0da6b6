//! "Exactly once, whatever fails", as a command: a shop is used by many at once while what it stands on is killed, and
//! what its clients saw is held against what its books say. The same run is made of programs with planted faults, which
//! must be found out: that is what the checkers' word is worth.
//!
//! To add a way to torture: a file in `parts` and a [`parts::Part`]. To add a promise: see `checks`.

mod cast;
mod checks;
mod history;
mod options;
mod parts;
mod planted;
mod progress;
mod verdict;

use crate::install;
use crate::report::Report;
use crate::stage::{OXCART, Servers, allow_open_files, development};
use anyhow::Result;
pub(crate) use options::Options;
use parts::{Round, Stage};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use testkit::Setup;
use tokio::runtime::Runtime;

/// Tortures, and adds a row for each part. What is found is in the report, not an error.
///
/// # Errors
/// When the program does not build, or a server does not start.
pub(crate) fn run(report: &mut Report, options: &Options) -> Result<()> {
    let (seed, runtime) = (options.seed(), runtime()?);
    println!("--seed {seed} makes these chances again");
    if let Some(name) = options.planted() {
        return planted::run(report, &runtime, name, seed);
    }
    let [program] = development([OXCART])?;
    for setup in options.setups() {
        let rounds = options.rounds(setup, seed);
        on_setup(report, &runtime, setup, &program, &rounds)?;
    }
    Ok(())
}

/// The short form, for CI.
///
/// # Errors
/// As for [`run`].
pub(crate) fn check(report: &mut Report) -> Result<()> {
    run(report, &Options::quickly())
}

fn runtime() -> Result<Runtime> {
    // Every buyer has a connection.
    allow_open_files(2_000)?;
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

fn on_setup(report: &mut Report, runtime: &Runtime, setup: Setup, program: &Path, rounds: &[Round]) -> Result<()> {
    if rounds.is_empty() {
        return Ok(());
    }
    if setup.has_postgres() {
        install::servers()?;
    }
    let stage = Arc::new(Stage { servers: Servers::launch(setup)?, program: program.to_owned() });
    for round in rounds {
        let began = Instant::now();
        // A task of its own: what panics in it is one round's failure.
        let ended = runtime.block_on(async { tokio::spawn(parts::run(Arc::clone(&stage), *round)).await });
        let ended = ended.map_err(anyhow::Error::new).and_then(|ended| ended);
        verdict::add(report, *round, ended, began.elapsed());
    }
    Ok(())
}
