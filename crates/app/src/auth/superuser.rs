//! `oxcart createsuperuser` and `oxcart changepassword`: accounts made and mended by whoever runs the shop.

use super::{FieldErrors, Registration};
use crate::failure::carries_failure;
use crate::{App, Failure, audit};
use credentials::password::policy::{self, Attributes};
use domain::audit::{Actor, Change};
use domain::cart::Owner;
use domain::customer::{self, User};
use domain::event::AccessEnded;
use domain::mail::Template;
use domain::staff::Role;
use domain::time::Timestamp;
use store::Tx;
use thiserror::Error;

/// Why there is no such account now.
#[derive(Debug, Error)]
pub enum SuperuserError {
    /// Something in it won't do.
    #[error("the account is not valid")]
    Invalid(FieldErrors),
    /// Nobody has this address.
    #[error("no account has this address")]
    NotFound,
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(SuperuserError);

/// An account that was made.
#[derive(Debug)]
pub struct Created(pub User);

impl App {
    /// Says what is wrong with a password, as registration would.
    #[must_use]
    pub fn password_problems(&self, password: &str, email: &str, first_name: &str, last_name: &str) -> Vec<String> {
        policy::validate(password, &Attributes { email, first_name, last_name }).err().unwrap_or_default()
    }

    /// The account with this address.
    pub async fn account(&self, email: &str) -> Result<Option<User>, Failure> {
        Ok(store::user::by_email(&self.db, &customer::email_key(email)).await?)
    }

    /// Opens an account that owns the shop: it may do everything.
    pub async fn create_superuser(&self, new: Registration, by: &Actor) -> Result<Created, SuperuserError> {
        self.create_account(new, Some(Role::Owner), by).await
    }

    /// Opens an account without rate limits or password rules, with a role in the shop or without.
    pub async fn create_account(
        &self,
        new: Registration,
        role: Option<Role>,
        by: &Actor,
    ) -> Result<Created, SuperuserError> {
        let password = self.hasher.make(&new.password, self.random()).await?;
        let user = self.new_user(new, password, role);
        let saved = store::retry(|| async {
            let tx = self.db.begin().await?;
            let saved = store::user::insert(&tx, &user).await?;
            let change = Change::of("user.create", format!("user:{}", saved.id), None, Some(&audit::user(&saved)));
            store::audit::append(&tx, by, change.as_slice(), user.date_joined).await?;
            tx.commit().await?;
            Ok::<_, store::Error>(saved)
        });
        let saved = saved.await.map_err(|error| match error.is_unique("users_email_key") {
            true => SuperuserError::Invalid(vec![("email".into(), vec![super::EMAIL_TAKEN.into()])]),
            false => error.into(),
        })?;
        Ok(Created(saved))
    }

    /// Sets a password and ends every session of the account.
    pub async fn reset_password(&self, email: &str, password: &str, by: &Actor) -> Result<(), SuperuserError> {
        let user = self.account(email).await?.ok_or(SuperuserError::NotFound)?;
        let encoded = self.hasher.make(password, self.random()).await?;
        self.save_password(user.id, &encoded, Some(by)).await?;
        Ok(())
    }

    /// Saves a password and ends every session, in one transaction; `by` whoever runs the shop, `None` by its owner.
    pub(super) async fn save_password(&self, user_id: i64, encoded: &str, by: Option<&Actor>) -> Result<(), Failure> {
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            self.replace_password(&tx, user_id, encoded, now).await?;
            if let Some(by) = by {
                let (object, told) = (format!("user:{user_id}"), audit::new_password());
                let change = Change { action: "user.change_password", object, before: None, after: Some(told) };
                store::audit::append(&tx, by, &[change], now).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Saves a password and ends every session of the account, and what was mailed to set another one.
    pub(super) async fn replace_password(
        &self,
        tx: &Tx,
        user_id: i64,
        encoded: &str,
        now: Timestamp,
    ) -> store::Result<()> {
        let version = store::user::set_password(tx, user_id, encoded).await?;
        store::token::revoke_all(tx, user_id, now).await?;
        store::account_token::end_all(tx, user_id, Template::PasswordReset).await?;
        let ended = AccessEnded { family: None, version: Some(version) };
        store::event::append(tx, &[ended.of(Owner::User(user_id))], now).await
    }
}
