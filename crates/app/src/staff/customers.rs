//! `/customers/`: who buys here, and whether they may log in.

use super::{end_logins, tell};
use crate::failure::carries_failure;
use crate::{App, Failure, Found, Slice, Sort, audit};
use domain::audit::{Actor, Change};
use domain::customer::User;
use domain::staff::{Duty, can_do_without};
use store::customer::{Customer, CustomerFilter, CustomersBy};
use thiserror::Error;

/// Why a customer stays as they are.
#[derive(Debug, Error)]
pub enum CustomerError {
    /// There is none.
    #[error("No Customer matches the given query.")]
    NotFound,
    /// It is an account of the staff, and whoever asks owns nothing.
    #[error("This account is of the staff: only an owner may do that.")]
    OwnersOnly,
    /// It would leave the shop without an owner.
    #[error("This is the last owner of the shop. Make somebody else an owner first.")]
    LastOwner,
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(CustomerError);

impl App {
    /// A page of the accounts a filter keeps, and how many it keeps.
    pub async fn customers(
        &self,
        filter: &CustomerFilter,
        sort: Sort<CustomersBy>,
        slice: &Slice,
    ) -> Result<Found<Customer>, Failure> {
        Ok(store::customer::page(&self.db, filter, sort, slice).await?)
    }

    /// One account.
    pub async fn customer(&self, id: i64) -> Result<Option<Customer>, Failure> {
        Ok(store::customer::by_id(&self.db, id).await?)
    }

    /// Lets an account log in or not, on behalf of `asker`; all logins of one that may not end.
    pub async fn set_active(
        &self,
        id: i64,
        is_active: bool,
        asker: &User,
        by: &Actor,
    ) -> Result<Customer, CustomerError> {
        store::retry(|| async {
            let (tx, now) = (self.db.begin().await?, self.now());
            let owners = store::staff::lock_owners(&tx).await?;
            let user = store::user::lock(&tx, id).await?.ok_or(CustomerError::NotFound)?;
            if user.is_staff() && !asker.may(Duty::Owner) {
                return Err(CustomerError::OwnersOnly);
            }
            if !is_active && !can_do_without(&owners, id) {
                return Err(CustomerError::LastOwner);
            }
            if user.is_active != is_active {
                store::user::set_active(&tx, id, is_active).await?;
                if !is_active {
                    end_logins(&tx, id, now).await?;
                }
                tell(&tx, id, now).await?;
                let changed = User { is_active, ..user.clone() };
                let (was, is) = (audit::user(&user), audit::user(&changed));
                let change = Change::of("user.update", format!("user:{id}"), Some(&was), Some(&is));
                store::audit::append(&tx, by, change.as_slice(), now).await?;
            }
            let saved = store::customer::by_id(&tx, id).await?.ok_or(CustomerError::NotFound)?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
    }
}
