//! `POST /user/change_password/`

use super::FieldErrors;
use crate::failure::carries_failure;
use crate::{App, Failure};
use credentials::password::policy::{self, Attributes};
use domain::customer::User;
use std::time::Duration;
use thiserror::Error;

/// Why the password stays.
#[derive(Debug, Error)]
pub enum ChangePasswordError {
    /// The old one is wrong, or the new one won't do.
    #[error("the password is not valid")]
    Invalid(FieldErrors),
    /// Too many wrong old passwords.
    #[error("too many attempts")]
    Throttled(Duration),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(ChangePasswordError);

impl App {
    /// Replaces a password; every session of the account ends, this one too.
    pub async fn change_password(&self, user: &User, old: &str, new: &str) -> Result<(), ChangePasswordError> {
        let attempts = format!("change_password:{}", user.id);
        let rate = self.settings.login_failure_rate;
        if let Some(wait) = rate.wait(self.shared.peek(&attempts).await) {
            return Err(ChangePasswordError::Throttled(wait));
        }
        if !self.hasher.verify(old, Some(&user.password)).await?.is_correct() {
            self.shared.hit(&attempts, rate.per).await;
            let wrong = "Your old password was entered incorrectly. Please enter it again.";
            return Err(ChangePasswordError::Invalid(vec![("old_password".into(), vec![wrong.into()])]));
        }
        let about = Attributes { email: &user.email, first_name: &user.first_name, last_name: &user.last_name };
        policy::validate(new, &about)
            .map_err(|problems| ChangePasswordError::Invalid(vec![("new_password".into(), problems)]))?;
        let encoded = self.hasher.make(new, self.random()).await?;
        Ok(self.save_password(user.id, &encoded, None).await?)
    }
}
