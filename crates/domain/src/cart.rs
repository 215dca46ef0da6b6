//! What fits into a cart, and how two carts become one.

/// Whose cart or order it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// An account, by id.
    User(i64),
    /// An anonymous session, by id.
    Session(i64),
}

impl Owner {
    /// The account's id, if it is one.
    #[must_use]
    pub const fn user_id(self) -> Option<i64> {
        match self {
            Self::User(id) => Some(id),
            Self::Session(_) => None,
        }
    }

    /// The session's id, if it is one.
    #[must_use]
    pub const fn session_id(self) -> Option<i64> {
        match self {
            Self::User(_) => None,
            Self::Session(id) => Some(id),
        }
    }
}

/// Why a quantity can't be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// More than is there; holds how many of it could be in the cart in all.
    InsufficientStock {
        /// Units in stock.
        available: i64,
    },
    /// More than one line may hold.
    TooMany {
        /// The most a line may hold.
        limit: i64,
    },
}

/// The quantity of a line after `adding` to what it `has`. A cart is no reservation: the stock is looked at again,
/// under lock, when the order is placed.
pub fn add(has: i64, adding: i64, stock: i64, limit: i64) -> Result<i64, Refusal> {
    let wanted = has.saturating_add(adding);
    match wanted {
        _ if wanted > limit => Err(Refusal::TooMany { limit }),
        _ if wanted > stock => Err(Refusal::InsufficientStock { available: stock }),
        _ => Ok(wanted),
    }
}

/// The quantity of a line that two carts share. Never less than either: what does not fit into the stock is told at
/// checkout, where the customer can decide, and is not silently taken away here.
#[must_use]
pub fn merge(one: i64, other: i64, limit: i64) -> i64 {
    one.saturating_add(other).min(limit).max(one).max(other)
}
