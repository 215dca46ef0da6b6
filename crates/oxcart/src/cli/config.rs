//! `oxcart config`: what holds, and what could be set.

use std::io::Write;
use std::process::ExitCode;

use clap::Subcommand;

use super::Context;
use crate::config::{Config, reference};

/// Shows what holds and what can be set, when a setting is in doubt.
///
/// Where a key can be set, which place wins and what a value looks like is in the reference.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart config show
  oxcart config reference > CONFIGURATION.md")]
pub struct Args {
    /// What to show.
    #[command(subcommand)]
    pub what: What,
}

/// What can be shown.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Prints what holds right now and where each value came from; helps when a setting seems to
    /// have no effect. Secrets are masked.
    #[command(after_help = "\
Examples:
  oxcart config show
  oxcart config show --config /etc/oxcart.toml")]
    Show,
    /// Prints every key with its names, values and default, as Markdown; works even where the
    /// configuration is broken.
    #[command(after_help = "\
Examples:
  oxcart config reference | less")]
    Reference,
}

/// Prints the reference; nothing for what needs a configuration.
pub fn run_without_config(args: &Args) -> Option<ExitCode> {
    matches!(args.what, What::Reference).then(|| print(&reference::markdown()))
}

/// Prints what was asked for.
///
/// # Errors
/// None.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    Ok(match args.what {
        What::Show => print(&effective(&context.config)),
        What::Reference => print(&reference::markdown()),
    })
}

/// A reader that has seen enough (`| head`) closes the pipe; that is no failure.
fn print(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

/// One line per key: name, value, source.
fn effective(config: &Config) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
    let names = config.shown.iter().map(|shown| shown.key.len()).max().unwrap_or(0);
    let values = config.shown.iter().map(|shown| value(&shown.value).chars().count());
    // One long value must not push all sources off the screen.
    let values = values.filter(|width| *width <= 40).max().unwrap_or(0);
    let line = |shown: &crate::config::Shown| {
        let value = value(&shown.value);
        format!("{:names$}  {value:values$}  {}\n", shown.key, shown.source)
    };
    config.shown.iter().map(line).collect()
}
