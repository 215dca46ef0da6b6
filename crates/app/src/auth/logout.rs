//! `POST /api/token/blacklist/`: ends the login that a refresh token belongs to.

use super::RefreshError;
use super::tokens::end_family;
use crate::App;
use credentials::token::TokenType;
use store::token::Use;

impl App {
    /// Uses up a refresh token and ends its family, access tokens included. A second time is refused.
    pub async fn logout(&self, token: &str) -> Result<(), RefreshError> {
        let claims = self.open_token(token, TokenType::Refresh).map_err(RefreshError::Token)?;
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let first = store::token::spend(&tx, &claims.jti, now).await? == Use::First;
            if let Some(family) = &claims.fam {
                end_family(&tx, &claims, family, now).await?;
            }
            tx.commit().await?;
            if first { Ok(()) } else { Err(RefreshError::Blacklisted) }
        })
        .await
    }
}
