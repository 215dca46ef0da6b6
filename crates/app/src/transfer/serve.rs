//! Files in and out while a shop is being served: what `oxcart import`, `loaddata`, `export` and `dumpdata` do, for
//! somebody of the staff with a browser.

use super::Spooled;
use super::fixture::{DumpError, Fixtures, LoadOptions, Model};
use super::import::RowLoss;
use crate::{App, Failure};
use domain::audit::Actor;
use exchange::fixture::{ReadError, WriteOptions, Writer};
use exchange::product_csv::{self, HeaderError, Products, ReadOptions, RowProblem};
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a file is written to piece by piece, and taken from as it comes.
#[derive(Clone, Debug, Default)]
pub struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Pipe {
    /// What was written and not taken yet.
    #[must_use]
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Something in a file that could not be taken over, or not as it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportProblem {
    /// Physical line, from 1; `None` where the file has no lines to speak of.
    pub line: Option<u64>,
    /// The column at fault, as the file spells it.
    pub column: Option<String>,
    /// What is wrong and what to do.
    pub message: String,
}

/// What importing a file did, or would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Whether the shop was stopped before the file was done.
    pub stopped: bool,
    /// Whether anything was written.
    pub saved: bool,
    /// New things.
    pub created: u64,
    /// Things that changed; of a fixture, all that were loaded.
    pub updated: u64,
    /// Things that were so already.
    pub unchanged: u64,
    /// What was left out, and what was read differently.
    pub problems: Vec<ImportProblem>,
}

/// The shop is being stopped.
#[derive(Debug, thiserror::Error)]
#[error("the shop is being stopped")]
struct Stopped;

/// Products between two words of progress.
const STEP: u64 = 20;

impl App {
    /// Imports a product file. A bad row is left out and told of, the rest is taken; each product is saved on its own.
    /// `tell` hears how many products are done, of how many. When the shop is stopped it ends with what is done.
    ///
    /// # Errors
    /// When the database fails; products taken before are in.
    pub async fn import_products(
        &self,
        file: Spooled,
        by: Actor,
        dry_run: bool,
        mut tell: impl FnMut(u64, u64) + Send,
    ) -> Result<ImportReport, Failure> {
        let (total, products) = match self.counted(&file) {
            Ok(counted) => counted,
            Err(error) => {
                let problem = ImportProblem { line: Some(1), column: None, message: error.to_string() };
                return Ok(ImportReport { problems: vec![problem], ..ImportReport::default() });
            }
        };
        let (mut importer, mut report, mut done) = (self.importer(by, dry_run), ImportReport::default(), 0);
        tell(0, total);
        for item in products {
            match item {
                Err(problem) => report.problems.push(problem.into()),
                Ok(_) if self.imports.is_stopping() => {
                    report.stopped = true;
                    break;
                }
                Ok(product) => {
                    let Some(losses) = self.imports.in_time(importer.take(&product)).await else {
                        report.stopped = true;
                        break;
                    };
                    report.problems.extend(losses?.into_iter().map(Into::into));
                    done += 1;
                    if done % STEP == 0 || done == total {
                        tell(done, total);
                    }
                }
            }
        }
        let tally = importer.tally();
        let saved = !dry_run && tally.created + tally.changed > 0;
        Ok(ImportReport { saved, created: tally.created, updated: tally.changed, unchanged: tally.unchanged, ..report })
    }

    /// How many products there are in a file, and they.
    fn counted<'f>(&self, file: &'f Spooled) -> Result<(u64, Products<impl Read + 'f>), HeaderError> {
        let options = ReadOptions { minor_digits: self.settings.currency.digits };
        let count = product_csv::read(file.reader()?, &options)?.filter(Result::is_ok).count();
        Ok((count as u64, product_csv::read(file.reader()?, &options)?))
    }

    /// Loads a fixture, all or nothing: with anything bad in it nothing is written. When the shop is stopped it has a few
    /// seconds to end.
    ///
    /// # Errors
    /// When the database fails; then nothing is loaded.
    pub async fn import_fixture(
        &self,
        file: Spooled,
        by: &Actor,
        dry_run: bool,
        media_url: &str,
    ) -> Result<ImportReport, Failure> {
        let problem = |message: String| ImportProblem { line: None, column: None, message };
        let stopped = || ImportReport { stopped: true, ..ImportReport::default() };
        let (mut fixtures, digits) = (Fixtures::default(), self.settings.currency.digits);
        let unreadable = |why: String| ImportReport { problems: vec![problem(why)], ..ImportReport::default() };
        let source = match file.reader() {
            Ok(source) => source,
            Err(error) => return Ok(unreadable(error.to_string())),
        };
        let read = exchange::fixture::read(source, |record| {
            fixtures.take("the file", record, digits);
            if self.imports.is_stopping() { Err(Stopped) } else { Ok(()) }
        });
        match read {
            Ok(_) => {}
            Err(ReadError::Stopped(_)) => return Ok(stopped()),
            Err(error) => return Ok(unreadable(error.to_string())),
        }
        let options = LoadOptions { skip_bad: false, media_url: media_url.to_owned(), dry_run };
        let Some(loaded) = self.imports.in_time(self.load_fixtures(&fixtures, &options, by)).await else {
            return Ok(stopped());
        };
        let loaded = loaded?;
        let told = loaded.bad.into_iter().chain(fixtures.left_behind()).chain(loaded.notes);
        let updated = if loaded.loaded { loaded.installed.values().sum() } else { 0 };
        let saved = loaded.loaded && !dry_run;
        Ok(ImportReport { saved, updated, problems: told.map(problem).collect(), ..ImportReport::default() })
    }

    /// Writes all products as `oxcart export products` does.
    ///
    /// # Errors
    /// When the database fails; the file is not whole then.
    pub async fn write_products(&self, mut out: Pipe) -> Result<(), DumpError> {
        let (mut after, mut is_first) = (0, true);
        loop {
            let page = self.export_page(after).await?;
            let mut text = vec![];
            let digits = self.settings.currency.digits;
            product_csv::write(&mut text, page.products, digits).map_err(io::Error::other)?;
            // Every page brings the header along; it is one line.
            let header = text.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            out.write_all(if is_first { &text } else { &text[header..] })?;
            if page.last_id == after {
                return Ok(());
            }
            (after, is_first) = (page.last_id, false);
        }
    }

    /// Writes the whole shop as `oxcart dumpdata` does: with accounts and their password hashes.
    ///
    /// # Errors
    /// When the database fails; the file is not whole then.
    pub async fn write_shop(&self, out: Pipe) -> Result<(), DumpError> {
        let digits = self.settings.currency.digits;
        let mut writer = Writer::new(out, &WriteOptions { minor_digits: digits, indent: None, gzip: false });
        self.dump_fixture(&mut writer, &Model::ALL).await?;
        writer.finish()?;
        Ok(())
    }
}

impl From<RowProblem> for ImportProblem {
    fn from(problem: RowProblem) -> Self {
        Self { line: Some(problem.line), column: problem.column, message: problem.message }
    }
}

impl From<RowLoss> for ImportProblem {
    fn from(loss: RowLoss) -> Self {
        Self { line: Some(loss.line), column: None, message: loss.message }
    }
}
