//! `oxcart createsuperuser`: the account that runs the shop.

use std::process::ExitCode;

use anyhow::bail;

use super::Context;

/// Makes an account that may do everything: a new shop's first.
///
/// Only staff can add products and move orders along, so every shop needs one. Asks for what is not
/// given. With `--noinput` it asks nothing and reads the password from OXCART_SUPERUSER_PASSWORD.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart createsuperuser
  oxcart createsuperuser --email owner@shop.example
  OXCART_SUPERUSER_PASSWORD=… oxcart createsuperuser --noinput --email owner@shop.example")]
pub struct Args {
    /// The address to log in with.
    #[arg(long)]
    pub email: Option<String>,
    /// Asks nothing; what is missing is an error.
    #[arg(long)]
    pub noinput: bool,
    /// The person's first name.
    #[arg(long, value_name = "NAME")]
    pub first_name: Option<String>,
    /// The person's last name.
    #[arg(long, value_name = "NAME")]
    pub last_name: Option<String>,
}

/// Makes the account.
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<ExitCode> {
    bail!("`oxcart createsuperuser` is not built in yet")
}
