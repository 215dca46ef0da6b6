//! `oxcart loaddata`: Django fixtures into the shop.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

use super::Context;

/// Loads Django fixtures: moves a running Django shop over.
///
/// Reads what `manage.py dumpdata` writes, accounts and passwords included. All files are loaded in
/// one transaction: either everything is in, or nothing. An object whose key exists already is
/// replaced.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart loaddata shop.json
  python manage.py dumpdata | oxcart loaddata -
  oxcart loaddata categories.json products.json.gz")]
pub struct Args {
    /// JSON fixtures, also with `.gz`; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Loads the files.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    bail!("`oxcart loaddata` is not built in yet")
}
