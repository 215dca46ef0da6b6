//! The headers every answer carries.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

const HEADERS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

pub(super) async fn add(request: Request, next: Next) -> Response {
    let docs = request.uri().path().starts_with("/api/docs/");
    let media_is_sandboxed = !docs;
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // Nothing this server sends is meant to run scripts, but the page of the documents, which brings its own.
    let policy = if media_is_sandboxed {
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; sandbox"
    } else {
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; \
         frame-ancestors 'none'"
    };
    headers.insert(HeaderName::from_static("content-security-policy"), HeaderValue::from_static(policy));
    response
}
