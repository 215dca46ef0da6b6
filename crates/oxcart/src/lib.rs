//! The shop as one program: [`config`] says how it runs, [`cli`] holds one file per command,
//! [`clock`] is the machine's time and randomness, [`telemetry`] its log. To add a command, see
//! [`cli`]; to add something to set, see [`config::keys`].

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;

mod bucket;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo_shop;
mod memory;
pub mod output;
pub mod secret;
mod smtp;
pub mod telemetry;
pub mod wiring;

/// What the exit code says when the command line or the configuration is wrong; any other failure
/// is 1.
const USAGE: u8 = 2;

/// How long work may take to end after the command has.
const LAST: Duration = Duration::from_secs(3);

/// Runs the program: command line → configuration → log → command.
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{}", described(&error));
            let misused = error.downcast_ref::<config::ConfigErrors>().is_some();
            if misused { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
        }
    }
}

fn run(cli: cli::Cli) -> anyhow::Result<ExitCode> {
    if let Some(code) = cli.command.run_without_config() {
        return Ok(code);
    }
    let inputs = config::Inputs::from_machine(cli.settings(), cli.config_file())
        .map_err(|problem| config::ConfigErrors(vec![problem]))?;
    let config = config::Config::resolve(&inputs)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the worker threads")?;
    // Ends before the threads do, which send the last traces.
    let logging = telemetry::start(&config, runtime.handle())?;
    let context = cli::Context { config, quiet: cli.quiet() };
    let ended = runtime.block_on(cli.command.run(&context));
    drop(logging);
    // Whoever still works on a thread that may block has been told to end, and must not keep the program.
    runtime.shutdown_timeout(LAST);
    ended
}

/// The error and what led to it, for people.
fn described(error: &anyhow::Error) -> String {
    let causes = error.chain().skip(1).map(|cause| format!("\n  because: {cause}"));
    let advice = match error.downcast_ref::<config::ConfigErrors>() {
        Some(_) => "\n`oxcart config reference` describes every key.",
        None => "",
    };
    format!("error: {error}{}{advice}", causes.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_with_what_led_to_it() {
        let error = anyhow::anyhow!("permission denied").context("cannot open shop.db");
        assert_eq!(described(&error), "error: cannot open shop.db\n  because: permission denied");
    }
}
