//! The two people of the demo shop: one who buys and one who keeps the shop.
//! Their passwords are public on purpose and still pass Django's password validators, so they can be typed
//! into any form that enforces the usual rules.

/// Somebody who can log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub email: &'static str,
    /// Plain text; hash it before it is saved.
    pub password: &'static str,
    pub first_name: &'static str,
    pub last_name: &'static str,
    /// May open the admin.
    pub staff: bool,
}

/// Everybody who can log in to the demo shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct People {
    pub customer: Person,
    pub staff: Person,
}

pub(crate) const fn people() -> People {
    People {
        customer: Person {
            email: "customer@example.com",
            password: "market-day-2026",
            first_name: "Clara",
            last_name: "Whitlow",
            staff: false,
        },
        staff: Person {
            email: "staff@example.com",
            password: "open-the-shutters-2026",
            first_name: "Tobias",
            last_name: "Hale",
            staff: true,
        },
    }
}
