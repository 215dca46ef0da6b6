//! `POST /user/change_password/`

use super::FieldErrors;
use super::limits::Guesses;
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
    /// Replaces a password; every session of the account ends, this one too. `address` is the caller's, for the limits.
    pub async fn change_password(
        &self,
        user: &User,
        (old, new): (&str, &str),
        address: &str,
    ) -> Result<(), ChangePasswordError> {
        let guesses = Guesses::new("change_password", &user.id.to_string(), address);
        let turn = self.hasher.turn().await?;
        if let Some(wait) = self.must_wait(&guesses).await {
            return Err(ChangePasswordError::Throttled(wait));
        }
        let (verdict, turn) = turn.verify(old, Some(&user.password)).await?;
        if !verdict.is_correct() {
            self.guessed_wrong(&guesses).await;
            let wrong = "Your old password was entered incorrectly. Please enter it again.";
            return Err(ChangePasswordError::Invalid(vec![("old_password".into(), vec![wrong.into()])]));
        }
        drop(turn);
        self.guessed_right(&guesses).await;
        let about = Attributes { email: &user.email, first_name: &user.first_name, last_name: &user.last_name };
        policy::validate(new, &about)
            .map_err(|problems| ChangePasswordError::Invalid(vec![("new_password".into(), problems)]))?;
        let encoded = self.hasher.make(new, self.random()).await?;
        Ok(self.save_password(user.id, &encoded, None).await?)
    }
}
