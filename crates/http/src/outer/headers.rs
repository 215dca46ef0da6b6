//! The headers every answer carries.

use crate::dto::address::Base;
use crate::state::Edge;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use std::net::IpAddr;

const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff")),
    (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY")),
];

/// What the answer to one request carries besides.
pub(super) struct Policies {
    content: HeaderValue,
    transport: Option<HeaderValue>,
}

impl Policies {
    pub(super) fn of(edge: &Edge, peer: IpAddr, request: &Request) -> Self {
        let seconds = edge.settings.hsts.as_secs();
        let secure = || Base::of(edge, Some(peer), request.headers(), request.uri()).is_secure();
        // Browsers believe it over TLS only; who came without it is not told.
        let transport = (seconds > 0 && secure()).then(|| HeaderValue::try_from(format!("max-age={seconds}")));
        Self { content: content(request.uri().path()), transport: transport.and_then(Result::ok) }
    }

    pub(super) fn add(self, headers: &mut HeaderMap) {
        headers.reserve(HEADERS.len() + 4);
        for (name, value) in HEADERS {
            headers.insert(name, value);
        }
        // Pages bring their own.
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(self.content);
        if let Some(transport) = self.transport {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, transport);
        }
    }
}

/// Nothing this server sends is meant to run scripts, but the page of the documents, which brings its own as files.
fn content(path: &str) -> HeaderValue {
    HeaderValue::from_static(match path.starts_with("/api/docs/") {
        true => {
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'"
        }
        false => {
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'; sandbox"
        }
    })
}
