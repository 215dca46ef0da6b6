//! What the shop does in a second and what a request costs, on each set-up, beside what the machine could do at best:
//! a bare handler with answers of the same size, and PostgreSQL's own load generator with the least SQL an order needs.
//! Everything runs on one machine, so the load generator takes its share of the processor; the table tells how much.

mod callers;
mod cases;
mod client;
mod cpu;
mod data;
mod figures;
mod limits;
mod load;
mod options;
mod report;
mod scripts;
mod world;

pub(crate) use options::Options;

use crate::{install, tool};
use anyhow::{Context, Result, ensure};
use cases::Case;
use figures::{Figures, Sample};
use limits::Limits;
use report::Row;
use std::path::PathBuf;
use testkit::Setup;
use world::{Sizes, World};

/// How many callers ask at the same time.
const CONNECTIONS: usize = 64;

/// The programs that are measured.
struct Programs {
    oxcart: PathBuf,
    /// The bare handler.
    bare: PathBuf,
}

/// Measures, and prints what came out.
///
/// # Errors
/// When a program does not build, a server does not start, or a connection is lost; with `--quick` also when a request
/// is answered with an error.
pub(crate) fn run(options: &Options) -> Result<()> {
    if cfg!(debug_assertions) && !options.quick() {
        return in_release();
    }
    if options.setups().iter().any(|setup| setup.has_postgres()) {
        install::servers()?;
    }
    let programs = build()?;
    // One thread: the load generator should leave the rest of the machine to what it measures.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rows = tokio::task::LocalSet::new().block_on(&runtime, measure(options, &programs))?;
    match options.json() {
        true => println!("{:#}", report::json(options, &rows)),
        false => print!("\n{}", report::text(options, &rows)),
    }
    Ok(())
}

/// Once more, optimised: a slow load generator would measure itself.
fn in_release() -> Result<()> {
    let mut command = tool::cargo(&["run", "--release", "--quiet", "--package", "xtask", "--"]);
    command.args(std::env::args_os().skip(1));
    eprintln!("building the load generator");
    ensure!(command.status()?.success(), "the optimised run failed");
    Ok(())
}

/// The program as it is shipped, or the one `OXCART_BIN` names, and the bare handler.
fn build() -> Result<Programs> {
    let built = std::env::var_os("OXCART_BIN").map(PathBuf::from);
    let mut command = tool::cargo(&["build", "--release", "--package", "oxcart-http", "--example", "bare"]);
    if built.is_none() {
        // Together, so that both have the same libraries.
        command.args(["--package", "oxcart", "--bin", "oxcart"]);
    }
    // Not on standard output, which may be read by a program.
    eprintln!("\n> cargo build --release");
    ensure!(command.status()?.success(), "the release does not build");
    let release = tool::target().join("release");
    Ok(Programs { oxcart: built.unwrap_or_else(|| release.join("oxcart")), bare: release.join("examples/bare") })
}

async fn measure(options: &Options, programs: &Programs) -> Result<Vec<Row>> {
    let (asked, at_best): (Vec<Case>, Vec<Case>) = options.cases().into_iter().partition(|case| !case.is_limit());
    let (mut rows, mut sizes) = (vec![], None);
    for setup in options.setups() {
        if asked.is_empty() && sizes.is_some() {
            break;
        }
        let (of_setup, found) = on_setup(options, programs, setup, &asked).await?;
        rows.extend(of_setup);
        sizes.get_or_insert(found);
    }
    if let (Some(sizes), false) = (sizes, at_best.is_empty()) {
        rows.extend(at_the_limit(options, programs, sizes, &at_best).await?);
    }
    Ok(rows)
}

/// All rounds on one set-up. A round has every case, so that what drifts on the machine drifts for all of them.
async fn on_setup(options: &Options, programs: &Programs, setup: Setup, cases: &[Case]) -> Result<(Vec<Row>, Sizes)> {
    let world = World::make(setup, &programs.oxcart, cases).await.with_context(|| format!("the shop on {setup}"))?;
    let mut samples = vec![vec![]; cases.len()];
    for round in 1..=options.rounds() {
        for (case, samples) in cases.iter().zip(&mut samples) {
            let sample = world.measure(*case, options.pace()).await;
            let sample = sample.with_context(|| format!("{} on {setup}", case.name()))?;
            told(options, setup.name(), round, *case, &sample)?;
            samples.push(sample);
        }
    }
    Ok((rows(setup.name(), cases, &samples), world.sizes()))
}

async fn at_the_limit(options: &Options, programs: &Programs, sizes: Sizes, cases: &[Case]) -> Result<Vec<Row>> {
    let limits = Limits::make(programs, sizes, cases).await.context("the limits")?;
    let cases: Vec<Case> = cases.iter().copied().filter(|case| limits.has(*case)).collect();
    let mut samples = vec![vec![]; cases.len()];
    for round in 1..=options.rounds() {
        for (case, samples) in cases.iter().zip(&mut samples) {
            let sample = limits.measure(*case, options.pace()).await.with_context(|| case.name())?;
            told(options, "limits", round, *case, &sample)?;
            samples.push(sample);
        }
    }
    Ok(rows("limits", &cases, &samples))
}

fn rows(on: &'static str, cases: &[Case], samples: &[Vec<Sample>]) -> Vec<Row> {
    let row = |(case, samples): (&Case, &Vec<Sample>)| Row { on, case: *case, figures: Figures::median(samples) };
    cases.iter().zip(samples).map(row).collect()
}

/// Shows how far it is, and what was answered with an error.
fn told(options: &Options, on: &str, round: u64, case: Case, sample: &Sample) -> Result<()> {
    let figures = Figures::of(sample);
    eprintln!("{on}, round {round} of {}: {}, {} a second", options.rounds(), case.name(), figures.per_second());
    if let Some(complaint) = &sample.complaint {
        eprintln!("  {} errors, the first: {complaint}", sample.errors);
        ensure!(!options.quick(), "{} on {on} was answered with an error", case.name());
    }
    if sample.latencies.is_empty() {
        eprintln!("  nothing was answered well while it was measured");
        ensure!(!options.quick(), "{} on {on} had no answer", case.name());
    }
    Ok(())
}
