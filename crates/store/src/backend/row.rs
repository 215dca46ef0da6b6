//! A row as both databases return it, read column by column in the order the statement lists them.

use crate::error::{Error, Result};
use domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug)]
pub struct Row(pub(super) Vec<Cell>);

/// One column of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bool(bool),
}

/// Reads a row's columns from left to right.
pub struct Cells {
    cells: std::vec::IntoIter<Cell>,
    at: usize,
}

impl Row {
    /// Starts reading at the first column.
    #[must_use]
    pub fn cells(self) -> Cells {
        Cells { cells: self.0.into_iter(), at: 0 }
    }

    /// The only column of a row.
    pub fn only<T: FromCell>(self) -> Result<T> {
        self.cells().get()
    }
}

impl Cells {
    /// The next column.
    pub fn get<T: FromCell>(&mut self) -> Result<T> {
        let column = self.at;
        self.at += 1;
        let cell = self.cells.next().unwrap_or(Cell::Null);
        T::from_cell(cell).map_err(|found| Error::Shape { column, wanted: T::NAME, found })
    }
}

/// A type a column can be read as.
pub trait FromCell: Sized {
    /// What to call it in an error.
    const NAME: &'static str;
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "cells stay inside the backend; only its own types implement this")]
    fn from_cell(cell: Cell) -> Result<Self, String>;
}

macro_rules! from_cell {
    ($type:ty, $name:literal, $($pattern:pat => $value:expr),+) => {
        impl FromCell for $type {
            const NAME: &'static str = $name;
            #[expect(private_interfaces, reason = "as the trait")]
            fn from_cell(cell: Cell) -> Result<Self, String> {
                match cell {
                    $($pattern => Ok($value),)+
                    other => Err(format!("{other:?}")),
                }
            }
        }
    };
}

from_cell!(i64, "an integer", Cell::Int(value) => value);
from_cell!(String, "a text", Cell::Text(value) => value);
from_cell!(bool, "a flag", Cell::Bool(value) => value, Cell::Int(value) => value != 0);
from_cell!(Timestamp, "an instant", Cell::Int(value) => Timestamp(value));

impl<T: FromCell> FromCell for Option<T> {
    const NAME: &'static str = T::NAME;
    #[expect(private_interfaces, reason = "as the trait")]
    fn from_cell(cell: Cell) -> Result<Self, String> {
        match cell {
            Cell::Null => Ok(None),
            some => T::from_cell(some).map(Some),
        }
    }
}

/// A list of texts, stored as a JSON array.
impl FromCell for Vec<String> {
    const NAME: &'static str = "a JSON list of texts";
    #[expect(private_interfaces, reason = "as the trait")]
    fn from_cell(cell: Cell) -> Result<Self, String> {
        let text = String::from_cell(cell)?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}
