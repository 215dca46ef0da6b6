//! `oxcart export`: products out into other programs' files.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use app::App;
use clap::Subcommand;
use exchange::product_csv::{CsvProduct, WriteError, write};
use indicatif::ProgressBar;
use tokio::sync::mpsc;

use super::Context;
use crate::output::Output;
use crate::wiring;

/// Products that may wait for the writer.
const WAITING: usize = 200;

/// Writes products to a file that other programs read.
///
/// For editing in a spreadsheet, or feeding another system.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart export products --output catalogue.csv")]
pub struct Args {
    /// What to export.
    #[command(subcommand)]
    pub what: What,
}

/// What can be exported.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Writes all products as CSV, in the form `oxcart import products` reads: for editing in a
    /// spreadsheet or feeding another system.
    #[command(after_help = "\
Examples:
  oxcart export products > catalogue.csv
  oxcart export products --output catalogue.csv")]
    Products {
        /// The file to write, instead of standard output.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Writes the file.
///
/// # Errors
/// When the file can't be written, or the database fails; an earlier file stays as it was then.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let What::Products { output } = &args.what;
    let app = wiring::open(&context.config, true).await?;
    let mut target = Output::open(output.as_deref(), false)?;
    let bar = match output {
        Some(_) if !context.quiet => ProgressBar::new(app.export_total().await?.unsigned_abs()),
        _ => ProgressBar::hidden(),
    };
    // Pages are read here while a thread that may block writes what came before.
    let (sender, mut products) = mpsc::channel(WAITING);
    let digits = context.config.currency.digits.into();
    let writing = tokio::task::spawn_blocking(move || {
        let written = write(&mut target, std::iter::from_fn(|| products.blocking_recv()), digits)?;
        Ok::<_, WriteError>((written, target))
    });
    send_all(&app, &sender, &bar).await?;
    drop(sender);
    let (written, target) = writing.await.context("writing broke off")?.context("cannot write the file")?;
    target.finish()?;
    bar.finish_and_clear();
    if let (Some(path), false) = (output, context.quiet) {
        println!("wrote {written} products to {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Sends every product, until the writer has had enough: it says why.
async fn send_all(app: &App, sender: &mpsc::Sender<CsvProduct>, bar: &ProgressBar) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let page = app.export_page(after).await?;
        if page.last_id == after {
            return Ok(());
        }
        after = page.last_id;
        for product in page.products {
            if sender.send(product).await.is_err() {
                return Ok(());
            }
            bar.inc(1);
        }
    }
}
