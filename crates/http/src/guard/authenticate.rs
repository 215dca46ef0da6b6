//! From the request's headers to the caller, with the answers of SimpleJWT when they won't do.

use super::{Caller, address};
use crate::dto::address::Base;
use crate::error::{Answer, Problem};
use crate::state::Edge;
use app::auth::{Assumed, Authenticated, Unauthenticated};
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::json;
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The cookie of the anonymous session, named as Django names it.
const SESSION_COOKIE: &str = "sessionid";
/// The cookie of the staff's browsers.
const STAFF_COOKIE: &str = "staffsession";
/// What has to come with that cookie, named as Django names it.
pub(crate) const CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrftoken");

/// `at_word` when what is remembered of logins and sessions may be taken at its word.
pub(crate) async fn caller(edge: &Edge, parts: &Parts, at_word: bool) -> Answer<Caller> {
    let bearer = bearer(edge, &parts.headers, at_word).await?;
    let by_cookie = bearer.is_none();
    let authenticated = match bearer {
        None => staff(edge, &parts.headers).await?,
        bearer => bearer,
    };
    Ok(Caller {
        by_cookie: by_cookie && authenticated.is_some(),
        user: authenticated.as_ref().map(|authenticated| Arc::clone(&authenticated.user)),
        has_read_all: authenticated.as_ref().is_some_and(|authenticated| authenticated.has_read_all),
        at_word,
        assumed: authenticated.as_ref().and_then(|authenticated| authenticated.assumed.clone()),
        login: authenticated.map(Into::into),
        session_key: cookie(&parts.headers, SESSION_COOKIE),
        address: address::counted(address::of_client(peer(parts), &parts.headers, |hop| edge.trusts(hop))),
    })
}

/// The other end of the connection.
fn peer(parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| address.ip())
}

/// Somebody of the staff by the cookie of their browser. It counts only together with what a page of this site sends
/// along, so that no other site's page can use it, and a shop open in the same browser is not theirs.
async fn staff(edge: &Edge, headers: &HeaderMap) -> Answer<Option<Authenticated>> {
    let Some(token) = headers.get(CSRF_TOKEN).and_then(|value| value.to_str().ok()) else { return Ok(None) };
    let Some(key) = staff_key(headers).filter(|key| edge.app.is_csrf_token(key, token)) else { return Ok(None) };
    Ok(edge.app.staff_session(&key).await?)
}

/// The key in the cookie of the staff, unchecked.
pub(crate) fn staff_key(headers: &HeaderMap) -> Option<String> {
    cookie(headers, STAFF_COOKIE)
}

/// `Set-Cookie` for a browser of the staff; an empty key takes it away. The server decides how long it counts.
pub(crate) fn staff_cookie(edge: &Edge, base: &Base, key: &str) -> Answer<HeaderValue> {
    let secure = edge.settings.session_cookie_secure.unwrap_or_else(|| base.is_secure());
    let secure = if secure { "; Secure" } else { "" };
    let gone = if key.is_empty() { "; Max-Age=0" } else { "" };
    let cookie = format!("{STAFF_COOKIE}={key}; Path=/; HttpOnly; SameSite=Strict{gone}{secure}");
    HeaderValue::from_str(&cookie).map_err(|error| Problem::Internal(error.to_string()))
}

/// A header of another scheme counts as none; a bad one is refused, also on public routes.
async fn bearer(edge: &Edge, headers: &HeaderMap, at_word: bool) -> Answer<Option<Authenticated>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let bytes = value.as_bytes();
    // Nearly all are of ASCII, which is seen sooner.
    let value = std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
    let mut words = value.split_ascii_whitespace();
    if words.next() != Some("Bearer") {
        return Ok(None);
    }
    match (words.next(), words.next()) {
        (Some(token), None) if at_word => edge.app.authenticate_at_word(token).await.map(Some).map_err(refusal),
        (Some(token), None) => edge.app.authenticate(token).await.map(Some).map_err(refusal),
        _ => Err(Problem::Unauthorized(json!({
            "detail": "Authorization header must contain two space-delimited values",
            "code": "bad_authorization_header",
        }))),
    }
}

/// The account as it is of somebody who was taken at their word.
pub(super) async fn confirm(edge: &Edge, assumed: &Assumed) -> Answer<Authenticated> {
    edge.app.confirm(assumed).await.map_err(refusal)
}

fn refusal(refusal: Unauthenticated) -> Problem {
    let plain = |detail: &str, code: &str| Problem::Unauthorized(json!({"detail": detail, "code": code}));
    match refusal {
        Unauthenticated::Failure(failure) => failure.into(),
        Unauthenticated::NoUser => plain("User not found", "user_not_found"),
        Unauthenticated::Inactive => plain("User is inactive", "user_inactive"),
        Unauthenticated::Token(_) | Unauthenticated::Revoked => Problem::Unauthorized(json!({
            "detail": "Given token not valid for any token type",
            "code": "token_not_valid",
            "messages": [{"token_class": "AccessToken", "token_type": "access", "message": refusal.to_string()}],
        })),
    }
}

/// Whether a request comes with a session's key, of whatever worth.
pub(crate) fn names_session(headers: &HeaderMap) -> bool {
    headers.contains_key(header::COOKIE) && cookie(headers, SESSION_COOKIE).is_some()
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.trim_matches('"').to_owned())
}

/// `Set-Cookie` for the session with this key: unreadable for scripts, not sent along with other sites' forms.
pub(crate) fn session_cookie(edge: &Edge, base: &Base, key: &str) -> Answer<HeaderValue> {
    let secure = edge.settings.session_cookie_secure.unwrap_or_else(|| base.is_secure());
    let secure = if secure { "; Secure" } else { "" };
    let age = edge.settings.session_lifetime.as_secs();
    let cookie = format!("{SESSION_COOKIE}={key}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).map_err(|error| Problem::Internal(error.to_string()))
}
