//! `oxcart changepassword`: a new password for any account.

use std::process::ExitCode;

use anyhow::bail;

use super::Context;

/// Sets a new password for someone who cannot log in any more.
///
/// Asks for the password twice, holds it to the same rules as a registration, and ends every
/// session of the account.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart changepassword ada@shop.example")]
pub struct Args {
    /// The address the account logs in with.
    pub email: String,
}

/// Sets the password.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    bail!("`oxcart changepassword` is not built in yet")
}
