//! Who a visitor of the demo shop may be.

use serde::Serialize;

/// An account and its password, which are no secret.
#[derive(Clone, Debug, Serialize)]
pub struct Login {
    /// The address to log in with.
    pub email: String,
    /// In the clear: it stands on the pages of the demo.
    pub password: String,
}

/// The accounts of the demo shop.
#[derive(Clone, Debug, Serialize)]
pub struct DemoLogins {
    /// Somebody who buys.
    pub customer: Login,
    /// Somebody who runs the shop.
    pub staff: Login,
}
