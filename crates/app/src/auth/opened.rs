//! Access tokens that were opened, so that each is checked once and not with every request.

use crate::App;
use credentials::token::{self, Claims, TokenError, TokenType};
use quick_cache::sync::Cache;
use std::sync::Arc;

/// Tokens that are remembered at most.
const TOKENS: usize = 8_192;

/// What tokens say whose signature holds, by the whole token.
pub(crate) struct OpenedTokens(Cache<Box<str>, Arc<Claims>>);

impl Default for OpenedTokens {
    fn default() -> Self {
        Self(Cache::new(TOKENS))
    }
}

impl App {
    /// What an access token says that is good at this moment. Whether its login still holds is another question.
    pub(super) fn open_access_token(&self, token: &str) -> Result<Arc<Claims>, TokenError> {
        let now = self.now().seconds();
        if let Some(claims) = self.opened_tokens.0.get(token).filter(|claims| now < claims.exp) {
            return Ok(claims);
        }
        let claims = Arc::new(self.open_token(token, TokenType::Access)?);
        self.opened_tokens.0.insert(token.into(), Arc::clone(&claims));
        Ok(claims)
    }

    /// What a token of this type says, if its signature holds and its time is not over.
    pub(super) fn open_token(&self, token: &str, wanted: TokenType) -> Result<Claims, TokenError> {
        token::decode(token, self.settings.secret_key.as_bytes(), self.now().seconds(), wanted)
    }
}
