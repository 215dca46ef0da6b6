//! What happened in the shop, as rows of one log: written in the transaction of the change, read by everything live.

use crate::cart::Owner;
use serde_json::Value;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `order.placed`, `cart.changed`, …
    pub kind: Kind,
    /// The id of what it happened to: the order, the cart, the product.
    pub subject_id: i64,
    /// Who may read it besides the staff; `None` for everybody (the catalogue).
    pub audience: Option<Owner>,
    /// What to tell, as a JSON object.
    pub data: Value,
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
}

impl Kind {
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
        }
    }

    /// The noun it is about: `order`, `cart` or `product`.
    #[must_use]
    pub fn subject(self) -> &'static str {
        self.as_str().split('.').next().unwrap_or_default()
    }
}
