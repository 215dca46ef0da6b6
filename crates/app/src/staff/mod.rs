//! What the staff does besides the catalogue and orders: who belongs to it, customers, and how business goes.

mod customers;
mod dashboard;
mod kept;
mod members;

pub use customers::CustomerError;
pub use dashboard::{Dashboard, DayOfSales};
pub(crate) use kept::Dashboards;
pub use members::MemberError;
pub use store::customer::{Customer, CustomerFilter, CustomersBy};
pub use store::dashboard::{Scarce, Seller};
pub use store::staff::MembersBy;

use domain::cart::Owner;
use domain::event::{AccessEnded, Event};
use domain::time::Timestamp;
use store::{Result, Tx};

/// Ends every login of an account in this transaction, and all that they opened.
async fn end_logins(tx: &Tx, user_id: i64, now: Timestamp) -> Result<()> {
    let version = store::user::end_sessions(tx, user_id).await?;
    store::token::revoke_all(tx, user_id, now).await?;
    let ended = AccessEnded { family: None, version: Some(version) };
    store::event::append(tx, &[ended.of(Owner::User(user_id))], now).await
}

/// Tells every instance that an account is another one now.
async fn tell(tx: &Tx, user_id: i64, now: Timestamp) -> Result<()> {
    store::event::append(tx, &[Event::account_changed(user_id)], now).await
}
