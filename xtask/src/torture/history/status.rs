//! Where an order stands, and which way it may go: as the contract with the shop's clients says it, on purpose not as
//! its code does.

use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in super::super) enum Status {
    Pending,
    Processing,
    Shipped,
    Delivered,
    Cancelled,
}

impl Status {
    const ALL: [Self; 5] = [Self::Pending, Self::Processing, Self::Shipped, Self::Delivered, Self::Cancelled];

    /// As the API writes it.
    pub(in super::super) fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status that the API writes so.
    pub(in super::super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether an order that stood here may be seen there later.
    pub(in super::super) fn leads_to(self, later: Self) -> bool {
        let place = |status| Self::ALL.iter().position(|one| *one == status);
        match (self, later) {
            _ if self == later => true,
            (Self::Pending | Self::Processing, Self::Cancelled) => true,
            (Self::Cancelled, _) | (_, Self::Cancelled) => false,
            _ => place(self) < place(later),
        }
    }
}
