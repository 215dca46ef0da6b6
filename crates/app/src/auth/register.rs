//! `POST /user/register/`

use super::{EMAIL_TAKEN, FieldErrors};
use crate::failure::carries_failure;
use crate::once::{self, Once};
use crate::{App, Failure};
use credentials::password::policy::{self, Attributes};
use domain::customer::{self, User};
use domain::mail::Template;
use domain::staff::Role;
use std::time::Duration;
use store::user::NewUser;
use thiserror::Error;

/// Who registers; lengths and the form of the address were checked when it was read.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Address.
    pub email: String,
    /// In the clear; only its hash is kept.
    pub password: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Telephone.
    pub phone: String,
}

/// Why nobody was registered.
#[derive(Debug, Error)]
pub enum RegistrationError {
    /// Something in it won't do.
    #[error("the registration is not valid")]
    Invalid(FieldErrors),
    /// Too many from this address.
    #[error("too many registrations")]
    Throttled(Duration),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(RegistrationError);

impl App {
    /// Opens an account, and mails its owner a link that confirms the address. `address` is the caller's, for the rate limit.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn register(
        &self,
        new: Registration,
        address: &str,
        once: Once<User>,
    ) -> Result<User, RegistrationError> {
        let rate = self.settings.register_rate;
        let before = self.shared.peek(&format!("register:{address}")).await;
        if let Some(wait) = rate.wait(before) {
            return Err(RegistrationError::Throttled(wait));
        }
        self.shared.hit(&format!("register:{address}"), rate.per).await;
        self.refuse_bad(&new).await?;
        let password = self.hasher.make(&new.password, self.random()).await?;
        let user = self.new_user(new, password, None);
        let saved = store::retry(|| async {
            let tx = self.db.begin().await?;
            let saved = store::user::insert(&tx, &user).await?;
            self.mail_token(&tx, &saved, Template::ConfirmEmail, user.date_joined).await?;
            once::keep(&once, &tx, &saved, user.date_joined).await?;
            tx.commit().await?;
            Ok::<_, store::Error>(saved)
        })
        .await;
        self.mail_bells.send.notify_one();
        saved.map_err(|error| match error.is_unique("users_email_key") {
            true => RegistrationError::Invalid(vec![("email".into(), vec![EMAIL_TAKEN.into()])]),
            false => error.into(),
        })
    }

    /// Says everything that is wrong at once, before the expensive hash.
    async fn refuse_bad(&self, new: &Registration) -> Result<(), RegistrationError> {
        let mut errors = FieldErrors::new();
        if store::user::by_email(&self.db, &customer::email_key(&new.email)).await?.is_some() {
            errors.push(("email".into(), vec![EMAIL_TAKEN.into()]));
        }
        let about = Attributes { email: &new.email, first_name: &new.first_name, last_name: &new.last_name };
        if let Err(problems) = policy::validate(&new.password, &about) {
            errors.push(("password".into(), problems));
        }
        if errors.is_empty() { Ok(()) } else { Err(RegistrationError::Invalid(errors)) }
    }

    pub(super) fn new_user(&self, new: Registration, password: String, role: Option<Role>) -> NewUser {
        NewUser {
            email_key: customer::email_key(&new.email),
            email: customer::normalize_email(&new.email),
            password,
            first_name: new.first_name,
            last_name: new.last_name,
            phone: new.phone,
            role,
            is_superuser: role == Some(Role::Owner),
            date_joined: self.now(),
        }
    }
}
