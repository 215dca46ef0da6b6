//! What happens when there is too much of something, in numbers for the docs: clients that hold thousands of connections
//! and do not get on with them, and three times the work that can be done. With the limits as they are shipped.
//! Everything runs on one machine, so the clients take their share of its processor.

mod callers;
mod excess;
mod figures;
mod hostile;
mod probe;

use crate::stage::{OXCART, Servers, allow_open_files, release, setup};
use anyhow::Result;
use testkit::Setup;

/// What is measured, and on what.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// What the shop runs on: sqlite, postgres or postgres-redis.
    #[arg(long, default_value = "sqlite", value_parser = setup)]
    setup: Setup,
    /// Connections that begin a request and go no further.
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    half_open: u64,
    /// Connections that send a body a byte at a time.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    slow_bodies: u64,
    /// Connections that ask and do not read.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    unread: u64,
    /// How long hostile clients go on, in seconds.
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// How often three times as much as can be done is measured; the medians count.
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: u32,
    /// Only one part: hostile, logins or orders.
    #[arg(long, value_parser = ["hostile", "logins", "orders"])]
    only: Option<String>,
}

impl Options {
    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

/// Measures, and prints what came out. Whether everything was as it should be.
///
/// # Errors
/// When the program does not build, the machine does not allow as many open files, or the shop does not answer.
pub(crate) fn run(options: &Options) -> Result<bool> {
    if cfg!(debug_assertions) {
        return crate::bench::in_release().map(|()| true);
    }
    allow_open_files(options.half_open + options.slow_bodies + options.unread)?;
    let [program] = release([OXCART])?;
    let servers = Servers::launch(options.setup)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut figures = vec![];
    if options.wants("hostile") {
        figures.extend(runtime.block_on(hostile::measure(options, &program, &servers))?);
    }
    for work in [excess::Work::Logins, excess::Work::Orders] {
        if options.wants(work.name()) {
            figures.extend(runtime.block_on(excess::measure(work, &program, &servers, options.rounds.max(1)))?);
        }
    }
    print!("\n{}, one instance\n\n{}", options.setup, figures::table(&figures));
    Ok(figures.iter().all(figures::Figure::holds))
}
