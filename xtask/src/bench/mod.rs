//! What the shop does in a second and what a request costs, on each set-up, beside what the machine could do at best:
//! a bare handler with answers of the same size, and PostgreSQL's own load generator with the least SQL an order needs.
//! Everything runs on one machine, so the load generator takes its share of the processor; the table tells how much.
//!
//! To add a case: a line in `cases`, what it asks in `scripts`, who asks in `callers`, what it is compared with in
//! `targets`.

mod callers;
mod cases;
mod chart;
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
mod scripts;
mod sockets;
mod targets;
mod world;

pub(crate) use options::Options;

use crate::stage::{BARE, OXCART, allow_open_files, profiling, release};
use crate::{install, tool};
use anyhow::{Context, Result, ensure};
use cases::Case;
use figures::{Figures, Sample};
use limits::Limits;
use report::{Results, Row};
use serde_json::Value;
use std::path::PathBuf;
use testkit::Setup;
use world::World;

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
/// is answered with an error.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some((saved, chart)) = options.chart() {
        return chart::draw(saved, chart);
    }
    if cfg!(debug_assertions) && !options.quick() {
        return in_release();
    }
    if options.needs_postgres() {
        install::servers()?;
    }
    allow_open_files(sockets::SOCKETS as u64)?;
    // One thread: the load generator should leave the rest of the machine to what it measures.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = tokio::task::LocalSet::new();
    if let Some((file, setup, case)) = options.flame()? {
        flame::check()?;
        let [oxcart] = profiling([OXCART])?;
        return local.block_on(&runtime, flame::draw(&oxcart, setup, case, options.pace(), file));
    }
    if let Some(size) = options.growth() {
        let [oxcart] = release([OXCART])?;
        let grown = local.block_on(&runtime, growth::measure(options, &oxcart, size))?;
        return tell(options, &growth::json(options, &grown), &growth::text(options, &grown));
    }
    let [oxcart, bare] = release([OXCART, BARE])?;
    let results = local.block_on(&runtime, measure(options, &Programs { oxcart, bare }))?;
    tell(options, &report::json(options, &results), &report::text(options, &results))
}

/// Once more, optimised: a slow load generator would measure itself.
fn in_release() -> Result<()> {
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

async fn measure(options: &Options, programs: &Programs) -> Result<Results> {
    let mut results = Results::default();
    for setup in options.setups() {
        let on_setup = on_setup(options, programs, setup).await?;
        results.rows.extend(on_setup.rows);
        results.properties.extend(on_setup.properties);
    }
    if options.is_whole() {
        results.properties.push(program::size(&programs.oxcart)?);
    }
    Ok(results)
}

/// All rounds on one set-up. A round has every case, so that what drifts on the machine drifts for all of them.
async fn on_setup(options: &Options, programs: &Programs, setup: Setup) -> Result<Results> {
    let mut cases = options.round(setup);
    let made = World::make(setup, &programs.oxcart, &cases, options.is_whole()).await;
    let (world, properties) = made.with_context(|| format!("the shop on {setup}"))?;
    let limits = Limits::make(&programs.bare, world.sizes().await?, &cases).await.context("the limits")?;
    cases.retain(|case| limits.has(*case));
    let mut samples = vec![vec![]; cases.len()];
    for round in 1..=options.rounds() {
        for (case, samples) in cases.iter().zip(&mut samples) {
            let sample = match case.is_limit() {
                true => limits.measure(*case, options.pace()).await,
                false => world.measure(*case, options.pace()).await,
            };
            let sample = sample.with_context(|| format!("{} on {setup}", case.name()))?;
            told(options, setup, round, *case, &sample)?;
            samples.push(sample);
        }
    }
    let rows = Case::all().filter_map(|case| {
        let place = cases.iter().position(|measured| *measured == case)?;
        Some(Row { on: setup, case, figures: Figures::median(&samples[place]) })
    });
    Ok(Results { rows: rows.collect(), properties })
}

/// Shows how far it is, and what was answered with an error.
fn told(options: &Options, setup: Setup, round: u64, case: Case, sample: &Sample) -> Result<()> {
    let figures = Figures::of(sample);
    eprintln!("{setup}, round {round} of {}: {}, {} a second", options.rounds(), case.name(), figures.per_second());
    if let Some(complaint) = &sample.complaint {
        eprintln!("  {} errors, the first: {complaint}", sample.errors);
        ensure!(!options.quick(), "{} on {setup} was answered with an error", case.name());
    }
    if sample.latencies.is_empty() {
        // Also when a busy machine took longer than a short round; an error would have been told.
        eprintln!("  nothing was answered well while it was measured");
    }
    Ok(())
}
