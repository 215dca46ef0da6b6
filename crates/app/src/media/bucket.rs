//! A bucket that keeps uploads for all instances of a shop, as far as use cases know it.

use bytes::Bytes;
use std::fmt;
use std::pin::Pin;

/// What a bucket is asked for comes later, or why it does not: in words that say what to do.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>;

/// Keeps files under names such as `uploads/<hash>/320.jpg`.
pub trait Bucket: fmt::Debug + Send + Sync {
    /// Keeps a file, in the place of one that has its name.
    fn keep<'a>(&'a self, name: &'a str, bytes: Bytes) -> Later<'a, ()>;

    /// Forgets a file; one that is not there is fine.
    fn forget<'a>(&'a self, name: &'a str) -> Later<'a, ()>;

    /// Names that begin with `start`, in order, the first thousand.
    fn names<'a>(&'a self, start: &'a str) -> Later<'a, Vec<String>>;
}
