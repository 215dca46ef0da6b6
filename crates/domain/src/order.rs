//! Orders: what a cart becomes, and the states an order goes through.

use crate::money;
use crate::time::Timestamp;
use std::collections::HashMap;
use thiserror::Error;

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Placed, nothing done yet.
    Pending,
    /// Being made ready.
    Processing,
    /// On its way.
    Shipped,
    /// With the customer.
    Delivered,
    /// Called off; its stock went back.
    Cancelled,
}

impl Status {
    /// All of them, in the order of an order's life.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Processing, Self::Shipped, Self::Delivered, Self::Cancelled];

    /// As stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// The steps that may follow: forward along the line, skipping allowed; cancelled while nothing has left the
    /// house. Delivered and cancelled are final.
    #[must_use]
    pub fn allowed(self) -> Vec<Self> {
        Self::ALL.into_iter().filter(|next| self.may_become(*next)).collect()
    }

    fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Delivered | Self::Cancelled, _) => false,
            (Self::Pending | Self::Processing, Self::Cancelled) => true,
            (_, Self::Cancelled) => false,
            _ => next > self,
        }
    }
}

/// What a wish for another status comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It has that status already; nothing happens.
    Stay,
    /// It moves on.
    Advance,
    /// It is called off and its stock goes back.
    Cancel,
}

/// Decides what becomes of an order that is to change from one status to another; `None` when it may not.
#[must_use]
pub fn step(from: Status, to: Status) -> Option<Step> {
    match to {
        _ if from == to => Some(Step::Stay),
        _ if !from.may_become(to) => None,
        Status::Cancelled => Some(Step::Cancel),
        _ => Some(Step::Advance),
    }
}

/// A placed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: i64,
    /// What people call it by: `OX-7K3M9QWD`.
    pub number: String,
    /// The account it belongs to.
    pub user_id: Option<i64>,
    /// The anonymous session it belongs to.
    pub session_id: Option<i64>,
    /// Where it stands.
    pub status: Status,
    /// The sum of its lines, minor units.
    pub total: i64,
    /// ISO 4217 code at the time.
    pub currency: String,
    /// What was bought.
    pub lines: Vec<Line>,
    /// Who it is for and how to reach them, as they said it when they ordered.
    pub contact: Option<Contact>,
    /// Placed.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// Who an order is for and how to reach them. What nobody said is empty; stored as JSON without what is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Where mails about the order go.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// The recipient.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Telephone.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Street and number, possibly over several lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Postal code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// Town.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// Country.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// What the customer wants to say.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Contact {
    /// The longest address of a street, in characters.
    pub const ADDRESS_LENGTH: usize = 250;
    /// The longest postal code, in characters.
    pub const POSTCODE_LENGTH: usize = 20;
    /// The longest name of a town or a country, in characters.
    pub const PLACE_LENGTH: usize = 100;
    /// The longest note, in characters.
    pub const NOTE_LENGTH: usize = 1000;

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One line of an order: a snapshot, so that later changes of the product leave it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The product.
    pub product_id: i64,
    /// The variant of it.
    pub variant_id: i64,
    /// The variant's SKU then.
    pub sku: Option<String>,
    /// The product's name then.
    pub name: String,
    /// The variant's option values then.
    pub option_values: Vec<String>,
    /// The price of one then, minor units.
    pub unit_price: i64,
    /// How many.
    pub quantity: i64,
    /// `unit_price × quantity`, minor units.
    pub subtotal: i64,
}

/// A cart line as read under lock for placing an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The product.
    pub product_id: i64,
    /// The variant.
    pub variant_id: i64,
    /// SKU.
    pub sku: Option<String>,
    /// The product's name.
    pub name: String,
    /// Option values.
    pub option_values: Vec<String>,
    /// Minor units.
    pub unit_price: i64,
    /// How many are wanted; at least 1.
    pub quantity: i64,
    /// How many there are.
    pub stock: i64,
}

/// A line that does not fit into the stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The product.
    pub product_id: i64,
    /// The variant.
    pub variant_id: i64,
    /// Wanted.
    pub requested: i64,
    /// There.
    pub available: i64,
}

/// Why a cart does not become an order.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing in it.
    #[error("Cart is empty")]
    Empty,
    /// Some lines want more than there is.
    #[error("Insufficient stock")]
    InsufficientStock(Vec<Shortage>),
    /// The total is beyond what the shop can handle.
    #[error("The total of this cart is too large")]
    TooLarge,
}

/// What is to be saved for a cart that becomes an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The order's lines.
    pub lines: Vec<Line>,
    /// Their sum, minor units.
    pub total: i64,
}

/// Decides whether these lines become an order, all or nothing.
pub fn place(wanted: Vec<Wanted>) -> Result<Placement, Refusal> {
    if wanted.is_empty() {
        return Err(Refusal::Empty);
    }
    let short = |line: &&Wanted| line.quantity > line.stock;
    let shortages: Vec<_> = wanted.iter().filter(short).map(Shortage::of).collect();
    if !shortages.is_empty() {
        return Err(Refusal::InsufficientStock(shortages));
    }
    let lines: Vec<_> = wanted.into_iter().map(Line::snapshot).collect::<Option<_>>().ok_or(Refusal::TooLarge)?;
    let total = money::total(lines.iter().map(|line| line.subtotal)).ok_or(Refusal::TooLarge)?;
    Ok(Placement { lines, total })
}

/// Decides about several carts, in order: each sees the stock that those before it have left. What is refused leaves
/// the others alone.
#[must_use]
pub fn place_in_turn(carts: Vec<Vec<Wanted>>) -> Vec<Result<Placement, Refusal>> {
    let mut taken: HashMap<i64, i64> = HashMap::new();
    let place_next = |mut cart: Vec<Wanted>| {
        for line in &mut cart {
            line.stock -= taken.get(&line.variant_id).copied().unwrap_or_default();
        }
        let placement = place(cart)?;
        for line in &placement.lines {
            *taken.entry(line.variant_id).or_default() += line.quantity;
        }
        Ok(placement)
    };
    carts.into_iter().map(place_next).collect()
}

impl Shortage {
    const fn of(line: &Wanted) -> Self {
        Self {
            product_id: line.product_id,
            variant_id: line.variant_id,
            requested: line.quantity,
            available: line.stock,
        }
    }
}

impl Line {
    fn snapshot(line: Wanted) -> Option<Self> {
        let subtotal = money::subtotal(line.unit_price, line.quantity)?;
        let Wanted { product_id, variant_id, sku, name, option_values, unit_price, quantity, .. } = line;
        Some(Self { product_id, variant_id, sku, name, option_values, unit_price, quantity, subtotal })
    }
}

/// An order number from eight random bytes: `OX-` and eight signs of Crockford's base 32 (no I, L, O, U), 40 bits.
#[must_use]
pub fn number(random: [u8; 8]) -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let signs = random.iter().map(|byte| char::from(SIGNS[usize::from(byte & 31)]));
    "OX-".chars().chain(signs).collect()
}
