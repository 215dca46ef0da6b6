//! `oxcart import`: products in from other programs' files.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context as _;
use app::transfer::{RowLoss, Tally};
use clap::Subcommand;
use domain::audit::Actor;
use exchange::product_csv::{ReadOptions, RowProblem, Severity, read};
use indicatif::{ProgressBar, ProgressStyle};

use super::Context;
use crate::wiring;

/// Loads products from a file, to fill or to update a shop.
///
/// Run it again whenever the file has changed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart import products catalogue.csv
  oxcart import products --dry-run catalogue.csv     only say what would change")]
pub struct Args {
    /// What to import.
    #[command(subcommand)]
    pub what: What,
}

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Loads products and their categories from a CSV file; needed to fill a shop from a
    /// spreadsheet or another system.
    ///
    /// Rows whose product exists are updated, others are added; nothing is deleted. A bad row is
    /// reported with its line and left out, the rest is imported; the command then exits with 1.
    /// Every product is saved on its own, so a running shop goes on selling, and importing again
    /// after an interruption just goes on.
    #[command(after_help = "\
Examples:
  oxcart import products catalogue.csv
  oxcart import products --dry-run catalogue.csv     only say what would change")]
    Products {
        /// The CSV file, with a header line; `-` for standard input.
        file: PathBuf,
        /// Says how many products would change, and changes nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Loads the file.
///
/// # Errors
/// When the file can't be read or is no product file, or the database fails.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let What::Products { file, dry_run } = &args.what;
    let bar = progress(file, context.quiet);
    let source = bar.wrap_read(open(file)?);
    let options = ReadOptions { minor_digits: context.config.currency.digits.into() };
    let products = read(source, &options).with_context(|| format!("cannot import {}", file.display()))?;
    let app = wiring::open(&context.config, true).await?;
    let start = Instant::now();
    let mut importer = app.importer(Actor::command_line(), *dry_run);
    let mut told = Told { bar: bar.clone(), problems: 0, rows: 0, lost: false };
    for item in products {
        match item {
            Err(problem) => told.problem(&problem),
            Ok(product) => match importer.take(&product).await {
                Ok(losses) => losses.iter().for_each(|loss| told.loss(&product.handle, loss)),
                Err(failure) => {
                    bar.finish_and_clear();
                    let done = summary(importer.tally(), &told);
                    let where_to = format!("stopped at line {} ({}) after: {done}", product.line, product.handle);
                    return Err(anyhow::Error::new(failure).context(format!("{where_to}; import again to go on")));
                }
            },
        }
    }
    bar.finish_and_clear();
    if !context.quiet {
        let would = if *dry_run { "would have " } else { "" };
        println!("{would}{}, in {:.1?}", summary(importer.tally(), &told), start.elapsed());
    }
    Ok(if told.lost { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn open(file: &Path) -> anyhow::Result<Box<dyn Read>> {
    if file == Path::new("-") {
        return Ok(Box::new(std::io::stdin()));
    }
    let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    Ok(Box::new(opened))
}

/// Bytes read so far; nothing when nobody watches.
fn progress(file: &Path, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    match file.metadata().ok().filter(std::fs::Metadata::is_file) {
        Some(found) => {
            let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes}, {eta} left");
            ProgressBar::new(found.len()).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        }
        None => ProgressBar::new_spinner(),
    }
}

/// What was said about rows, on standard error.
struct Told {
    bar: ProgressBar,
    problems: u64,
    /// Rows that were left out.
    rows: u64,
    /// Whether something was left out, or the file broke off.
    lost: bool,
}

impl Told {
    fn problem(&mut self, problem: &RowProblem) {
        let column = problem.column.as_ref().map(|column| format!("column {column:?}: ")).unwrap_or_default();
        self.say(problem.line, problem.handle.as_deref(), &format!("{column}{}", problem.message));
        self.rows += u64::from(problem.severity == Severity::Error);
        self.lost |= problem.severity != Severity::Notice;
    }

    fn loss(&mut self, handle: &str, loss: &RowLoss) {
        self.say(loss.line, Some(handle), &loss.message);
        self.rows += loss.rows;
        self.lost |= loss.rows > 0;
    }

    fn say(&mut self, line: u64, handle: Option<&str>, message: &str) {
        self.problems += 1;
        let handle = handle.map(|handle| format!(" ({handle})")).unwrap_or_default();
        self.bar.suspend(|| eprintln!("line {line}{handle}: {message}"));
    }
}

fn summary(tally: Tally, told: &Told) -> String {
    let Tally { created, changed, unchanged, .. } = tally;
    let (rows, problems) = (told.rows, told.problems);
    format!("created {created}, changed {changed}, unchanged {unchanged}, skipped {rows} rows; {problems} problems")
}
