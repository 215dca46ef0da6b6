//! What the shop does in a second and what a request costs, on each set-up, beside what the machine could do at best:
//! a bare handler with answers of the same size, and PostgreSQL's own load generator with the least SQL an order needs.
//! Everything runs on one machine, so the load generator takes its share of the processor; the table tells how much.
//!
//! To add a case: a line in `cases`, what it asks in `scripts`, who asks in `callers`, what it is compared with in
//! `targets`.

mod callers;
mod cases;
mod chart;
mod check;
mod client;
mod cpu;
mod data;
mod figures;
mod flame;
mod growth;
mod limits;
mod load;
mod options;
mod program;
mod report;
mod rounds;
mod scripts;
mod sockets;
mod statements;
mod targets;
mod world;

pub(crate) use check::check;
pub(crate) use options::Options;

use crate::stage::{BARE, OXCART, Program, allow_open_files, development, profiling, release};
use crate::{install, tool};
use anyhow::{Context, Result, ensure};
use report::Results;
use serde_json::Value;
use std::path::PathBuf;

/// How many callers ask at the same time.
const CONNECTIONS: usize = 64;

/// The programs that are measured.
struct Programs {
    oxcart: PathBuf,
    bare: PathBuf,
}

/// Measures, and prints what came out.
///
/// # Errors
/// When a program does not build, a server does not start, or a connection is lost; with `--quick` also when a request
/// is answered with an error, or none is answered.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.check()?;
    if let Some((saved, chart)) = options.chart() {
        return chart::draw(saved, chart);
    }
    if cfg!(debug_assertions) && !options.quick() {
        return in_release();
    }
    if let Some((file, setup, case)) = options.flame()? {
        flame::check()?;
        let [oxcart] = profiling([OXCART])?;
        return alone(options, flame::draw(options.subject(&oxcart), setup, case, options.pace(), file));
    }
    if let Some((setup, case)) = options.statements()? {
        let [oxcart] = built(options, [OXCART])?;
        print!("\n{}", alone(options, statements::count(options.subject(&oxcart), setup, case, options.pace()))?);
        return Ok(());
    }
    if let Some(size) = options.growth() {
        let [oxcart] = built(options, [OXCART])?;
        let grown = alone(options, growth::measure(options, &oxcart, size))?;
        return tell(options, &growth::json(options, &grown), &growth::text(options, &grown));
    }
    let results = cases(options)?;
    tell(options, &report::json(options, &results), &report::text(options, &results))
}

/// The figures of all cases that are asked for.
fn cases(options: &Options) -> Result<Results> {
    let [oxcart, bare] = built(options, [OXCART, BARE])?;
    alone(options, rounds::measure(options, &Programs { oxcart, bare }))
}

/// Programs as they are shipped; where no figure counts, those that are there anyway.
fn built<const N: usize>(options: &Options, programs: [Program; N]) -> Result<[PathBuf; N]> {
    if options.quick() { development(programs) } else { release(programs) }
}

/// Does this on one thread, for which the servers are installed: the load generator should leave the rest of the machine
/// to what it measures.
fn alone<T>(options: &Options, work: impl Future<Output = Result<T>>) -> Result<T> {
    if options.needs_postgres() {
        install::servers()?;
    }
    allow_open_files(sockets::SOCKETS as u64)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tokio::task::LocalSet::new().block_on(&runtime, work)
}

/// This chore once more, optimised: a slow load generator would measure itself.
///
/// # Errors
/// When it does not build, or does not end well.
pub(crate) fn in_release() -> Result<()> {
    let mut command = tool::cargo(&["run", "--release", "--quiet", "--package", "xtask", "--"]);
    command.args(std::env::args_os().skip(1));
    eprintln!("building the load generator");
    ensure!(command.status()?.success(), "the optimised run failed");
    Ok(())
}

fn tell(options: &Options, json: &Value, text: &str) -> Result<()> {
    if let Some(file) = options.save() {
        std::fs::write(file, format!("{json:#}\n")).with_context(|| format!("writing {}", file.display()))?;
    }
    match options.json() {
        true => println!("{json:#}"),
        false => print!("\n{text}"),
    }
    Ok(())
}
