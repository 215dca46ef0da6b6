//! What was asked of a shop while it was tortured, what it answered, and how its books stood when all was quiet: plain
//! values, which checkers look at and a file keeps.

mod books;
mod recorder;
mod status;

pub(super) use books::{Books, Kept, Movement};
pub(super) use recorder::Recorder;
use serde::{Deserialize, Serialize};
pub(super) use status::Status;
use std::collections::BTreeMap;
use std::fmt;

/// Units by product.
pub(super) type Units = BTreeMap<i64, i64>;

/// The process that is the staff: it sees all orders and has no cart.
pub(super) const STAFF: usize = 0;

/// One run: who asked what, and what was there before and after.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct History {
    /// In the order in which they ended.
    pub(super) calls: Vec<Call>,
    /// How the shop stood when nothing happened any more.
    pub(super) books: Books,
    /// Servers were killed meanwhile: an answer may be missing, and 503 is no mistake.
    pub(super) had_kills: bool,
}

/// One request, from before it was sent until after it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Call {
    /// Whose cart and orders it is about. Several calls of one process may be under way at once: twins.
    pub(super) process: usize,
    /// Which instance was asked.
    pub(super) instance: usize,
    /// µs since the run began: it was not sent before.
    pub(super) invoked: u64,
    /// µs since the run began: its answer was there, or nobody waited any more.
    pub(super) returned: u64,
    /// What was asked.
    pub(super) asked: Asked,
    /// Its `Idempotency-Key`.
    pub(super) key: Option<String>,
    /// What came of it.
    pub(super) outcome: Outcome,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Asked {
    /// Put units of a product into the process's cart.
    Add { product: i64, quantity: i64 },
    /// Make an order of it.
    Place,
    /// Call an order off.
    Cancel { order: i64 },
    /// Staff: move an order on.
    Move { order: i64, to: Status },
    /// Staff: there are so many now.
    Restock { product: i64, level: i64 },
    /// How many are there?
    Look { product: i64 },
    /// The newest orders the process may see.
    List,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// It was done.
    Ok(Told),
    /// It was refused with this status: nothing was done.
    Fail(u16),
    /// No answer, or one that leaves open whether it was done: this status, or what the client said.
    Unknown(Option<u16>, String),
}

/// What an answer said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Told {
    /// Nothing that is looked at.
    Done,
    /// This order was placed.
    Placed { order: i64, units: Units },
    /// The order stands here now.
    Stands(Status),
    /// So many are there.
    Level(i64),
    /// These orders, newest first; there may be older ones if it is `cut`.
    Orders { seen: Vec<(i64, Status)>, cut: bool },
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// What is wrong, in a sentence.
    pub(super) what: String,
    /// The calls that tell the story, in order.
    pub(super) calls: Vec<Call>,
}

impl Finding {
    pub(super) fn new<'a>(what: impl Into<String>, calls: impl IntoIterator<Item = &'a Call>) -> Self {
        let mut calls: Vec<_> = calls.into_iter().cloned().collect();
        calls.sort_by_key(|call| (call.invoked, call.returned));
        Self { what: what.into(), calls }
    }
}

impl Call {
    /// What it was told, if it was done.
    pub(super) fn told(&self) -> Option<&Told> {
        match &self.outcome {
            Outcome::Ok(told) => Some(told),
            _ => None,
        }
    }

    /// Whether it may have been done although nobody said so.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.outcome, Outcome::Unknown(..))
    }

    /// The order that it was told to have placed, and what is in it.
    pub(super) fn placed(&self) -> Option<(i64, &Units)> {
        match self.told()? {
            Told::Placed { order, units } => Some((*order, units)),
            _ => None,
        }
    }

    /// Whether it was answered before the other one was sent.
    pub(super) fn is_before(&self, other: &Self) -> bool {
        self.returned < other.invoked
    }
}

/// One line for people.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { process, instance, invoked, returned, asked, key, outcome } = self;
        let ms = |micros: &u64| format!("{}.{:03}", micros / 1000, micros % 1000);
        write!(f, "{}–{} ms  process {process} at instance {instance}: {asked:?}", ms(invoked), ms(returned))?;
        if let Some(key) = key {
            write!(f, " with key {key}")?;
        }
        match outcome {
            Outcome::Ok(Told::Orders { seen, .. }) if seen.len() > 8 => {
                write!(f, " → {} orders, the newest {:?}", seen.len(), &seen[..8])
            }
            Outcome::Ok(told) => write!(f, " → {told:?}"),
            Outcome::Fail(status) => write!(f, " → refused, {status}"),
            Outcome::Unknown(Some(status), said) => write!(f, " → unknown, {status}: {said}"),
            Outcome::Unknown(None, said) => write!(f, " → unknown: {said}"),
        }
    }
}
