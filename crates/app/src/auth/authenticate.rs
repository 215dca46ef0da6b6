//! From an access token to the account it stands for.

use super::Assumed;
use super::remembered::ReadAt;
use crate::failure::carries_failure;
use crate::gather::{Job, each};
use crate::{App, Failure};
use credentials::token::{Claims, TokenError, TokenType};
use domain::customer::User;
use domain::time::Timestamp;
use quick_cache::sync::Cache;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use thiserror::Error;

/// Somebody whose access token is good.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// The account.
    pub user: Arc<User>,
    /// The login the token came from; `None` for one of the Django original.
    pub family: Option<String>,
    /// When the token expires.
    pub until: Timestamp,
    /// Whether this process knew of everything that was committed when it looked.
    pub has_read_all: bool,
    /// What is still to be confirmed; only of [`App::authenticate_at_word`].
    pub assumed: Option<Assumed>,
}

/// Why a token lets nobody in.
#[derive(Debug, Error)]
pub enum Unauthenticated {
    /// The token itself is no good.
    #[error("{0}")]
    Token(TokenError),
    /// Its session was ended: logout, changed password, or a replayed refresh token.
    #[error("Token is blacklisted")]
    Revoked,
    /// The account is gone.
    #[error("User not found")]
    NoUser,
    /// The account may not log in.
    #[error("User is inactive")]
    Inactive,
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(Unauthenticated);

impl App {
    /// The account an access token stands for. What is remembered of it counts only while nothing about it has changed,
    /// on any instance, so that a logout or a new password holds at once; what was changed behind the shop's back holds
    /// within a second.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, Unauthenticated> {
        let claims = self.open_access_token(token).map_err(Unauthenticated::Token)?;
        self.authenticated(&claims).await
    }

    async fn authenticated(&self, claims: &Claims) -> Result<Authenticated, Unauthenticated> {
        let has_read_all = self.has_read_all().await?;
        let user = self.bearer(claims, has_read_all).await?;
        Ok(Authenticated { user, family: claims.fam.clone(), until: until(claims), has_read_all, assumed: None })
    }

    /// As [`App::authenticate`], for somebody who asks for a change in whose transaction the login is looked after: what is
    /// remembered of it is taken at its word, and handed on as `assumed`. Whatever else they are answered,
    /// [`App::confirm`] comes before.
    pub async fn authenticate_at_word(&self, token: &str) -> Result<Authenticated, Unauthenticated> {
        // Where all is known anyway, nothing has to be assumed.
        if self.db.path().is_some() {
            return self.authenticate(token).await;
        }
        let claims = self.open_access_token(token).map_err(Unauthenticated::Token)?;
        let Some(assumed) = self.assumed(&claims) else { return self.authenticated(&claims).await };
        let (user, family, until) = (Arc::clone(&assumed.user), claims.fam.clone(), until(&claims));
        Ok(Authenticated { user, family, until, has_read_all: false, assumed: Some(assumed) })
    }

    fn assumed(&self, claims: &Arc<Claims>) -> Option<Assumed> {
        let login = (claims.user_id.parse().ok()?, claims.fam.clone());
        let Login { read, user } = self.remembered_login(&login)?;
        let user = open_to(claims, user).ok()?;
        Some(Assumed::new(Arc::clone(claims), user, read))
    }

    /// As [`App::authenticate`], of somebody who was taken at their word.
    pub async fn confirm(&self, assumed: &Assumed) -> Result<Authenticated, Unauthenticated> {
        let authenticated = self.authenticated(&assumed.claims).await?;
        assumed.note_confirmed();
        Ok(authenticated)
    }

    /// Whether a token of either type is good (`POST /api/token/verify/`).
    pub async fn verify_token(&self, token: &str) -> Result<(), Unauthenticated> {
        let opened = match self.open_token(token, TokenType::Access) {
            Err(TokenError::WrongType) => self.open_token(token, TokenType::Refresh),
            opened => opened,
        };
        let claims = opened.map_err(Unauthenticated::Token)?;
        self.bearer(&claims, false).await?;
        if claims.token_type == TokenType::Refresh && store::token::is_spent(&self.db, &claims.jti).await? {
            return Err(Unauthenticated::Revoked);
        }
        Ok(())
    }

