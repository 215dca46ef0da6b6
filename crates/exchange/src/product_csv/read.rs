//! Reading: the header first, then product after product. Memory holds one product at a time, plus the
//! handles, SKUs and option combinations of the file.

use super::columns::Layout;
use super::group::Gatherer;
use super::lines::Lines;
use super::row::Row;
use super::{CsvProduct, RowProblem, Severity};
use csv::{ByteRecord, StringRecord};
use std::io::{self, Read};

/// How to read a file.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Decimals of the shop's currency: 2 for EUR and USD, 0 for JPY.
    pub minor_digits: u32,
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    /// Nothing in it.
    #[error("the file is empty; it needs a header row and a row for each variant")]
    Empty,
    /// UTF-16, as some spreadsheets save "Unicode text".
    #[error("the file is not UTF-8 text; save it as \"CSV UTF-8\" and try again")]
    NotUtf8,
    /// Needed columns are not in the first row.
    #[error("the header lacks the needed columns {}; found: {}{hint}", .missing.join(", "), .found.join(", "))]
    MissingColumns {
        /// Names of the needed columns that are missing.
        missing: Vec<String>,
        /// The header as found.
        found: Vec<String>,
        /// A guess at the cause, empty when there is none.
        hint: &'static str,
    },
    /// The file cannot be read from its source.
    #[error("the file could not be read: {0}")]
    Io(#[from] io::Error),
}

/// The products of a file, one after the other, with the problems in between, each in front of the
/// product it belongs to. Made by [`read`].
pub struct Products<R> {
    csv: csv::Reader<Lines<R>>,
    layout: Layout,
    minor_digits: u32,
    gatherer: Gatherer,
    record: ByteRecord,
    ended: bool,
}

/// Reads the header and gives the products that follow.
///
/// - A row that cannot be used is an `Err` of [`Severity::Error`], and reading goes on. A product keeps its
///   good rows; it is left out whole, which the message says, when its first row is unusable or no
///   variant remains.
/// - A handle that returns later in the file is given a second time with `continues` set: its rows add to
///   the product, the product's own columns on them are ignored.
/// - Lines are physical lines of the file, counted from 1, where the row begins.
/// - A source that fails mid-way ends the reading with a [`Severity::Fatal`] problem.
///
/// # Errors
/// When there is no header with the columns `Handle`, `Title` and `Variant Price`.
pub fn read<R: Read>(source: R, options: &ReadOptions) -> Result<Products<R>, HeaderError> {
    let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Lines::new(source));
    let mut header = ByteRecord::new();
    if !csv.read_byte_record(&mut header).map_err(io::Error::from)? {
        return Err(HeaderError::Empty);
    }
    let starts_with = |mark: &[u8]| header.get(0).is_some_and(|field| field.starts_with(mark));
    if starts_with(&[0xff, 0xfe]) || starts_with(&[0xfe, 0xff]) {
        return Err(HeaderError::NotUtf8);
    }
    let layout = Layout::of(&header).map_err(|(missing, found)| HeaderError::MissingColumns {
        hint: hint(&found),
        missing: missing.into_iter().map(str::to_owned).collect(),
        found,
    })?;
    Ok(Products {
        csv,
        layout,
        minor_digits: options.minor_digits,
        gatherer: Gatherer::default(),
        record: ByteRecord::new(),
        ended: false,
    })
}

fn hint(found: &[String]) -> &'static str {
    let joined_by = |mark: char| found.iter().any(|name| name.matches(mark).count() > 1);
    if joined_by(';') || joined_by('\t') {
        "; the columns must be separated by commas, not by semicolons or tabs"
    } else {
        ""
    }
}

impl<R: Read> Products<R> {
    /// Reads one row into the gatherer.
    fn advance(&mut self) {
        match self.csv.read_byte_record(&mut self.record) {
            Ok(true) => self.take_record(),
            Ok(false) => self.end(),
            Err(error) => {
                self.end();
                let line = self.csv.get_mut().at(u64::MAX);
                let message = format!("reading stopped here: {error}; what came before was read");
                self.gatherer.report(Severity::Fatal, line, None, &self.layout, (None, message));
            }
        }
    }

    fn end(&mut self) {
        self.gatherer.finish(&self.layout);
        self.ended = true;
    }

    fn take_record(&mut self) {
        let offset = self.record.position().map_or(0, csv::Position::byte);
        let line = self.csv.get_mut().at(offset);
        if self.record.iter().all(|field| field.trim_ascii().is_empty()) {
            return;
        }
        match StringRecord::from_byte_record(std::mem::take(&mut self.record)) {
            Ok(record) => {
                let row = Row { line, layout: &self.layout, record: &record, minor_digits: self.minor_digits };
                self.gatherer.take(&row);
                self.record = record.into_byte_record();
            }
            Err(broken) => {
                let record = broken.into_byte_record();
                let handle = self.layout.handle_bytes(&record);
                let message = "the row is not UTF-8 text; save the file as \"CSV UTF-8\"".to_owned();
                self.gatherer.take_broken(line, handle.as_deref(), &self.layout, (None, message));
                self.record = record;
            }
        }
    }
}

impl<R: Read> Iterator for Products<R> {
    type Item = Result<CsvProduct, RowProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.gatherer.pop() {
                return Some(item);
            }
            if self.ended {
                return None;
            }
            self.advance();
        }
    }
}
