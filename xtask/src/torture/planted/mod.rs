//! What the checkers' word is worth: programs with one fault each, of which every one must be found out, and the program
//! as it is, in which nothing may be found in the same rounds.

mod copy;
mod faults;

use super::parts::{self, Ended, Round, Stage};
use super::verdict;
use crate::counts::Counts;
use crate::install;
use crate::report::Report;
use crate::stage::Servers;
use anyhow::{Context, Result, bail, ensure};
use copy::Copy;
use faults::{FAULTS, Fault};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use testkit::Setup;
use tokio::runtime::Runtime;

/// What `--planted` means without a name.
pub(super) const ALL: &str = "all";
/// A fault is a matter of chance: so often it may hide.
const TRIES: u64 = 3;

/// Builds each wrong program and adds a row: whether it was found out, and by which promise. When all are asked for, the
/// program as it is goes through the same rounds first.
///
/// # Errors
/// When there is no fault of this name, or the program as it is does not build.
pub(super) fn run(report: &mut Report, runtime: &Runtime, name: &str, seed: u64) -> Result<()> {
    ensure!(std::env::var_os("OXCART_BIN").is_none(), "--planted builds its own programs: unset OXCART_BIN");
    let chosen: Vec<&Fault> = FAULTS.iter().filter(|fault| name == ALL || fault.name == name).collect();
    if chosen.is_empty() {
        let names: Vec<_> = FAULTS.iter().map(|fault| fault.name).collect();
        bail!("there is no planted fault {name}; there are {}", names.join(", "));
    }
    install::servers()?;
    let copy = Copy::make()?;
    if name == ALL {
        as_it_is(report, runtime, &copy, seed)?;
    }
    for fault in chosen {
        with(report, runtime, &copy, fault, seed);
    }
    Ok(())
}

fn at((part, setup, instances, size): (parts::Part, Setup, usize, u64), seed: u64) -> Round {
    Round { part, setup, instances, size, seed }
}

/// The program as it is, in every round in which a fault must be found out: nothing may be found.
fn as_it_is(report: &mut Report, runtime: &Runtime, copy: &Copy, seed: u64) -> Result<()> {
    println!("building the program as it is");
    let program = copy.build(None)?;
    let mut rounds: Vec<_> = FAULTS.iter().map(|fault| fault.round).collect();
    rounds.sort_by_key(|(part, setup, instances, size)| (setup.name(), part.name(), *instances, *size));
    rounds.dedup();
    for round in rounds {
        let (round, began) = (at(round, seed), Instant::now());
        verdict::add(report, round, play(runtime, &program, round), began.elapsed());
    }
    Ok(())
}

/// A wrong program: something must be found.
fn with(report: &mut Report, runtime: &Runtime, copy: &Copy, fault: &Fault, seed: u64) {
    println!("\n{}: {}", fault.name, fault.wrong);
    let began = Instant::now();
    let outcome = copy.build(Some(fault)).and_then(|program| hunt(runtime, &program, fault, seed));
    let (counts, note) = match outcome {
        Ok(Some(by)) => (Counts::PASS, format!("found out by: {by}")),
        Ok(None) => (Counts::FAIL, format!("NOT FOUND in {TRIES} rounds: a checker sleeps")),
        Err(error) => (Counts::FAIL, format!("{error:#}; see xtask/src/torture/planted/faults.rs")),
    };
    println!("{}: {note}, {:.0} s", fault.name, began.elapsed().as_secs_f64());
    report.add(&format!("planted: {}", fault.name), fault.round.1.name(), counts, began.elapsed(), &note);
}

/// The promise that was seen to be broken, with its shortest story on the terminal.
fn hunt(runtime: &Runtime, program: &Path, fault: &Fault, seed: u64) -> Result<Option<&'static str>> {
    for attempt in 0..TRIES {
        let Ended { findings, .. } = play(runtime, program, at(fault.round, seed + attempt))?;
        let shortest = findings.into_iter().min_by_key(|(_, finding)| finding.calls.len());
        if let Some((promise, finding)) = shortest {
            verdict::tell(&[(promise, finding)]);
            return Ok(Some(promise));
        }
    }
    Ok(None)
}

/// Servers of its own each time: what a wrong program leaves behind is nobody else's.
fn play(runtime: &Runtime, program: &Path, round: Round) -> Result<Ended> {
    let stage = Stage { servers: Servers::launch(round.setup)?, program: program.to_owned() };
    let playing = parts::run(Arc::new(stage), round);
    runtime.block_on(async { tokio::spawn(playing).await }).context("the round broke off")?
}
