//! What a shop's books say when nothing happens any more.

use super::{Status, Units};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Read when all is quiet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Books {
    /// How many there were of each product when the run began.
    pub(in super::super) initial: Units,
    /// How many each instance says there are.
    pub(in super::super) levels: Vec<Units>,
    /// Every order, by id.
    pub(in super::super) orders: BTreeMap<i64, Kept>,
    /// What is left in the carts, by process.
    pub(in super::super) carts: BTreeMap<usize, Units>,
    /// The stock ledger since the run began, in its order.
    pub(in super::super) ledger: Vec<Movement>,
    /// What `oxcart doctor` found.
    pub(in super::super) doctor: Vec<String>,
}

/// An order as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Kept {
    /// Whose list it is in; nobody's if it is only seen by the staff.
    pub(in super::super) process: Option<usize>,
    /// Where it stands.
    pub(in super::super) status: Status,
    /// What is in it.
    pub(in super::super) units: Units,
}

/// A line of the stock ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Movement {
    /// Of what.
    pub(in super::super) product: i64,
    /// How many came; negative when they left.
    pub(in super::super) delta: i64,
    /// How many there were then.
    pub(in super::super) level: i64,
    /// `order`, `cancellation` or `adjustment`.
    pub(in super::super) reason: String,
    /// For which order.
    pub(in super::super) order: Option<i64>,
}
