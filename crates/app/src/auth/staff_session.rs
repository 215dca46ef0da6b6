//! The staff's browsers: a key in a cookie, kept here as its hash, whose login is a token family like any other. So
//! whatever ends logins (a new password, deactivation, the loss of the role) ends these too, on every instance at once.
//!
//! The key alone lets nobody do anything: with it comes a second text, made from it, that a page has to send along and
//! that no other site can read.

use super::Authenticated;
use super::login::{Login, LoginError};
use crate::failure::carries_failure;
use crate::session::{KEY_LENGTH, hash};
use crate::{App, Failure, seconds};
use credentials::{fingerprint, is_same, random_hex};
use domain::cart::Owner;
use domain::customer::User;
use domain::event::AccessEnded;
use domain::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// Somebody of the staff who has logged in.
#[derive(Debug)]
pub struct StaffLogin {
    /// The account.
    pub user: Arc<User>,
    /// For the cookie.
    pub key: String,
}

/// Why nobody was let in.
#[derive(Debug, Error)]
pub enum StaffLoginError {
    /// Unknown address, wrong password or inactive account: the same to the caller.
    #[error("No active account found with the given credentials")]
    Refused,
    /// The password is right, but it is a customer's.
    #[error("This account is not of the staff.")]
    NotStaff,
    /// Too many failures; come back after this long.
    #[error("too many failed logins")]
    Throttled(Duration),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(StaffLoginError);

impl From<LoginError> for StaffLoginError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Refused => Self::Refused,
            LoginError::Throttled(wait) => Self::Throttled(wait),
            LoginError::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// Of the time a session is kept without being used, the part after which its use is noted again.
const NOTED: i64 = 48;

impl App {
    /// Lets somebody of the staff in with a browser.
    pub async fn staff_login(&self, login: Login<'_>) -> Result<StaffLogin, StaffLoginError> {
        let (user, rehashed) = self.check_password(&login).await?;
        if !user.is_staff() {
            return Err(StaffLoginError::NotStaff);
        }
        let (key, family) = (self.new_key(), random_hex(self.random()));
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let rehashed = rehashed.as_deref().map(|new| (user.password.as_str(), new));
            store::user::logged_in(&tx, user.id, now, rehashed).await?;
            store::token::start_family(&tx, &family, user.id, now, self.idle_until(now)).await?;
            store::staff::start(&tx, &hash(&key), &family, user.auth_version, now).await?;
            Ok::<_, Failure>(tx.commit().await?)
        })
        .await?;
        Ok(StaffLogin { user: Arc::new(user), key })
    }

    /// Who is logged in with this key; `None` when nobody is, or nobody of the staff any more.
    pub async fn staff_session(&self, key: &str) -> Result<Option<Authenticated>, Failure> {
        if key.len() != KEY_LENGTH {
            return Ok(None);
        }
        let key_hash = hash(key);
        let has_read_all = self.has_read_all().await?;
        let (now, found) = (self.now(), store::staff::find(&self.db, &key_hash).await?);
        let Some(session) = found.filter(|session| session.until > now) else { return Ok(None) };
        let family = session.family.as_str();
        let login = self.account_of_login(session.user_id, Some(family), has_read_all).await?;
        let Some((user, ended)) = login else { return Ok(None) };
        // Whoever knew an older password, even a moment ago, is not let in by it.
        if ended || session.version != user.auth_version || !user.is_active || !user.is_staff() {
            return Ok(None);
        }
        let until = self.idle_until(now);
        if now.0 - session.last_seen.0 > (until.0 - now.0) / NOTED {
            self.note_use(&key_hash, family, now, until).await;
        }
        Ok(Some(Authenticated { user, family: Some(session.family), until, has_read_all, assumed: None }))
    }

    /// Ends the session with this key, if there is one; what it opened closes.
    pub async fn end_staff_session(&self, key: &str) -> Result<(), Failure> {
        if key.len() != KEY_LENGTH {
            return Ok(());
        }
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let Some(session) = store::staff::find(&tx, &hash(key)).await? else { return Ok(()) };
            store::token::revoke(&tx, &session.family, now).await?;
            let ended = AccessEnded { family: Some(session.family), version: None };
            store::event::append(&tx, &[ended.of(Owner::User(session.user_id))], now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// What a page has to send along with the key.
    #[must_use]
    pub fn csrf_token(&self, key: &str) -> String {
        fingerprint(&format!("csrf\n{key}"), self.settings.secret_key.as_bytes())
    }

    /// Whether this is what belongs to the key.
    #[must_use]
    pub fn is_csrf_token(&self, key: &str, token: &str) -> bool {
        is_same(&self.csrf_token(key), token)
    }

    fn idle_until(&self, now: Timestamp) -> Timestamp {
        now.plus_seconds(seconds(self.settings.staff_session_lifetime))
    }

    /// A failure here must not keep anybody out.
    async fn note_use(&self, key_hash: &str, family: &str, now: Timestamp, until: Timestamp) {
        let noted = store::retry(|| async {
            let tx = self.db.begin().await?;
            store::staff::touch(&tx, key_hash, family, now, until).await?;
            Ok::<_, Failure>(tx.commit().await?)
        });
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the use of a staff session was not noted; it may end early");
        }
    }
}
