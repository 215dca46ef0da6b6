//! `oxcart dumpdata`: the shop as Django fixtures.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

use super::Context;

/// Writes the shop as a Django fixture, to move it elsewhere.
///
/// `oxcart loaddata` and `manage.py loaddata` read it: for moving between SQLite and PostgreSQL, or
/// back to Django. Writes to standard output unless `--output` is given. For a plain safety copy use
/// `oxcart backup`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart dumpdata --output shop.json --indent 2
  oxcart dumpdata --database shop.db | oxcart loaddata --database postgres://shop@db/shop -")]
pub struct Args {
    /// The models to write, as `app.model` or an app's name; without any, all.
    #[arg(value_name = "MODEL")]
    pub models: Vec<String>,
    /// The file to write, compressed if it ends in `.gz`.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Breaks lines and indents by so many spaces.
    #[arg(long, value_name = "SPACES")]
    pub indent: Option<u8>,
}

/// Writes the fixture.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    bail!("`oxcart dumpdata` is not built in yet")
}
