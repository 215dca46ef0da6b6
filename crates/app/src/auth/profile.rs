//! `PUT` and `PATCH /user/profile/`

use super::{EMAIL_TAKEN, FieldErrors};
use crate::failure::carries_failure;
use crate::{App, Failure};
use domain::customer::{self, User};
use domain::event::Event;
use thiserror::Error;

/// What somebody changes of their own account; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// Address.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

/// Why nothing was changed.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// Something in it won't do.
    #[error("the profile is not valid")]
    Invalid(FieldErrors),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(ProfileError);

impl App {
    /// Changes an account and returns it as it is now.
    pub async fn update_profile(&self, user: &User, change: ProfileChange) -> Result<User, ProfileError> {
        let email = change.email.map(|email| customer::normalize_email(&email));
        // Another address is one that nobody has confirmed.
        let is_same = |email: &String| customer::email_key(email) == customer::email_key(&user.email);
        let email_confirmed = user.email_confirmed && email.as_ref().is_none_or(is_same);
        let changed = User {
            email_confirmed,
            email: email.unwrap_or_else(|| user.email.clone()),
            first_name: change.first_name.unwrap_or_else(|| user.first_name.clone()),
            last_name: change.last_name.unwrap_or_else(|| user.last_name.clone()),
            phone: change.phone.unwrap_or_else(|| user.phone.clone()),
            ..user.clone()
        };
        let saved = store::retry(|| async {
            let tx = self.db.begin().await?;
            store::user::update_profile(&tx, &changed, &customer::email_key(&changed.email)).await?;
            store::event::append(&tx, &[Event::account_changed(user.id)], self.now()).await?;
            tx.commit().await
        });
        saved.await.map_err(|error| match error.is_unique("users_email_key") {
            true => ProfileError::Invalid(vec![("email".into(), vec![EMAIL_TAKEN.into()])]),
            false => error.into(),
        })?;
        Ok(changed)
    }
}
