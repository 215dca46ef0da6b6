//! `oxcart migrate`: brings the database up to date.

use std::process::ExitCode;

use anyhow::Context as _;
use store::{Dialect, MigrationState};

use super::ask::tell;
use super::{Context, database};
use crate::wiring;

/// Brings the database up to this version's schema, after an update.
///
/// `oxcart serve` does the same at its start, unless it runs with `--no-migrate`. Migrations only go
/// forward, and the previous version still runs on the new schema, so instances can be updated one
/// after the other.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart migrate
  oxcart migrate --plan       print every step: [X] applied, [ ] to apply
  oxcart migrate --check      exit with 1 if something is left to apply")]
pub struct Args {
    /// Applies nothing; exits with 1 if something is left to apply.
    #[arg(long)]
    pub check: bool,
    /// Applies nothing; prints every step, and whether the database has it.
    #[arg(long)]
    pub plan: bool,
}

/// Applies what is missing, or says what it is.
///
/// # Errors
/// The database can't be reached, or a step fails; the steps before it stay.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    if args.check || args.plan {
        return look(args, context).await;
    }
    let db = wiring::database(&context.config)?;
    let applied = db.migrate_to_current().await.context("cannot bring the database up to date")?;
    if !context.quiet {
        for step in &applied {
            tell(format_args!("Applying {step}... OK"));
        }
        if applied.is_empty() {
            tell("No migrations to apply.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Looks without changing anything; a missing SQLite file is not made either.
async fn look(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let state = match database::existing(&context.config)? {
        None => MigrationState::of_nothing(Dialect::Sqlite),
        Some(db) => db.migration_state().await.context("cannot read the database")?,
    };
    let missing = state.steps.iter().filter(|step| !step.applied).count();
    if args.plan {
        for step in &state.steps {
            tell(format_args!("[{}] {}", if step.applied { 'X' } else { ' ' }, step.name));
        }
        for step in &state.unknown {
            tell(format_args!("[X] {step} (of a newer version)"));
        }
    } else if missing > 0 && !context.quiet {
        eprintln!("Steps to apply: {missing}. `oxcart migrate` applies them.");
    }
    Ok(if args.check && missing > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
