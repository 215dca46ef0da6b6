//! `oxcart import`: products in from other programs' files.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;

use super::Context;

/// Loads products from a file, to fill or to update a shop.
///
/// Run it again whenever the file has changed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart import products catalogue.csv
  oxcart import products --dry-run catalogue.csv     only say what would change")]
pub struct Args {
    /// What to import.
    #[command(subcommand)]
    pub what: What,
}

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Loads products and their categories from a CSV file; needed to fill a shop from a
    /// spreadsheet or another system.
    ///
    /// Rows whose product exists are updated, others are added; nothing is deleted. Every bad row
    /// is reported with its line, and then nothing is changed at all.
    #[command(after_help = "\
Examples:
  oxcart import products catalogue.csv
  oxcart import products --dry-run catalogue.csv     only say what would change")]
    Products {
        /// The CSV file, with a header line; `-` for standard input.
        file: PathBuf,
        /// Says what would change, and changes nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Loads the file.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    bail!("`oxcart import` is not built in yet")
}
