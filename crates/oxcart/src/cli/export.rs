//! `oxcart export`: products out into other programs' files.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;

use super::Context;

/// Writes products to a file that other programs read.
///
/// For editing in a spreadsheet, or feeding another system.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart export products --output catalogue.csv")]
pub struct Args {
    /// What to export.
    #[command(subcommand)]
    pub what: What,
}

/// What can be exported.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Writes all products as CSV, in the form `oxcart import products` reads: for editing in a
    /// spreadsheet or feeding another system.
    #[command(after_help = "\
Examples:
  oxcart export products > catalogue.csv
  oxcart export products --output catalogue.csv")]
    Products {
        /// The file to write, instead of standard output.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Writes the file.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    bail!("`oxcart export` is not built in yet")
}
