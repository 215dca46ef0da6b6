//! The command line: one file per command, each with its `Args` (help and examples included) and
//! one `run`. To add a command: a file here, a line in [`Command`] and one in [`Command::run`].

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, keys};

mod ask;
pub mod backup;
pub mod changepassword;
pub mod check;
pub mod config;
pub mod createsuperuser;
mod database;
pub mod doctor;
pub mod dumpdata;
pub mod export;
pub mod import;
pub mod loaddata;
pub mod migrate;
pub mod openapi;
pub mod restore;
pub mod serve;

/// A whole shop backend in one program: REST API, database and documents.
#[derive(Debug, Parser)]
#[command(
    name = "oxcart",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "\
First steps:
  oxcart serve --demo          start a shop with demo products on http://127.0.0.1:8000
  oxcart createsuperuser       make the account that runs the shop
  oxcart check --deploy        what to mend before customers come

Everything that can be set: oxcart config reference"
)]
pub struct Cli {
    /// What all commands take.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    #[arg(long, global = true, value_name = "URL|FILE", help = keys::help("database"))]
    database: Option<String>,
    #[arg(long, global = true, value_name = "URL", help = keys::help("redis"))]
    redis: Option<String>,
    /// The configuration file, instead of `oxcart.toml` in the current folder.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long, global = true, value_name = "LEVEL", help = keys::help("log_level"))]
    log_level: Option<String>,
    /// Says only what went wrong.
    #[arg(short, long, global = true, conflicts_with = "log_level")]
    quiet: bool,
}

/// What a command works with.
#[derive(Debug)]
pub struct Context {
    /// The resolved configuration.
    pub config: Config,
    /// Whether progress and good news are left out.
    pub quiet: bool,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    Serve(serve::Args),
    Migrate(migrate::Args),
    Createsuperuser(createsuperuser::Args),
    Changepassword(changepassword::Args),
    Loaddata(loaddata::Args),
    Dumpdata(dumpdata::Args),
    Import(import::Args),
    Export(export::Args),
    Check(check::Args),
    Doctor(doctor::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Config(config::Args),
    Openapi(openapi::Args),
}

impl Cli {
    /// The configuration file that was named.
    pub fn config_file(&self) -> Option<&std::path::Path> {
        self.global.config.as_deref()
    }

    /// Whether progress and good news are left out.
    pub fn quiet(&self) -> bool {
        self.global.quiet
    }

    /// What the flags set: key, flag, value.
    pub fn settings(&self) -> Vec<(&'static str, &'static str, String)> {
        let (addr, storefront) = match &self.command {
            Command::Serve(args) => {
                (args.addr.as_ref().or(args.positional_addr.as_ref()).cloned(), args.storefront.clone())
            }
            _ => (None, None),
        };
        let quiet = self.global.quiet.then(|| "warn".to_owned());
        let flags = [
            ("database", "--database", self.global.database.clone()),
            ("redis", "--redis", self.global.redis.clone()),
            ("log_level", "--log-level", self.global.log_level.clone()),
            ("log_level", "--quiet", quiet),
            ("addr", "--addr", addr),
            ("storefront", "--storefront", storefront),
        ];
        flags.into_iter().filter_map(|(key, flag, text)| Some((key, flag, text?))).collect()
    }
}

impl Command {
    /// Runs what must work even where the configuration is broken: looking up how to mend it.
    pub fn run_without_config(&self) -> Option<ExitCode> {
        match self {
            Command::Config(args) => config::run_without_config(args),
            _ => None,
        }
    }

    /// Runs the command.
    ///
    /// # Errors
    /// What stopped it, with what to do.
    pub async fn run(&self, context: &Context) -> anyhow::Result<ExitCode> {
        match self {
            Command::Serve(args) => serve::run(args, context).await,
            Command::Migrate(args) => migrate::run(args, context).await,
            Command::Createsuperuser(args) => createsuperuser::run(args, context).await,
            Command::Changepassword(args) => changepassword::run(args, context).await,
            Command::Loaddata(args) => loaddata::run(args, context).await,
            Command::Dumpdata(args) => dumpdata::run(args, context).await,
            Command::Import(args) => import::run(args, context).await,
            Command::Export(args) => export::run(args, context).await,
            Command::Check(args) => check::run(args, context).await,
            Command::Doctor(args) => doctor::run(args, context).await,
            Command::Backup(args) => backup::run(args, context).await,
            Command::Restore(args) => restore::run(args, context).await,
            Command::Config(args) => config::run(args, context).await,
            Command::Openapi(args) => openapi::run(args, context).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_explains_itself_and_shows_examples() {
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(about.len() > 40, "`oxcart {name} --help` must open with a good sentence");
            assert!(after.contains(&format!("oxcart {name}")), "`oxcart {name} --help` must show an example");
        }
    }

    #[test]
    fn flags_of_the_table_are_flags_of_the_command_line() {
        let command = Cli::command();
        let serve = command.find_subcommand("serve").expect("serve is a command");
        let flags: Vec<_> = command.get_arguments().chain(serve.get_arguments()).collect();
        for flag in keys::KEYS.iter().filter_map(|key| key.flag) {
            let long = flag.trim_start_matches('-');
            assert!(
                flags.iter().any(|found| found.get_long() == Some(long)),
                "the reference promises {flag}, the command line has no such flag"
            );
        }
    }

    #[test]
    fn flags_reach_the_configuration() {
        let cli = Cli::parse_from(["oxcart", "serve", "--addr", "[::]:80", "--database", "a.db", "-q"]);
        assert_eq!(
            cli.settings(),
            [
                ("database", "--database", "a.db".to_owned()),
                ("log_level", "--quiet", "warn".to_owned()),
                ("addr", "--addr", "[::]:80".to_owned()),
            ]
        );
    }

    #[test]
    fn serve_takes_the_address_where_runserver_does() {
        let cli = Cli::parse_from(["oxcart", "serve", "0.0.0.0:8000", "--demo"]);
        assert_eq!(cli.settings(), [("addr", "--addr", "0.0.0.0:8000".to_owned())]);
        assert!(Cli::try_parse_from(["oxcart", "serve", "8000", "--addr", "[::]:80"]).is_err(), "one of them");
    }
}
