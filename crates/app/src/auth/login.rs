//! `POST /api/token/`: a pair of tokens for an address and a password. What the caller put into a cart before, and
//! what they ordered, becomes theirs in the same transaction.

use super::TokenPair;
use super::limits::Guesses;
use super::tokens::Fresh;
use crate::failure::carries_failure;
use crate::{App, Failure};
use credentials::password::hash::Verdict;
use credentials::random_hex;
use domain::customer::{self, User};
use std::time::Duration;
use thiserror::Error;

/// Somebody who wants in.
#[derive(Clone, Debug)]
pub struct Login<'a> {
    /// Address.
    pub email: &'a str,
    /// In the clear.
    pub password: &'a str,
    /// The caller's anonymous session, if any.
    pub session_id: Option<i64>,
    /// The caller's network address, for the rate limits.
    pub address: &'a str,
}

/// Why nobody was let in.
#[derive(Debug, Error)]
pub enum LoginError {
    /// Unknown address, wrong password or inactive account: the same to the caller.
    #[error("No active account found with the given credentials")]
    Refused,
    /// Too many failures; come back after this long.
    #[error("too many failed logins")]
    Throttled(Duration),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(LoginError);

impl App {
    /// Lets an account in.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn login(&self, login: Login<'_>) -> Result<TokenPair, LoginError> {
        let (user, rehashed) = self.check_password(&login).await?;
        let family = random_hex(self.random());
        let fresh = self.fresh_pair(&user, &family, self.now());
        store::retry(|| self.let_in(&user, &family, &fresh, rehashed.as_deref())).await?;
        self.take_over(&user, login.session_id).await;
        Ok(fresh.pair)
    }

    /// Whose address and password these are, and the password's hash when it is to be stored anew. Counts and slows
    /// down guesses; how long it takes does not tell whether there is such an account.
    pub(super) async fn check_password(&self, login: &Login<'_>) -> Result<(User, Option<String>), LoginError> {
        let key = customer::email_key(login.email);
        let guesses = Guesses::new("login", &key, login.address);
        self.refuse_flood(&guesses).await?;
        let kinds = self.password_kinds().await?;
        let user = store::user::by_email(&self.db, &key).await?;
        let turn = self.hasher.turn().await?;
        // Of many guesses at once, those that waited here find out what became of those before.
        self.refuse_flood(&guesses).await?;
        let stored = user.as_ref().map(|user| user.password.as_str());
        let stored = stored.or_else(|| kinds.stand_in(self.settings.secret_key.as_bytes(), &key));
        let (verdict, turn) = turn.verify(login.password, stored).await?;
        let Some(user) = user.filter(|user| user.is_active && verdict.is_correct()) else {
            self.guessed_wrong(&guesses).await;
            return Err(LoginError::Refused);
        };
        drop(turn);
        self.guessed_right(&guesses).await;
        let rehashed = match verdict {
            Verdict::CorrectButOld => Some(self.hasher.make(login.password, self.random()).await?),
            _ => None,
        };
        Ok((user, rehashed))
    }

    /// Records the login and the new family.
    async fn let_in(&self, user: &User, family: &str, fresh: &Fresh, rehashed: Option<&str>) -> Result<(), Failure> {
        let now = self.now();
        let tx = self.db.begin().await?;
        store::user::logged_in(&tx, user.id, now, rehashed.map(|new| (user.password.as_str(), new))).await?;
        store::token::start_family(&tx, family, user.id, now, fresh.refresh_until).await?;
        store::token::issue(&tx, &fresh.refresh_jti, family, fresh.refresh_until).await?;
        Ok(tx.commit().await?)
    }

    /// Moves the session's cart and orders to the account. A failure here must not keep anybody out: the session
    /// keeps what it has, and the next login tries again.
    async fn take_over(&self, user: &User, session_id: Option<i64>) {
        let Some(session_id) = session_id else { return };
        if let Err(error) = store::retry(|| self.merge_session(session_id, user.id)).await {
            tracing::error!(%error, user_id = user.id, session_id, "the session's cart was not merged at login");
        }
    }

    async fn refuse_flood(&self, guesses: &Guesses) -> Result<(), LoginError> {
        self.must_wait(guesses).await.map_or(Ok(()), |wait| Err(LoginError::Throttled(wait)))
    }
}
