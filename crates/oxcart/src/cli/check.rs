//! `oxcart check`: what is wrong or risky in the configuration, before it shows.

use std::process::ExitCode;

use clap::ValueEnum;

use super::Context;
use crate::bucket::S3;
use crate::config::Database;
use crate::config::check::{Finding, Level, deploy, errors, unusable_bucket};
use crate::wiring;

/// Checks the configuration; with --deploy, before customers come.
///
/// Starts nothing and changes nothing. With `--deploy` it also looks for what is fine while trying
/// out and risky in production, asks a PostgreSQL server how many connections it allows, and a bucket
/// whether it may be read. Exits with 1 if something at least as bad as `--fail-level` is found.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart check
  oxcart check --deploy                         before going public, and in CI
  oxcart check --deploy --fail-level error      report warnings, but do not fail on them")]
pub struct Args {
    /// Also looks for what is fine while trying out and risky in production.
    #[arg(long)]
    pub deploy: bool,
    /// The least level that fails [default: error; with --deploy: warning]
    #[arg(long, value_enum, ignore_case = true, value_name = "LEVEL")]
    pub fail_level: Option<FailLevel>,
}

/// The levels of Django's `check`, so that its scripts go on working.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailLevel {
    Critical,
    Error,
    Warning,
    Info,
    Debug,
}

impl FailLevel {
    fn fails(self, level: Level) -> bool {
        match self {
            FailLevel::Critical => false,
            FailLevel::Error => level >= Level::Error,
            FailLevel::Warning => level >= Level::Warning,
            FailLevel::Info | FailLevel::Debug => true,
        }
    }
}

/// Prints the findings, the worst first.
///
/// # Errors
/// None.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let mut findings = errors(&context.config);
    if args.deploy {
        findings.extend(deploy(&context.config, max_connections(context).await));
        findings.extend(bucket(context).await);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    for finding in &findings {
        eprintln!("{finding}\n");
    }
    if !context.quiet {
        eprintln!("{}", summary(&findings));
    }
    let default = if args.deploy { FailLevel::Warning } else { FailLevel::Error };
    let limit = args.fail_level.unwrap_or(default);
    let failed = findings.iter().any(|finding| limit.fails(finding.level));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What the PostgreSQL server allows; nothing when it can't be asked, and nothing on SQLite, whose file might be made
/// by asking.
async fn max_connections(context: &Context) -> Option<u32> {
    match &context.config.database {
        Database::Sqlite(_) => None,
        Database::Postgres(_) => {
            let db = wiring::database(&context.config).ok()?;
            store::doctor::max_connections(&db).await.ok()?
        }
    }
}

/// What keeps the bucket of the pictures from being used.
async fn bucket(context: &Context) -> Option<Finding> {
    let looked = match S3::of(&context.config) {
        Ok(bucket) => bucket?.look().await,
        Err(problem) => Err(format!("{problem:#}")),
    };
    looked.err().map(unusable_bucket)
}

fn summary(findings: &[Finding]) -> String {
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    match findings {
        [] => "Nothing to mend.".to_owned(),
        _ => format!(
            "{} to mend, {} to think about, {} to know.",
            count(Level::Error),
            count(Level::Warning),
            count(Level::Info)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_fails_on_itself_and_on_what_is_worse() {
        assert!(FailLevel::Warning.fails(Level::Error));
        assert!(FailLevel::Warning.fails(Level::Warning));
        assert!(!FailLevel::Warning.fails(Level::Info));
        assert!(!FailLevel::Error.fails(Level::Warning));
        assert!(!FailLevel::Critical.fails(Level::Error));
        assert!(FailLevel::Debug.fails(Level::Info));
    }
}
