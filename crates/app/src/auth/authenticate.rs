//! From an access token to the account it stands for.

use crate::failure::carries_failure;
use crate::gather::{Job, each};
use crate::{App, Failure};
use credentials::token::{self, Claims, TokenError, TokenType};
use domain::customer::User;
use domain::time::Timestamp;
use std::collections::BTreeSet;
use thiserror::Error;

/// Somebody whose access token is good.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// The account.
    pub user: User,
    /// The login the token came from; `None` for one of the Django original.
    pub family: Option<String>,
    /// When the token expires.
    pub until: Timestamp,
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
    /// The account an access token stands for. Looked up each time, so that a logout, a new password or a
    /// deactivation holds at once.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, Unauthenticated> {
        let claims = self.open_token(token, TokenType::Access).map_err(Unauthenticated::Token)?;
        let user = self.bearer(&claims).await?;
        let until = Timestamp(claims.exp.saturating_mul(1_000_000));
        Ok(Authenticated { user, family: claims.fam, until })
    }

    /// Whether a token of either type is good (`POST /api/token/verify/`).
    pub async fn verify_token(&self, token: &str) -> Result<(), Unauthenticated> {
        let opened = match self.open_token(token, TokenType::Access) {
            Err(TokenError::WrongType) => self.open_token(token, TokenType::Refresh),
            opened => opened,
        };
        let claims = opened.map_err(Unauthenticated::Token)?;
        self.bearer(&claims).await?;
        if claims.token_type == TokenType::Refresh && store::token::is_spent(&self.db, &claims.jti).await? {
            return Err(Unauthenticated::Revoked);
        }
        Ok(())
    }

    pub(super) fn open_token(&self, token: &str, wanted: TokenType) -> Result<Claims, TokenError> {
        token::decode(token, self.settings.secret_key.as_bytes(), self.now().seconds(), wanted)
    }

    /// The account behind claims whose signature holds.
    pub(super) async fn bearer(&self, claims: &Claims) -> Result<User, Unauthenticated> {
        let id = claims.user_id.parse().map_err(|_| Unauthenticated::NoUser)?;
        let found = self.account_of_login(id, claims.fam.as_deref()).await?;
        let (user, revoked) = found.ok_or(Unauthenticated::NoUser)?;
        // Tokens of the Django original carry no version; they hold until they expire or the password changes.
        let stale = claims.ver.unwrap_or(1) != user.auth_version;
        match () {
            () if !user.is_active => Err(Unauthenticated::Inactive),
            () if revoked || stale => Err(Unauthenticated::Revoked),
            () => Ok(user),
        }
    }

    /// An account, and whether the login with this token family has ended; it never has without one.
    pub(crate) async fn account_of_login(
        &self,
        id: i64,
        family: Option<&str>,
    ) -> Result<Option<(User, bool)>, Failure> {
        let family = family.map(ToOwned::to_owned);
        self.gatherers.bearers.ask(self, Bearer { id, family }).await?
    }
}

/// An account that is looked up, and the login its token came from.
#[derive(Debug)]
pub(crate) struct Bearer {
    id: i64,
    family: Option<String>,
}

impl Job for Bearer {
    type Answer = Result<Option<(User, bool)>, Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        let ids: BTreeSet<i64> = jobs.iter().map(|job| job.id).collect();
        let families: Vec<_> = jobs.iter().filter_map(|job| job.family.as_deref()).collect();
        let found = store::user::with_families(&app.db, ids.into_iter().collect(), &families).await;
        Ok(each(found, jobs.iter(), |(users, living), job| {
            let ended = job.family.as_ref().is_some_and(|family| !living.contains(family));
            Some((users.get(&job.id)?.clone(), ended))
        }))
    }
}
