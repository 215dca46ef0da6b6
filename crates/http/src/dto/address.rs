//! Absolute addresses, as the client knows this server.

use crate::error::Problem;
use crate::state::Edge;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use std::net::{IpAddr, SocketAddr};

/// Scheme and host as the client knows them: `https://shop.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Base(String);

impl Base {
    /// Of a request from this peer.
    pub(crate) fn of(edge: &Edge, peer: Option<IpAddr>, headers: &HeaderMap, uri: &Uri) -> Self {
        if let Some(public) = &edge.settings.public_url {
            return Self(public.clone());
        }
        let secure = is_proxied(edge, peer) && headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
        let scheme = if secure { "https" } else { "http" };
        let host = host(edge, peer, headers, uri).unwrap_or_else(|| "localhost".to_owned());
        Self(format!("{scheme}://{host}"))
    }

    /// A path of this server as an absolute address.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// An address as stored: absolute ones stay, paths become absolute.
    pub(crate) fn resolve(&self, stored: &str) -> String {
        if stored.starts_with('/') && !stored.starts_with("//") { self.absolute(stored) } else { stored.to_owned() }
    }

    /// Whether the client came over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The host a request names, if it is one; behind a trusted proxy the one the proxy was asked for.
pub(crate) fn host(edge: &Edge, peer: Option<IpAddr>, headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let forwarded = if is_proxied(edge, peer) { headers.get("x-forwarded-host") } else { None };
    let named = forwarded.or_else(|| headers.get(header::HOST)).and_then(|value| value.to_str().ok());
    let host = named.or_else(|| uri.authority().map(|authority| authority.as_str()))?;
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    (!host.is_empty() && host.bytes().all(sign)).then(|| host.to_ascii_lowercase())
}

/// As [`host`].
pub(crate) fn host_of(edge: &Edge, parts: &Parts) -> Option<String> {
    host(edge, peer(parts), &parts.headers, &parts.uri)
}

/// Whoever is at the other end of the connection.
fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

fn is_proxied(edge: &Edge, peer: Option<IpAddr>) -> bool {
    peer.is_some_and(|peer| edge.trusts(peer))
}

impl FromRequestParts<Edge> for Base {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        Ok(Self::of(edge, peer(parts), &parts.headers, &parts.uri))
    }
}
