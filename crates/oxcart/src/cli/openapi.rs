//! `oxcart openapi`: the API described for machines.

use std::process::ExitCode;

use super::Context;

/// Prints the API's OpenAPI description, to make clients from.
///
/// Client libraries and test tools read it. The running shop serves the same at /api/schema/.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart openapi > openapi.json")]
pub struct Args {}

/// Prints the document.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    print!("{}", http_edge::document());
    Ok(ExitCode::SUCCESS)
}
