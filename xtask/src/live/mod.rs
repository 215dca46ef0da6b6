//! What live costs, in numbers for the docs: the memory of idle sockets, the way of an order to its buyer's socket, and
//! one event to thousands. Everything runs on one machine, so the clients take their share of its processor.

mod figures;
mod round;

use crate::stage::{OXCART, Servers, allow_open_files, release, setup};
use anyhow::Result;
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

/// Measures, and prints what came out.
///
/// # Errors
/// When the program does not build, the machine does not allow as many open files, or a socket is lost.
pub(crate) fn run(options: &Options) -> Result<()> {
    allow_open_files(options.sockets)?;
    let [program] = release([OXCART])?;
    let servers = Servers::launch(options.setup)?;
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
