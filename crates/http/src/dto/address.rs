//! Absolute addresses, as the client knows this server.

use crate::error::Problem;
use crate::state::Edge;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use std::net::SocketAddr;

/// Scheme and host as the client knows them: `https://shop.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Base(String);

impl Base {
    /// A path of this server as an absolute address.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// An address as stored: absolute ones stay, paths become absolute.
    pub(crate) fn resolve(&self, stored: &str) -> String {
        if stored.starts_with('/') && !stored.starts_with("//") { self.absolute(stored) } else { stored.to_owned() }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The host a request names, if it is one; behind a trusted proxy the one the proxy was asked for.
pub(crate) fn host(edge: &Edge, parts: &Parts) -> Option<String> {
    let forwarded = if is_proxied(edge, parts) { parts.headers.get("x-forwarded-host") } else { None };
    let named = forwarded.or_else(|| parts.headers.get(header::HOST)).and_then(|value| value.to_str().ok());
    let host = named.or_else(|| parts.uri.authority().map(|authority| authority.as_str()))?;
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    (!host.is_empty() && host.bytes().all(sign)).then(|| host.to_ascii_lowercase())
}

fn is_proxied(edge: &Edge, parts: &Parts) -> bool {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|ConnectInfo(address)| edge.trusts(address.ip()))
}

impl FromRequestParts<Edge> for Base {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        if let Some(public) = &edge.settings.public_url {
            return Ok(Self(public.clone()));
        }
        let secure =
            is_proxied(edge, parts) && parts.headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
        let scheme = if secure { "https" } else { "http" };
        let host = host(edge, parts).unwrap_or_else(|| "localhost".to_owned());
        Ok(Self(format!("{scheme}://{host}")))
    }
}
