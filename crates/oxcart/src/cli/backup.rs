//! `oxcart backup`: a copy of the shop while it runs.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

use super::Context;

/// Copies the shop into one file while it runs: nightly, before updates.
///
/// The copy is one moment of the database. Product images and the secret key are files beside it;
/// copy them too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart backup shop-monday.backup
  oxcart backup --database postgres://shop@db/shop /backups/shop.backup")]
pub struct Args {
    /// The file to write; it must not exist.
    pub file: PathBuf,
}

/// Writes the copy.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    bail!("`oxcart backup` is not built in yet")
}
