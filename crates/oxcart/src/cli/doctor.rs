//! `oxcart doctor`: looks at everything a shop depends on.

use std::process::ExitCode;

use std::fmt::Display;
use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use domain::time::Timestamp;
use shared::Shared;
use store::doctor;
use store::{Db, Dialect};

use super::ask::tell;
use super::{Context, database};
use crate::bucket::S3;
use crate::clock;
use crate::config::{Config, check, without_password};
use crate::secret::SecretKey;

/// Looks at all a shop depends on, when something does not work.
///
/// Tries the configuration, database, schema, Redis, media folder or bucket, and clock, verifies that the books
/// add up, and says what is wrong and how to mend it. Changes nothing. Exits with 1 if something is
/// wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart doctor
  oxcart doctor --database postgres://shop@db/shop")]
pub struct Args {}

/// Examines and reports.
///
/// # Errors
/// None: what is wrong is reported, and the exit code says so.
pub async fn run(_args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = &context.config;
    let mut report = Report::new(context.quiet);
    configuration(config, &mut report);
    machine(config, &mut report);
    bucket(config, &mut report).await;
    redis(config, &mut report).await;
    if let Some(db) = reachable(config, &mut report).await
        && schema(&db, &mut report).await
    {
        books(&db, &mut report).await;
    }
    Ok(report.end())
}

/// What was found so far: a line for each thing looked at.
struct Report {
    quiet: bool,
    /// Signs for people, words for logs.
    signs: (&'static str, &'static str),
    wrong: usize,
}

impl Report {
    fn new(quiet: bool) -> Self {
        let signs = if std::io::stdout().is_terminal() { ("✓", "✗") } else { ("ok   ", "WRONG") };
        Self { quiet, signs, wrong: 0 }
    }

    fn good(&self, what: &str, found: impl Display) {
        if !self.quiet {
            tell(format_args!("{} {what:<22} {found}", self.signs.0));
        }
    }

    fn bad(&mut self, what: &str, found: impl Display) {
        self.wrong += 1;
        tell(format_args!("{} {what:<22} {found}", self.signs.1));
    }

    fn end(self) -> ExitCode {
        if self.wrong > 0 {
            tell(format_args!("\nThings that are wrong: {}.", self.wrong));
            return ExitCode::FAILURE;
        }
        if !self.quiet {
            tell("\nAll is well.");
        }
        ExitCode::SUCCESS
    }
}

fn configuration(config: &Config, report: &mut Report) {
    let set = config.shown.iter().filter(|shown| !matches!(shown.source, crate::config::Source::Default)).count();
    report.good("configuration", format_args!("keys set: {set}; `oxcart config show` lists them"));
    for finding in check::errors(config) {
        report.bad("configuration", format_args!("{}. {}", finding.message, finding.hint));
    }
    match &config.secret_key {
        SecretKey::Given(_) => report.good("secret key", "set"),
        SecretKey::Kept(file) if file.exists() => report.good("secret key", format_args!("kept in {}", file.display())),
        SecretKey::Kept(file) => report.good("secret key", format_args!("will be made in {}", file.display())),
    }
}

fn machine(config: &Config, report: &mut Report) {
    let now = Timestamp(clock::now_micros());
    // No shop ran before 2025, and dates after 2100 are a clock gone wrong.
    let sane = Timestamp(1_735_689_600_000_000)..Timestamp(4_102_444_800_000_000);
    match sane.contains(&now) {
        true => report.good("clock", now.iso()),
        false => report.bad("clock", format_args!("says {}: set it, or logins and tokens fail", now.iso())),
    }
    let media = &config.media_root;
    match writable(media) {
        Ok(()) if media.exists() => report.good("media folder", media.display()),
        Ok(()) => report.good("media folder", format_args!("{}, made with the first image", media.display())),
        Err(problem) => report.bad(
            "media folder",
            format_args!("{} cannot be written: {problem}. Images can't be saved; see media_root", media.display()),
        ),
    }
}

/// Looks into the bucket of the pictures; whether it may be written shows with the first upload.
async fn bucket(config: &Config, report: &mut Report) {
    match S3::of(config) {
        Ok(None) => {}
        Err(problem) => report.bad("media bucket", format_args!("{problem:#}")),
        Ok(Some(bucket)) => match bucket.look().await {
            Ok(()) => report.good("media bucket", format_args!("{bucket:?}")),
            Err(why) => report.bad("media bucket", why),
        },
    }
}

/// Tries it with a file without a name; for a folder that is not there, in the nearest that is.
fn writable(folder: &Path) -> std::io::Result<()> {
    let nearest = folder.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(folder);
    tempfile::tempfile_in(nearest).map(drop)
}

async fn redis(config: &Config, report: &mut Report) {
    let Some(url) = &config.redis else { return report.good("redis", "not used") };
    let shown = without_password(&url.0);
    let shared = match Shared::open(Some(&url.0), &config.redis_prefix) {
        Ok(shared) => shared,
        Err(problem) => return report.bad("redis", format_args!("{shown}: {problem}")),
    };
    // The first connection may take longer than a ping may.
    for _ in 0..10 {
        if shared.ping().await {
            return report.good("redis", shown);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    report.bad("redis", format_args!("{shown} does not answer; the shop runs on without it, slower"));
}

async fn reachable(config: &Config, report: &mut Report) -> Option<Db> {
    let shown = &config.database;
    let db = match database::existing(config) {
        Ok(Some(db)) => db,
        Ok(None) => {
            report.bad("database", format_args!("{shown} is not there: `oxcart serve` or `oxcart migrate` makes it"));
            return None;
        }
        Err(problem) => {
            report.bad("database", format_args!("{problem:#}"));
            return None;
        }
    };
    match db.ping().await {
        Ok(()) => report.good("database", shown),
        Err(problem) => {
            report.bad("database", format_args!("{shown}: {problem}"));
            return None;
        }
    }
    Some(db)
}

/// Whether the schema is there, so that the books can be read.
async fn schema(db: &Db, report: &mut Report) -> bool {
    let state = match db.migration_state().await {
        Ok(state) => state,
        Err(problem) => {
            report.bad("schema", problem);
            return false;
        }
    };
    let missing: Vec<_> = state.steps.iter().filter(|step| !step.applied).map(|step| step.name.as_str()).collect();
    if !missing.is_empty() {
        report.bad("schema", format_args!("lacks {}: run `oxcart migrate`", missing.join(", ")));
        return false;
    }
    match state.unknown.as_slice() {
        [] => report.good("schema", "up to date"),
        newer => report.good("schema", format_args!("of a newer version ({})", newer.join(", "))),
    }
    true
}

async fn books(db: &Db, report: &mut Report) {
    if store::Conn::dialect(db) == Dialect::Sqlite {
        outcome("database file", doctor::damage(db).await, report);
    }
    for name in doctor::checks() {
        outcome(name, doctor::run(db, name).await, report);
    }
}

fn outcome(name: &str, found: store::Result<Vec<doctor::Finding>>, report: &mut Report) {
    match found {
        Ok(findings) if findings.is_empty() => report.good(name, "in order"),
        Ok(findings) => {
            report.bad(name, format_args!("findings: {}", findings.len()));
            for finding in findings {
                tell(format_args!("      {}", finding.detail));
            }
        }
        Err(problem) => report.bad(name, problem),
    }
}
