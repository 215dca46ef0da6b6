//! `oxcart restore`: a shop from its backup.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

use super::Context;

/// Puts a shop back from its backup, after a loss or on a new machine.
///
/// Stop the server first. Refuses to write over a database that holds anything, unless `--force` is
/// given.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart restore shop-monday.backup
  oxcart restore --force shop-monday.backup      replace what is there")]
pub struct Args {
    /// The file to read.
    pub file: PathBuf,
    /// Replaces what the database holds.
    #[arg(long)]
    pub force: bool,
}

/// Puts the shop back.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    bail!("`oxcart restore` is not built in yet")
}
