//! `oxcart loaddata`: Django fixtures into the shop.

use std::convert::Infallible;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use app::transfer::fixture::{Fixtures, LoadOptions, LoadReport};
use domain::audit::Actor;
use exchange::fixture::read;

use super::Context;
use crate::wiring;

/// The most messages of one kind that are shown.
const MOST: usize = 200;

/// Loads Django fixtures: moves a running Django shop over.
///
/// Reads what `manage.py dumpdata` writes, accounts and passwords included. All files are loaded in
/// one transaction: with a single bad record, nothing is loaded, unless --skip-bad is given. An
/// object whose key exists already is replaced. Models and fields the shop does not have are named
/// and left behind.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart loaddata shop.json
  python manage.py dumpdata | oxcart loaddata -
  oxcart loaddata categories.json products.json.gz
  oxcart loaddata --skip-bad shop.json     load the rest, exit with 0")]
pub struct Args {
    /// JSON fixtures, also with `.gz`; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Leaves bad records out and loads the rest.
    #[arg(long)]
    pub skip_bad: bool,
}

/// Loads the files.
///
/// # Errors
/// When a file can't be read, a record is bad and not to be skipped, or the database fails; nothing is loaded then.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let digits = context.config.currency.digits.into();
    let mut fixtures = Fixtures::default();
    for file in &args.files {
        gather(file, digits, &mut fixtures).with_context(|| format!("cannot load {}", file.display()))?;
    }
    let app = wiring::open(&context.config, true).await?;
    let options = LoadOptions { skip_bad: args.skip_bad, dry_run: false, media_url: context.config.media_url.clone() };
    let report = app.load_fixtures(&fixtures, &options, &Actor::command_line()).await;
    let report = report.context("nothing was loaded")?;
    if !context.quiet {
        tell("note", &fixtures.left_behind());
        tell("note", &report.notes);
    }
    tell(if report.loaded { "left out" } else { "bad record" }, &report.bad);
    if !report.loaded {
        let count = report.bad.len();
        bail!("nothing was loaded: {count} bad record(s); mend them, or leave them out with --skip-bad");
    }
    if !context.quiet {
        println!("{}", summary(&report, fixtures.records(), args.files.len()));
    }
    Ok(ExitCode::SUCCESS)
}

fn gather(file: &Path, digits: u32, fixtures: &mut Fixtures) -> anyhow::Result<()> {
    let (name, source): (_, Box<dyn Read>) = match file == Path::new("-") {
        true => ("standard input".to_owned(), Box::new(std::io::stdin())),
        false => (file.display().to_string(), Box::new(File::open(file)?)),
    };
    read(source, |record| {
        fixtures.take(&name, record, digits);
        Ok::<_, Infallible>(())
    })?;
    Ok(())
}

fn tell(what: &str, messages: &[String]) {
    for message in messages.iter().take(MOST) {
        eprintln!("{what}: {message}");
    }
    if let Some(more) = messages.len().checked_sub(MOST).filter(|more| *more > 0) {
        eprintln!("{what}: and {more} more");
    }
}

/// Django's own line, and a table of the models.
fn summary(report: &LoadReport, records: u64, files: usize) -> String {
    let installed: u64 = report.installed.values().sum();
    let of = if installed == records { String::new() } else { format!(" (of {records})") };
    let width = report.installed.keys().map(String::len).max().unwrap_or_default();
    let table = report.installed.iter().map(|(model, count)| format!("\n  {model:width$}  {count:>8}"));
    format!("Installed {installed} object(s){of} from {files} fixture(s){}", table.collect::<String>())
}
