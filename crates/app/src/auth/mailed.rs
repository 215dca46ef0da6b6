//! What an account's owner does by a link in a mail: set a new password, confirm the address.

use super::FieldErrors;
use super::limits::Guesses;
use crate::failure::carries_failure;
use crate::session::hash;
use crate::{App, Failure};
use credentials::password::policy::{self, Attributes};
use domain::customer::{self, User};
use domain::event::Event;
use domain::mail::Template;
use std::time::Duration;
use thiserror::Error;

/// Why nothing came of it.
#[derive(Debug, Error)]
pub enum MailedError {
    /// Something in it won't do.
    #[error("the request is not valid")]
    Invalid(FieldErrors),
    /// Too many; come back after this long.
    #[error("too many attempts")]
    Throttled(Duration),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(MailedError);

/// The longest text that may be a token.
const TOKEN_LENGTH: usize = 64;

fn no_good() -> MailedError {
    let text = "This link is no longer good: it was used before, or its time is over. Ask for a new one.";
    MailedError::Invalid(vec![("token".into(), vec![text.into()])])
}

impl App {
    /// Notes that somebody forgot the password of the account with this address. What is done, and how long it takes, is
    /// the same whether or not there is one: whoever sends mails looks.
    pub async fn forgot_password(&self, email: &str, address: &str) -> Result<(), MailedError> {
        let key = customer::email_key(email);
        self.ask_for_mail("password_reset", &key, address).await?;
        store::retry(|| async {
            let tx = self.db.begin().await?;
            store::mail::ask_for_reset(&tx, &key, self.now()).await?;
            tx.commit().await
        })
        .await?;
        self.mail_bells.collect.notify_one();
        Ok(())
    }

    /// Sets the password of the account that a mailed token is good for, and ends every session of it. A password that
    /// won't do leaves the token good.
    pub async fn reset_password_by_mail(&self, token: &str, new: &str, address: &str) -> Result<(), MailedError> {
        let guesses = Guesses::new("mailed_token", token, address);
        let known_by = self.known_token(&guesses, token).await?;
        let purpose = Template::PasswordReset;
        let found = store::account_token::find(&self.db, &known_by, purpose, self.now()).await?;
        let user = match found {
            Some(found) => store::user::by_id(&self.db, found.user_id).await?,
            None => None,
        };
        let Some(user) = user else {
            self.guessed_wrong(&guesses).await;
            return Err(no_good());
        };
        let about = Attributes { email: &user.email, first_name: &user.first_name, last_name: &user.last_name };
        policy::validate(new, &about)
            .map_err(|problems| MailedError::Invalid(vec![("new_password".into(), problems)]))?;
        let encoded = self.hasher.make(new, self.random()).await?;
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let token = store::account_token::redeem(&tx, &known_by, purpose, now).await?.ok_or_else(no_good)?;
            self.replace_password(&tx, token.user_id, &encoded, now).await?;
            store::account_token::end_all(&tx, token.user_id, purpose).await?;
            // Who read that mail has shown that the address is theirs.
            store::user::confirm_email(&tx, token.user_id, &token.email_key).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Sends an account's owner a link that confirms the address, unless it is confirmed.
    pub async fn send_confirmation(&self, user: &User, address: &str) -> Result<(), MailedError> {
        if user.email_confirmed {
            return Ok(());
        }
        self.ask_for_mail("confirm_email", &user.id.to_string(), address).await?;
        store::retry(|| async {
            let tx = self.db.begin().await?;
            self.mail_token(&tx, user, Template::ConfirmEmail, self.now()).await?;
            tx.commit().await
        })
        .await?;
        self.mail_bells.send.notify_one();
        Ok(())
    }

    /// Notes that the address a token was mailed to is its account's owner's.
    pub async fn confirm_email(&self, token: &str, address: &str) -> Result<(), MailedError> {
        let guesses = Guesses::new("mailed_token", token, address);
        let known_by = self.known_token(&guesses, token).await?;
        let confirmed = store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let token = store::account_token::redeem(&tx, &known_by, Template::ConfirmEmail, now).await?;
            let token = token.ok_or_else(no_good)?;
            store::user::confirm_email(&tx, token.user_id, &token.email_key).await?;
            store::account_token::end_all(&tx, token.user_id, Template::ConfirmEmail).await?;
            store::event::append(&tx, &[Event::account_changed(token.user_id)], now).await?;
            Ok(tx.commit().await?)
        })
        .await;
        if matches!(confirmed, Err(MailedError::Invalid(_))) {
            self.guessed_wrong(&guesses).await;
        }
        confirmed
    }

    /// Counts one more mail that somebody asks for, of any address or account; says nothing about whether there is one.
    async fn ask_for_mail(&self, what: &str, whose: &str, address: &str) -> Result<(), MailedError> {
        let guesses = Guesses::new(what, whose, address);
        if let Some(wait) = self.must_wait(&guesses).await {
            return Err(MailedError::Throttled(wait));
        }
        self.guessed_wrong(&guesses).await;
        Ok(())
    }

    /// What the database knows a token by, unless this address has tried too many.
    async fn known_token(&self, guesses: &Guesses, token: &str) -> Result<String, MailedError> {
        if let Some(wait) = self.must_wait(guesses).await {
            return Err(MailedError::Throttled(wait));
        }
        if token.len() > TOKEN_LENGTH {
            return Err(no_good());
        }
        Ok(hash(token))
    }
}
