//! What live costs, in numbers for the docs: the memory of idle sockets, the way of an order to its buyer's socket, and
//! one event to thousands. Everything runs on one machine, so the clients take their share of its processor.

mod crowd;
mod figures;
mod round;
mod shop;

use crate::tool;
use anyhow::{Context, Result, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::path::PathBuf;
use testkit::Setup;

/// What is measured, and on what.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// What the shop runs on: sqlite, postgres or postgres-redis.
    #[arg(long, default_value = "sqlite", value_parser = setup)]
    setup: Setup,
    /// How many sockets are open at once, on one instance.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = at_least(100))]
    sockets: u64,
    /// How many orders are placed, one after the other.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = at_least(10))]
    orders: u64,
    /// How often everything is done, each time with a new shop; the median counts.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = at_least(1))]
    rounds: u64,
    /// Prints JSON instead of a table.
    #[arg(long)]
    json: bool,
}

fn at_least(least: u64) -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(least..=1_000_000)
}

fn setup(name: &str) -> Result<Setup, String> {
    let found = Setup::ALL.into_iter().find(|setup| setup.name() == name);
    found.ok_or_else(|| "use sqlite, postgres or postgres-redis".to_owned())
}

/// Measures, and prints what came out.
///
/// # Errors
/// When the program does not build, the machine does not allow as many open files, or a socket is lost.
pub(crate) fn run(options: &Options) -> Result<()> {
    allow_open_files(options.sockets)?;
    let program = release()?;
    let servers = shop::Servers::launch(options.setup)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut rounds = vec![];
    for number in 1..=options.rounds {
        eprintln!("\nround {number} of {}", options.rounds);
        rounds.push(runtime.block_on(round::run(options, &program, &servers))?);
    }
    let medians = figures::medians(&rounds);
    match options.json {
        true => println!("{:#}", figures::json(options, &medians)),
        false => print!("\n{}", figures::table(options, &medians)),
    }
    Ok(())
}

/// The program as it is shipped; `OXCART_BIN` names one that is built already.
fn release() -> Result<PathBuf> {
    if let Some(built) = std::env::var_os("OXCART_BIN") {
        return Ok(PathBuf::from(built));
    }
    // Not on standard output, which may be read by a program.
    eprintln!("\n> cargo build --release --package oxcart");
    let status = tool::cargo(&["build", "--release", "--package", "oxcart"]).status()?;
    ensure!(status.success(), "the release does not build");
    Ok(tool::target().join("release/oxcart"))
}

/// Every socket is an open file here, and one more in the server, which sees to its own limit.
fn allow_open_files(sockets: u64) -> Result<()> {
    const OTHERS: u64 = 300;
    let limit = getrlimit(Resource::Nofile);
    let needed = sockets + OTHERS;
    let most = limit.maximum.unwrap_or(u64::MAX);
    ensure!(most >= needed, "{sockets} sockets need {needed} open files and {most} are allowed (ulimit -Hn)");
    if limit.current.is_some_and(|current| current < needed) {
        let raised = Rlimit { current: Some(needed), maximum: limit.maximum };
        setrlimit(Resource::Nofile, raised).context("raising the number of open files")?;
    }
    Ok(())
}
