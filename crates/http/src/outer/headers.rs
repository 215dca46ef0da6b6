//! The headers every answer carries.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff")),
    (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY")),
];

/// Nothing this server sends is meant to run scripts, but the page of the documents, which brings its own.
pub(super) fn policy(path: &str) -> HeaderValue {
    HeaderValue::from_static(match path.starts_with("/api/docs/") {
        true => {
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; \
             frame-ancestors 'none'"
        }
        false => "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; sandbox",
    })
}

pub(super) fn add(headers: &mut HeaderMap, policy: HeaderValue) {
    headers.reserve(HEADERS.len() + 3);
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    headers.insert(HeaderName::from_static("content-security-policy"), policy);
}
