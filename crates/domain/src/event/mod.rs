//! What happened in the shop, as rows of one log: written in the transaction of the change, read by everything live.
//! [`Topic`] and [`Reader`] say who hears of what.

mod topic;

pub use topic::{Channel, Reader, Topic, UnknownTopic};

use crate::cart::Owner;
use crate::time::Timestamp;
use serde_json::Value;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `order.placed`, `cart.changed`, …
    pub kind: Kind,
    /// The id of what it happened to: the order, the cart, the product.
    pub subject_id: i64,
    /// Who may read it.
    pub audience: Audience,
    /// What to tell, as a JSON object.
    pub data: Value,
}

/// Who may read an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Everybody: what happens in the catalogue.
    Everybody,
    /// Whose cart or order it is, and the staff as far as it may see such things.
    Owner(Owner),
    /// The staff alone: what happens to products customers don't see, and to orders of nobody.
    Staff,
}

/// An event as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its place: events are read in this order, and no event ever appears before one that was read already.
    pub seq: i64,
    /// `order.placed`, `cart.changed`, …
    pub kind: Kind,
    /// The id of what it happened to.
    pub subject_id: i64,
    /// Who may read it.
    pub audience: Audience,
    /// What to tell, a JSON object as text.
    pub data: String,
    /// When it happened.
    pub at: Timestamp,
}

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An order was placed.
    OrderPlaced,
    /// An order moved on.
    OrderStatusChanged,
    /// An order was called off.
    OrderCancelled,
    /// A cart holds something else now.
    CartChanged,
    /// A product joined the catalogue.
    ProductCreated,
    /// A product changed.
    ProductUpdated,
    /// A product left the catalogue.
    ProductDeleted,
    /// A product's stock changed.
    StockChanged,
    /// The last unit of a product went.
    SoldOut,
    /// A sold-out product can be had again.
    BackInStock,
    /// Something changed that many products show: a category, or everything at once. Told to nobody; what is kept ready
    /// of the catalogue has to be made anew.
    CatalogueChanged,
    /// An account is another one now: its owner changed their name or address, or it may do something else. Told to
    /// nobody; what is remembered of it has to be read anew.
    AccountChanged,
    /// One that this release does not know, from a newer one on the same database. Told to nobody.
    Unknown,
    /// A login or a session ended: what it opened has to close. Told to nobody; `data` is [`AccessEnded`].
    AccessEnded,
}

/// What no longer lets anybody in, as the data of [`Kind::AccessEnded`]. The audience says whose it was; without
/// `family` and `version` it is all they had.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AccessEnded {
    /// Only the login with this token family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Only tokens older than this version of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl AccessEnded {
    /// As an event about an account or a session.
    #[must_use]
    pub fn of(self, owner: Owner) -> Event {
        let subject_id = match owner {
            Owner::User(id) | Owner::Session(id) => id,
        };
        let data = serde_json::json!(self);
        Event { kind: Kind::AccessEnded, subject_id, audience: Audience::Owner(owner), data }
    }
}

impl Event {
    /// That an account is another one now.
    #[must_use]
    pub fn account_changed(id: i64) -> Self {
        Self { kind: Kind::AccountChanged, subject_id: id, audience: Audience::Staff, data: serde_json::json!({}) }
    }

    /// That something changed which many products show.
    #[must_use]
    pub fn catalogue_changed() -> Self {
        let data = serde_json::json!({});
        Self { kind: Kind::CatalogueChanged, subject_id: 0, audience: Audience::Staff, data }
    }
}

impl Kind {
    /// All that this release knows.
    pub const ALL: [Self; 13] = [
        Self::OrderPlaced,
        Self::OrderStatusChanged,
        Self::OrderCancelled,
        Self::CartChanged,
        Self::ProductCreated,
        Self::ProductUpdated,
        Self::ProductDeleted,
        Self::StockChanged,
        Self::SoldOut,
        Self::BackInStock,
        Self::CatalogueChanged,
        Self::AccountChanged,
        Self::AccessEnded,
    ];

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// As stored and sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrderPlaced => "order.placed",
            Self::OrderStatusChanged => "order.status_changed",
            Self::OrderCancelled => "order.cancelled",
            Self::CartChanged => "cart.changed",
            Self::ProductCreated => "product.created",
            Self::ProductUpdated => "product.updated",
            Self::ProductDeleted => "product.deleted",
            Self::StockChanged => "product.stock_changed",
            Self::SoldOut => "product.sold_out",
            Self::BackInStock => "product.back_in_stock",
            Self::CatalogueChanged => "catalogue.changed",
            Self::AccountChanged => "account.changed",
            Self::AccessEnded => "access.ended",
            Self::Unknown => "unknown",
        }
    }

    /// The noun it is about: `order`, `cart`, `product`, `catalogue`, `account` or `access`.
    #[must_use]
    pub fn subject(self) -> &'static str {
        self.as_str().split('.').next().unwrap_or_default()
    }
}
