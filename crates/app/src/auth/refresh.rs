//! `POST /api/token/refresh/`: a refresh token becomes a new pair, once.

use super::tokens::end_family;
use super::{TokenPair, Unauthenticated};
use crate::failure::carries_failure;
use crate::{App, Failure};
use credentials::random_hex;
use credentials::token::{Claims, TokenError, TokenType};
use domain::customer::User;
use domain::time::Timestamp;
use store::token::Use;
use thiserror::Error;

/// Why there is no new pair.
#[derive(Debug, Error)]
pub enum RefreshError {
    /// The token itself is no good.
    #[error("{0}")]
    Token(TokenError),
    /// It was used before, or its family was ended.
    #[error("Token is blacklisted")]
    Blacklisted,
    /// The account is gone or may not log in.
    #[error("No active account found for the given token.")]
    NoAccount,
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(RefreshError);

impl App {
    /// Exchanges a refresh token. One conditional write decides who of several callers gets the new pair. A token
    /// that comes back after it was used was stolen or lost: its whole family ends. A twin that was already under way
    /// when the winner used the token (a double click, a retry) is only refused.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn refresh(&self, token: &str) -> Result<TokenPair, RefreshError> {
        let arrived = self.now();
        let claims = self.open_token(token, TokenType::Refresh).map_err(RefreshError::Token)?;
        let user = self.bearer(&claims, false).await.map_err(|refusal| match refusal {
            Unauthenticated::Revoked => RefreshError::Blacklisted,
            Unauthenticated::NoUser | Unauthenticated::Inactive => RefreshError::NoAccount,
            Unauthenticated::Token(error) => RefreshError::Token(error),
            Unauthenticated::Failure(failure) => RefreshError::Failure(failure),
        })?;
        store::retry(|| self.rotate(&user, &claims, arrived)).await
    }

    async fn rotate(&self, user: &User, claims: &Claims, arrived: Timestamp) -> Result<TokenPair, RefreshError> {
        let tx = self.db.begin().await?;
        store::token::hold(&tx, &claims.jti).await?;
        // After the wait for others: who arrived while they were at it is their twin and no thief.
        let now = self.now();
        let family = match (&claims.fam, store::token::spend(&tx, &claims.jti, now).await?) {
            (Some(family), Use::First) => family.clone(),
            (_, Use::Again(used)) if arrived <= used => return Err(RefreshError::Blacklisted),
            (Some(family), Use::Again(_)) => {
                end_family(&tx, claims, family, now).await?;
                tx.commit().await?;
                tracing::warn!(user_id = user.id, "a refresh token was replayed; its family is ended");
                return Err(RefreshError::Blacklisted);
            }
            // Issued by the Django original under the same secret: it starts a family here, once.
            (None, Use::Unknown) => {
                let family = random_hex(self.random());
                let until = Timestamp(claims.exp.saturating_mul(1_000_000));
                store::token::start_family(&tx, &family, user.id, now, until).await?;
                store::token::issue(&tx, &claims.jti, &family, until).await?;
                store::token::spend(&tx, &claims.jti, now).await?;
                family
            }
            _ => return Err(RefreshError::Blacklisted),
        };
        let fresh = self.fresh_pair(user, &family, now);
        store::token::issue(&tx, &fresh.refresh_jti, &family, fresh.refresh_until).await?;
        tx.commit().await?;
        Ok(fresh.pair)
    }
}
