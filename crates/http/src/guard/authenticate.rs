//! From the request's headers to the caller, with the answers of SimpleJWT when they won't do.

use super::Caller;
use crate::error::{Answer, Problem};
use crate::state::Edge;
use app::auth::{Authenticated, Unauthenticated};
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The cookie of the anonymous session, named as Django names it.
const SESSION_COOKIE: &str = "sessionid";

pub(crate) async fn caller(edge: &Edge, parts: &Parts) -> Answer<Caller> {
    let authenticated = bearer(edge, &parts.headers).await?;
    Ok(Caller {
        user: authenticated.as_ref().map(|authenticated| Arc::clone(&authenticated.user)),
        has_read_all: authenticated.as_ref().is_some_and(|authenticated| authenticated.has_read_all),
        login: authenticated.map(Into::into),
        session_key: cookie(&parts.headers, SESSION_COOKIE),
        address: client_address(edge, parts).to_string(),
    })
}

/// A header of another scheme counts as none; a bad one is refused, also on public routes.
async fn bearer(edge: &Edge, headers: &HeaderMap) -> Answer<Option<Authenticated>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let value = String::from_utf8_lossy(value.as_bytes());
    let mut words = value.split_ascii_whitespace();
    if words.next() != Some("Bearer") {
        return Ok(None);
    }
    match (words.next(), words.next()) {
        (Some(token), None) => edge.app.authenticate(token).await.map(Some).map_err(refusal),
        _ => Err(Problem::Unauthorized(json!({
            "detail": "Authorization header must contain two space-delimited values",
            "code": "bad_authorization_header",
        }))),
    }
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

/// The caller's address: the connection's, or, behind trusted proxies, the last one in `X-Forwarded-For` that is no
/// such proxy. What an untrusted client writes there is never believed.
fn client_address(edge: &Edge, parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| address.ip().to_canonical());
    if !edge.trusts(peer) {
        return peer;
    }
    let forwarded = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> =
        forwarded.flat_map(|value| value.split(',')).map_while(|hop| hop.trim().parse().ok()).collect();
    hops.iter().rev().copied().find(|hop| !edge.trusts(*hop)).unwrap_or(peer)
}

/// `Set-Cookie` for the session with this key: unreadable for scripts, not sent along with other sites' forms.
pub(crate) fn session_cookie(edge: &Edge, key: &str) -> Answer<HeaderValue> {
    let secure = if edge.settings.session_cookie_secure { "; Secure" } else { "" };
    let age = edge.settings.session_lifetime.as_secs();
    let cookie = format!("{SESSION_COOKIE}={key}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).map_err(|error| Problem::Internal(error.to_string()))
}
