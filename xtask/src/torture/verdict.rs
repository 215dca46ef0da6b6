//! Tells what a round came to: a row of the table, and of what was found the shortest story and where the whole lies.

use super::history::{Finding, History};
use super::parts::{Ended, Round};
use crate::counts::Counts;
use crate::report::Report;
use crate::tool;
use anyhow::Result;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use testkit::Setup;

/// Stories told of one round.
const STORIES: usize = 5;
/// Calls told of one story.
const CALLS: usize = 12;

/// Adds a round's row, and prints what was found.
pub(super) fn add(report: &mut Report, round: Round, ended: Result<Ended>, took: Duration) {
    let seconds = took.as_secs_f64();
    let (counts, note) = match ended {
        Err(error) => {
            println!("{round}: broke off after {seconds:.1} s: {error:#}");
            (Counts::FAIL, "broke off, see above".to_owned())
        }
        Ok(Ended { note, findings, .. }) if findings.is_empty() => {
            println!("{round}: well, {note}, {seconds:.1} s");
            (Counts::PASS, note)
        }
        Ok(Ended { note, findings, history }) => {
            println!("{round}: {} FINDINGS, {note}, {seconds:.1} s", findings.len());
            tell(&findings);
            if let Some(history) = history {
                keep(round, &history);
            }
            (Counts::FAIL, format!("findings: {}; {note}", findings.len()))
        }
    };
    report.add(round.part.title(), &on(round), counts, took, &note);
}

/// The first stories.
pub(super) fn tell(findings: &[(&'static str, Finding)]) {
    for (promise, Finding { what, calls }) in findings.iter().take(STORIES) {
        println!("  {promise}: {what}");
        for call in calls.iter().take(CALLS) {
            println!("      {call}");
        }
        if calls.len() > CALLS {
            println!("      … and {} calls more", calls.len() - CALLS);
        }
    }
    if findings.len() > STORIES {
        println!("  … and {} findings more", findings.len() - STORIES);
    }
}

fn keep(round: Round, history: &History) {
    let file = file(round);
    match history.write(&file) {
        Ok(()) => println!("  the whole history is in {}", file.display()),
        Err(error) => println!("  the history could not be kept: {error:#}"),
    }
}

fn file(round: Round) -> PathBuf {
    let Round { part, setup, instances, .. } = round;
    tool::target().join("torture").join(format!("{}-{setup}-{instances}.jsonl", part.name()))
}

fn on(round: Round) -> String {
    let setup = match round.setup {
        Setup::Sqlite => "SQLite",
        Setup::Postgres => "PostgreSQL",
        Setup::PostgresRedis => "PostgreSQL + Redis",
    };
    match round.instances {
        1 => setup.to_owned(),
        instances => format!("{setup}, {instances} instances"),
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.part.name(), on(*self))
    }
}
