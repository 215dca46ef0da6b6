//! Making the pair of tokens that a login or a refresh hands out.

use crate::{App, seconds};
use credentials::random_hex;
use credentials::token::{self, Claims, TokenType};
use domain::cart::Owner;
use domain::customer::User;
use domain::event::AccessEnded;
use domain::time::Timestamp;
use store::{Result, Tx};

/// What a client keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPair {
    /// Holds for minutes; sent with each request.
    pub access: String,
    /// Holds for a day; exchanged once for a new pair.
    pub refresh: String,
}

/// A pair before it is signed, and what the database must know of it.
pub(super) struct Fresh {
    pub(super) pair: TokenPair,
    pub(super) refresh_jti: String,
    pub(super) refresh_until: Timestamp,
}

/// Ends a login: its tokens are refused, and what is open by them closes.
pub(super) async fn end_family(tx: &Tx, claims: &Claims, family: &str, now: Timestamp) -> Result<()> {
    store::token::revoke(tx, family, now).await?;
    let Ok(user_id) = claims.user_id.parse() else { return Ok(()) };
    let ended = AccessEnded { family: Some(family.to_owned()), version: None };
    store::event::append(tx, &[ended.of(Owner::User(user_id))], now).await
}

impl App {
    pub(super) fn fresh_pair(&self, user: &User, family: &str, now: Timestamp) -> Fresh {
        let until = |lifetime| now.plus_seconds(seconds(lifetime));
        let refresh_until = until(self.settings.refresh_token_lifetime);
        let refresh_jti = random_hex(self.random());
        let claims = |token_type, jti, ends: Timestamp| Claims {
            token_type,
            exp: ends.seconds(),
            iat: now.seconds(),
            jti,
            user_id: user.id.to_string(),
            fam: Some(family.to_owned()),
            ver: Some(user.auth_version),
        };
        let sign = |claims: &Claims| token::encode(claims, self.settings.secret_key.as_bytes());
        let access_until = until(self.settings.access_token_lifetime);
        let access = sign(&claims(TokenType::Access, random_hex(self.random()), access_until));
        let refresh = sign(&claims(TokenType::Refresh, refresh_jti.clone(), refresh_until));
        Fresh { pair: TokenPair { access, refresh }, refresh_jti, refresh_until }
    }
}
