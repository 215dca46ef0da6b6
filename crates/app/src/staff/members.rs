//! `/staff/members/`: who belongs to the staff, and as what. There is always an owner left.

use super::{end_logins, tell};
use crate::failure::carries_failure;
use crate::{App, Failure, audit};
use domain::audit::{Actor, Change};
use domain::customer::{self, User};
use domain::staff::{Role, can_do_without};
use store::staff::MembersBy;
use store::{Found, Slice, Sort, Tx};
use thiserror::Error;

/// Why the staff stays as it is.
#[derive(Debug, Error)]
pub enum MemberError {
    /// Nobody of the staff has this id.
    #[error("No Member matches the given query.")]
    NotFound,
    /// Nobody has this address.
    #[error(
        "No account has this address. Whoever is to join registers first, or is made with `oxcart createsuperuser`."
    )]
    NoAccount,
    /// Whoever registered the address has not shown that it is theirs.
    #[error(
        "Whoever registered this address has not confirmed yet that it is theirs, so it may be anybody. They follow the \
         link that was mailed to them first; or `oxcart createsuperuser` makes an account for them."
    )]
    Unconfirmed,
    /// It would leave the shop without an owner.
    #[error("This is the last owner of the shop. Make somebody else an owner first.")]
    LastOwner,
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(MemberError);

impl App {
    /// A page of the staff, and how many there are.
    pub async fn members(&self, sort: Sort<MembersBy>, slice: &Slice) -> Result<Found<User>, Failure> {
        Ok(store::staff::members(&self.db, sort, slice).await?)
    }

    /// Takes the account with this address into the staff, or gives it another role if it is there. Anybody can register
    /// any address: only whoever confirmed that it is theirs is taken in. Who is of the staff already is known otherwise.
    pub async fn add_member(&self, email: &str, role: Role, by: &Actor) -> Result<User, MemberError> {
        let found = store::user::by_email(&self.db, &customer::email_key(email)).await?;
        let id = found.ok_or(MemberError::NoAccount)?.id;
        // Asked under lock: the account may have moved to another address since it was found.
        let is_known_by = |user: &User| match user {
            _ if customer::email_key(&user.email) != customer::email_key(email) => Err(MemberError::NoAccount),
            _ if user.is_staff() || user.has_confirmed(email) => Ok(()),
            _ => Err(MemberError::Unconfirmed),
        };
        self.change_role(id, Some(role), by, is_known_by).await
    }

    /// Gives a member of the staff another role.
    pub async fn change_member(&self, id: i64, role: Role, by: &Actor) -> Result<User, MemberError> {
        self.change_role(id, Some(role), by, is_member).await
    }

    /// Makes a member of the staff a customer; all their logins end.
    pub async fn remove_member(&self, id: i64, by: &Actor) -> Result<User, MemberError> {
        self.change_role(id, None, by, is_member).await
    }

    async fn change_role(
        &self,
        id: i64,
        role: Option<Role>,
        by: &Actor,
        check: impl Fn(&User) -> Result<(), MemberError> + Send + Sync,
    ) -> Result<User, MemberError> {
        store::retry(|| async {
            let tx = self.db.begin().await?;
            // Owners first, in the order of their ids: of two who demote each other one comes second and is refused.
            let owners = store::staff::lock_owners(&tx).await?;
            let user = store::user::lock(&tx, id).await?.ok_or(MemberError::NotFound)?;
            check(&user)?;
            if role != Some(Role::Owner) && !can_do_without(&owners, id) {
                return Err(MemberError::LastOwner);
            }
            let changed = User { role, is_superuser: role == Some(Role::Owner), ..user.clone() };
            if changed != user {
                self.save_role(&tx, &user, &changed, by).await?;
                tx.commit().await?;
            }
            Ok(changed)
        })
        .await
    }

    async fn save_role(&self, tx: &Tx, before: &User, after: &User, by: &Actor) -> Result<(), Failure> {
        let (id, now) = (after.id, self.now());
        store::staff::set_role(tx, id, after.role).await?;
        if after.role.is_none() {
            end_logins(tx, id, now).await?;
        }
        tell(tx, id, now).await?;
        let (was, is) = (audit::user(before), audit::user(after));
        let change = Change::of("user.update", format!("user:{id}"), Some(&was), Some(&is));
        Ok(store::audit::append(tx, by, change.as_slice(), now).await?)
    }
}

fn is_member(user: &User) -> Result<(), MemberError> {
    if user.is_staff() { Ok(()) } else { Err(MemberError::NotFound) }
}
