//! Mails to customers, by way of an outbox: a row written in the transaction of what it tells of, sent afterwards by
//! whichever instance comes first, put into words when it is sent or looked at.
//!
//! - Orders are told of by the event log, which is written in their transaction: [`collect`] reads it on from a cursor of
//!   its own and writes the rows, so the path of an order knows nothing of mails.
//! - Links carry tokens that the database knows only by their hash. A token is made of the row and the secret key, so it
//!   is nowhere at rest and the same in every attempt.
//! - [`deliver`] claims what is due for a while by one conditional update, as many as it sends at once, those about
//!   accounts first; an instance that dies leaves them to the others, one that stops gives them back. Every mail is sent
//!   at least once, under a `Message-ID` that stays the same.

mod attempt;
mod collect;
mod deliver;
mod look;
mod retry;
mod stop;
mod words;

pub use deliver::Delivery;
pub use look::Looked;
pub use retry::RetryError;
pub use stop::Stop;
pub use store::mail::MailsBy;

use domain::time::Timestamp;
use std::pin::Pin;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Notify;

/// What the operator sets about mails.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The shop as mails name it.
    pub shop: ::mail::Shop,
    /// The first pause after an attempt that failed.
    pub retry_pause: Duration,
    /// How long the outbox remembers.
    pub retention: Duration,
}

/// A mail as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What tells it from all others, the same in every attempt: the part of a `Message-ID` before the `@`.
    pub id: String,
    /// Its address.
    pub to: String,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub words: ::mail::Rendered,
}

/// Why a mail did not get through. The texts may name the recipient: they are for the staff, not for the log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SendError {
    /// Time, or the operator, may mend it: no connection, a server that is busy or does not like the sender.
    #[error("{0}")]
    Temporary(String),
    /// There is no such recipient, as far as the server knows.
    #[error("{0}")]
    Permanent(String),
}

/// Hands mails to whoever carries them.
pub trait Mailer: Send + Sync {
    /// Hands one over; when this succeeds, the other side has taken it on.
    fn send<'a>(&'a self, letter: &'a Letter) -> Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>>;
}

/// Rung when there may be something to collect, or to send.
#[derive(Default)]
pub(crate) struct Bells {
    pub(crate) collect: Notify,
    pub(crate) send: Notify,
}

/// How long a mail about an order is tried, in seconds.
const TRIED: i64 = 3 * 24 * 60 * 60;
