//! What can go wrong between the shop and its database, sorted by what the caller can do about it.

use thiserror::Error;

/// A failed statement or transaction.
#[derive(Clone, Debug, Error)]
pub enum Error {
    /// The database can't be reached, or did not answer in time. Nothing was changed; trying again later may help.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// More is to be done than can be, and this is not begun. Nothing was changed; trying again later may help.
    #[error("too busy: {0}")]
    Busy(&'static str),
    /// The transaction lost a race (40001, 40P01, SQLITE_BUSY). Nothing was changed; running it again as a whole helps.
    #[error("the transaction has to run again: {0}")]
    Retry(String),
    /// The connection went while committing: the change may or may not have been saved.
    #[error("whether the change was saved is unknown: {0}")]
    OutcomeUnknown(String),
    /// A unique constraint or index refused a row; holds `table_column`.
    #[error("a row with this {0} exists already")]
    Unique(String),
    /// A check or foreign key refused a row: a bug, or data that breaks a rule of the shop.
    #[error("the database refused a row: {0}")]
    Refused(String),
    /// A column came in another shape than the statement promised: a bug.
    #[error("column {column} is {found}, wanted {wanted}")]
    Shape {
        /// Its index.
        column: usize,
        /// What was wanted.
        wanted: &'static str,
        /// What came.
        found: String,
    },
    /// The database file or its schema can't be used; says what to do.
    #[error("{0}")]
    Unusable(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// With [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether a unique constraint of this name (`users_email_key`) refused the row.
    #[must_use]
    pub fn is_unique(&self, name: &str) -> bool {
        matches!(self, Self::Unique(what) if what == name)
    }
}
