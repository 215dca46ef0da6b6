//! `oxcart serve`: the shop itself.

use std::process::ExitCode;

use anyhow::bail;

use super::Context;

/// Runs the shop: answers requests until it is told to stop.
///
/// Brings the database up to date first and makes it if there is none, so nothing has to be
/// prepared. On SIGTERM or Ctrl-C it takes no new requests, finishes those under way and stops.
/// Several instances may run on one PostgreSQL and Redis.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart serve --demo                               try it: a shop full of demo products
  oxcart serve --addr 0.0.0.0:8000                  let other machines reach it
  oxcart serve --database postgres://shop@db/shop --redis redis://cache/0")]
pub struct Args {
    /// Fills the shop with demo products and accounts first, if it has no products yet.
    #[arg(long)]
    pub demo: bool,
    #[arg(long, value_name = "ADDRESS:PORT", help = crate::config::keys::help("addr"))]
    pub addr: Option<String>,
    /// Leaves the database as it is; stops if it is not up to date.
    #[arg(long)]
    pub no_migrate: bool,
}

/// Serves until stopped.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    bail!("`oxcart serve` is not built in yet")
}
