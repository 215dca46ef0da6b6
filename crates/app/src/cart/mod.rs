//! Carts: of an account, or of an anonymous session.

mod add;
mod change;
mod kept;
mod merge;
mod read;

pub(crate) use add::Add;
pub use add::{AddError, Added, NewLine, Shopper};
pub use change::ChangeError;
pub(crate) use kept::Kept;
pub(crate) use read::ReadCart;
pub use store::cart::CartLine;

use crate::Failure;
use domain::cart::Owner;
use domain::event::{Audience, Event, Kind};
use domain::time::Timestamp;
use serde_json::json;
use store::Tx;

/// Records that a cart holds something else now.
pub(crate) async fn record_change(tx: &Tx, cart_id: i64, owner: Owner, now: Timestamp) -> Result<(), Failure> {
    let quantities = store::cart::quantities(tx, cart_id).await?;
    let units: i64 = quantities.iter().map(|(_, _, quantity)| quantity).sum();
    Ok(store::event::append(tx, &[changed(cart_id, owner, quantities.len(), units)], now).await?)
}

/// That a cart holds this many lines and units now.
pub(crate) fn changed(cart_id: i64, owner: Owner, lines: usize, units: i64) -> Event {
    let data = json!({"cart_id": cart_id, "lines": lines, "items": units});
    Event { kind: Kind::CartChanged, subject_id: cart_id, audience: Audience::Owner(owner), data }
}
