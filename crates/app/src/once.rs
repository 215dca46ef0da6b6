//! Exactly once, for clients that ask again because they don't know what became of it. A use case that takes a
//! [`Once`] keeps its answer in the transaction of its effect: either both are there or neither is. Whoever asks again
//! is told the same ([`App::recall`]), on any instance, after any crash.
//!
//! Refusals change nothing and are not kept: asking again after one tries again.

use crate::{App, Failure};
use domain::time::Timestamp;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use store::Tx;
use store::idempotency::{self, Kept};

pub use store::idempotency::{Key, caller};

/// A request that is to have its effect once.
#[derive(Clone, Debug)]
pub struct Request {
    /// What tells it from all others.
    pub key: Key,
    /// What is asked, see [`App::fingerprint`].
    pub fingerprint: String,
}

/// An answer as a client gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The status code.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// JSON.
    pub body: String,
}

/// A request together with what its answer will look like.
pub struct Keyed<T> {
    request: Arc<Request>,
    show: Arc<dyn Fn(&T) -> Shown + Send + Sync>,
}

/// For use cases whose effect can be asked for under a key: `None` when it is not.
pub type Once<T> = Option<Keyed<T>>;

impl<T> Clone for Keyed<T> {
    fn clone(&self) -> Self {
        Self { request: Arc::clone(&self.request), show: Arc::clone(&self.show) }
    }
}

impl<T> Keyed<T> {
    /// `show` has to make the same of the same.
    pub fn new(request: Request, show: impl Fn(&T) -> Shown + Send + Sync + 'static) -> Self {
        Self { request: Arc::new(request), show: Arc::new(show) }
    }

    /// The answer to what is about to be done, as it is kept.
    pub(crate) fn answer(&self, done: &T) -> (Key, Kept) {
        let Shown { status, location, body } = (self.show)(done);
        let fingerprint = self.request.fingerprint.clone();
        (self.request.key.clone(), Kept { fingerprint, status, location, body })
    }
}

/// Keeps the answer, if there is a key to keep it under. To be called last in the transaction of the effect.
pub(crate) async fn keep<T>(once: &Once<T>, tx: &Tx, done: &T, at: Timestamp) -> store::Result<()> {
    let Some(keyed) = once else { return Ok(()) };
    let (key, kept) = keyed.answer(done);
    idempotency::keep(tx, &key, &kept, at).await
}

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recalled {
    /// Nothing: it was not done.
    Nothing,
    /// It was done, and answered so.
    Answered(Shown),
    /// Something else was asked for under its key.
    Another,
}

/// The requests under way in this process.
#[derive(Clone, Default)]
pub(crate) struct UnderWay(Arc<Mutex<HashSet<Key>>>);

/// As long as it lives, its request is under way.
pub struct Entered {
    all: UnderWay,
    key: Key,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

impl App {
    /// What a request asks for, as a text that says nothing of it (a keyed hash: bodies may hold passwords).
    #[must_use]
    pub fn fingerprint(&self, asked: &str) -> String {
        credentials::fingerprint(asked, self.settings.secret_key.as_bytes())
    }

    /// Notes that a request is under way; `None` when it is already, in this process. On another instance a twin waits
    /// for the row that the first one writes.
    #[must_use]
    pub fn enter(&self, request: &Request) -> Option<Entered> {
        let is_first = self.under_way.0.lock().unwrap_or_else(PoisonError::into_inner).insert(request.key.clone());
        is_first.then(|| Entered { all: self.under_way.clone(), key: request.key.clone() })
    }

    /// What a request was answered, if it was done before.
    pub async fn recall(&self, request: &Request) -> Result<Recalled, Failure> {
        Ok(match idempotency::find(&self.db, &request.key).await? {
            None => Recalled::Nothing,
            Some(kept) if kept.fingerprint != request.fingerprint => Recalled::Another,
            Some(Kept { status, location, body, .. }) => Recalled::Answered(Shown { status, location, body }),
        })
    }
}
