//! `oxcart migrate`: brings the database up to date.

use std::process::ExitCode;

use anyhow::bail;

use super::Context;

/// Brings the database up to this version's schema, after an update.
///
/// `oxcart serve` does the same at its start, unless it runs with `--no-migrate`. Migrations only go
/// forward, and the previous version still runs on the new schema, so instances can be updated one
/// after the other.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart migrate
  oxcart migrate --plan       print what would be applied
  oxcart migrate --check      exit with 1 if something is left to apply")]
pub struct Args {
    /// Applies nothing; exits with 1 if something is left to apply.
    #[arg(long)]
    pub check: bool,
    /// Applies nothing; prints what would be applied.
    #[arg(long)]
    pub plan: bool,
}

/// Applies what is missing, or says what it is.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    bail!("`oxcart migrate` is not built in yet")
}
