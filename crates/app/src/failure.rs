//! What can go wrong in any use case, besides its own refusals.

use thiserror::Error;

/// A failure that is nobody's wish: the database, or too much at once.
#[derive(Clone, Debug, Error)]
pub enum Failure {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Too much of something expensive is under way; try again in this many seconds.
    #[error("too busy")]
    Busy(u64),
    /// Nothing was done, because the login is not what was assumed of it: [`crate::App::confirm`] it.
    #[error("the login was changed meanwhile")]
    Outdated,
}

impl Failure {
    /// Whether what failed fails for everybody alike, or may have been done: trying each alone would not help.
    pub(crate) const fn is_of_all(&self) -> bool {
        match self {
            Self::Store(error) => {
                use store::Error::{Busy, OutcomeUnknown, Unavailable};
                matches!(error, Busy(_) | Unavailable(_) | OutcomeUnknown(_))
            }
            Self::Busy(_) => true,
            Self::Outdated => false,
        }
    }
}

impl store::Transient for Failure {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }
}

/// Gives a use case's error enum with a `Failure(Failure)` variant the conversions and the retry rule that `?` and
/// [`store::retry`] need.
macro_rules! carries_failure {
    ($error:ty) => {
        impl From<store::Error> for $error {
            fn from(error: store::Error) -> Self {
                Self::Failure(error.into())
            }
        }
        impl From<crate::Failure> for $error {
            fn from(failure: crate::Failure) -> Self {
                Self::Failure(failure)
            }
        }
        impl store::Transient for $error {
            fn is_transient(&self) -> bool {
                matches!(self, Self::Failure(failure) if failure.is_transient())
            }
        }
    };
}
pub(crate) use carries_failure;