    /// The account behind claims whose signature holds; from memory only when `has_read_all`.
    pub(super) async fn bearer(&self, claims: &Claims, has_read_all: bool) -> Result<Arc<User>, Unauthenticated> {
        let id = claims.user_id.parse().map_err(|_| Unauthenticated::NoUser)?;
        let found = self.account_of_login(id, claims.fam.as_deref(), has_read_all).await?;
        let (user, revoked) = found.ok_or(Unauthenticated::NoUser)?;
        if revoked { Err(Unauthenticated::Revoked) } else { open_to(claims, user) }
    }

    /// An account, and whether the login with this token family has ended; it never has without one. From memory only
    /// when `has_read_all`.
    pub(crate) async fn account_of_login(
        &self,
        id: i64,
        family: Option<&str>,
        has_read_all: bool,
    ) -> Result<Option<(Arc<User>, bool)>, Failure> {
        let login = (id, family.map(ToOwned::to_owned));
        if let Some(known) = self.remembered_login(&login).filter(|_| has_read_all) {
            return Ok(Some((known.user, false)));
        }
        let read = ReadAt::now(self.freshness());
        let bearer = Bearer { id, family: login.1.clone() };
        let Some((user, ended)) = self.gatherers.bearers.ask(self, bearer).await?? else { return Ok(None) };
        if let (Some(read), false) = (read, ended) {
            self.logins.0.insert(login, Login { read, user: Arc::clone(&user) });
        }
        Ok(Some((user, ended)))
    }

    /// What is remembered of a login, an account and a token family, if as far as is known nothing about it has changed.
    fn remembered_login(&self, login: &(i64, Option<String>)) -> Option<Login> {
        self.logins.0.get(login).filter(|known| known.read.holds(self.freshness(), login.0))
    }
}

/// When a token expires.
const fn until(claims: &Claims) -> Timestamp {
    Timestamp(claims.exp.saturating_mul(1_000_000))
}

/// The account of a login that has not ended, if its token still opens it.
fn open_to(claims: &Claims, user: Arc<User>) -> Result<Arc<User>, Unauthenticated> {
    // Tokens of the Django original carry no version; they hold until they expire or the password changes.
    let stale = claims.ver.unwrap_or(1) != user.auth_version;
    match () {
        () if !user.is_active => Err(Unauthenticated::Inactive),
        () if stale => Err(Unauthenticated::Revoked),
        () => Ok(user),
    }
}

/// Logins that are remembered at most.
const LOGINS: usize = 8_192;

/// Logins that live, by account and token family.
pub(crate) struct Logins(Cache<(i64, Option<String>), Login>);

#[derive(Clone)]
struct Login {
    read: ReadAt,
    user: Arc<User>,
}

impl Default for Logins {
    fn default() -> Self {
        Self(Cache::new(LOGINS))
    }
}

/// An account that is looked up, and the login its token came from.
#[derive(Debug)]
pub(crate) struct Bearer {
    id: i64,
    family: Option<String>,
}

impl Job for Bearer {
    const NAME: &'static str = "logins";
    type Answer = Result<Option<(Arc<User>, bool)>, Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        let ids: BTreeSet<i64> = jobs.iter().map(|job| job.id).collect();
        let families: Vec<_> = jobs.iter().filter_map(|job| job.family.as_deref()).collect();
        let found = store::user::with_families(&app.db, ids.into_iter().collect(), &families).await;
        let shared = |(users, living): (HashMap<_, _>, _)| {
            let users: HashMap<_, _> = users.into_iter().map(|(id, user)| (id, Arc::new(user))).collect();
            (users, living)
        };
        Ok(each(found.map(shared), jobs.iter(), |(users, living), job| {
            let ended = job.family.as_ref().is_some_and(|family| !living.contains(family));
            Some((Arc::clone(users.get(&job.id)?), ended))
        }))
    }
}
