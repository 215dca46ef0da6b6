//! Access and refresh tokens: HS256 JWTs exactly as SimpleJWT makes them, so tokens cross over from a Django original
//! that has the same `SECRET_KEY`.
//!
//! Built on `hmac`, `sha2` and `base64` alone: the general JWT crates bring RSA and elliptic curves along, and with them
//! the choice of algorithm that a token must never have. Here there is one algorithm, and nothing in a token is believed
//! before its signature is checked.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Longest token that is looked at, in bytes. Ours have about 350.
pub const MAX_TOKEN_BYTES: usize = 4096;

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenType {
    /// Short-lived, sent with each request.
    Access,
    /// Long-lived and single use, exchanged for the next pair.
    Refresh,
}

impl TokenType {
    /// The claim's text: `access` or `refresh`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

/// What a token says. The order of the fields is the order in the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claims {
    pub token_type: TokenType,
    /// The second (Unix time) from which the token is no longer valid.
    pub exp: i64,
    /// The second (Unix time) at which the token was made.
    pub iat: i64,
    /// The token's own id: 32 hex digits, see [`crate::random_hex`].
    pub jti: String,
    /// The customer's id.
    pub user_id: String,
    /// The family of tokens that came from one login: 32 hex digits. `None` in SimpleJWT's own tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fam: Option<String>,
    /// The customer's auth version when the token was made; a change of password raises it and so ends every session.
    /// `None` in SimpleJWT's own tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ver: Option<i64>,
}

/// Why a token is refused. The texts are SimpleJWT's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token, not signed by us, or lacking a claim.
    #[error("Token is invalid")]
    Invalid,
    /// A token of ours whose time is over.
    #[error("Token is expired")]
    Expired,
    /// A token of ours for another use, such as a refresh token sent in place of an access token.
    #[error("Token has wrong type")]
    WrongType,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Extensions the reader must understand (RFC 7515, 4.1.11). None are understood here.
    crit: Option<IgnoredAny>,
}

/// The claims as any SimpleJWT release may have written them.
#[derive(Deserialize)]
struct Payload {
    token_type: String,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    jti: String,
    user_id: UserId,
    fam: Option<String>,
    ver: Option<i64>,
}

/// Text in current SimpleJWT, a number in older releases.
#[derive(Deserialize)]
#[serde(untagged)]
enum UserId {
    Text(String),
    Number(i64),
}

/// Writes and signs a token. `secret` is the shop's `SECRET_KEY`; keep the claims short enough for [`MAX_TOKEN_BYTES`].
#[must_use]
pub fn encode(claims: &Claims, secret: &[u8]) -> String {
    let payload = serde_json::to_vec(claims).expect("a struct of strings and integers always has a JSON form");
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(payload));
    let signature = mac(&signed, secret).finalize().into_bytes();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Reads a token that must be of type `expected` and still valid at `now_seconds` (Unix time, no leeway: a token whose
/// `exp` is now is expired). As in SimpleJWT, an expired token of the wrong type counts as expired.
///
/// # Errors
/// [`TokenError`], for the first of its reasons that applies, in the order of its variants.
pub fn decode(token: &str, secret: &[u8], now_seconds: i64, expected: TokenType) -> Result<Claims, TokenError> {
    let payload = open(token, secret).ok_or(TokenError::Invalid)?;
    if payload.nbf.is_some_and(|not_before| not_before > now_seconds) {
        return Err(TokenError::Invalid);
    }
    if payload.exp <= now_seconds {
        return Err(TokenError::Expired);
    }
    if payload.token_type != expected.as_str() {
        return Err(TokenError::WrongType);
    }
    Ok(Claims {
        token_type: expected,
        exp: payload.exp,
        iat: payload.iat,
        jti: payload.jti,
        user_id: match payload.user_id {
            UserId::Text(id) => id,
            UserId::Number(id) => id.to_string(),
        },
        fam: payload.fam,
        ver: payload.ver,
    })
}

/// The payload of a token that we signed; `None` for anything else.
fn open(token: &str, secret: &[u8]) -> Option<Payload> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    mac(signed, secret).verify_slice(&signature).ok()?;

    let (header, payload) = signed.split_once('.')?;
    let header: Header = from_part(header)?;
    if header.alg != "HS256" || header.crit.is_some() {
        return None;
    }
    from_part(payload)
}

fn from_part<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

pub(crate) fn mac(signed: &str, secret: &[u8]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length").chain_update(signed)
}
