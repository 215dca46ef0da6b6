//! JSON for people: who opens an address of the API in a browser sees the answer readable, with its status, its headers
//! and links to follow. Programs get what they always get.

mod readable;

use crate::accept::prefers_html;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use readable::{escaped, readable};
use serde::de::IgnoredAny;
use std::fmt::Write;

/// No scripts at all, and the shop's own styles.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// Longer answers are shown as they are, in bytes.
const LONGEST: usize = 1 << 20;

/// A question a browser asks on behalf of somebody who wants to read the answer.
pub(crate) struct Asked {
    method: Method,
    target: String,
}

impl Asked {
    /// If it is one. The answer may then not be 304: what the browser has is the JSON, or nothing.
    pub(crate) fn of(request: &mut Request) -> Option<Self> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if !reads || !prefers_html(request.headers()) {
            return None;
        }
        request.headers_mut().remove(header::IF_NONE_MATCH);
        Some(Self { method: request.method().clone(), target: request.uri().to_string() })
    }

    /// The answer as a page, if it is JSON.
    pub(crate) async fn show(self, response: Response) -> Response {
        let (mut parts, body) = response.into_parts();
        let is_json = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
        if !is_json {
            return Response::from_parts(parts, body);
        }
        let Ok(bytes) = to_bytes(body, usize::MAX).await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let text = std::str::from_utf8(&bytes).ok().filter(|text| text.len() <= LONGEST);
        let Some(text) = text.filter(|text| serde_json::from_str::<IgnoredAny>(text).is_ok()) else {
            return Response::from_parts(parts, Body::from(bytes));
        };
        let page = self.page(parts.status, &parts.headers, text);
        let headers = &mut parts.headers;
        for stale in [header::CONTENT_LENGTH, header::ETAG] {
            headers.remove(stale);
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Response::from_parts(parts, Body::from(page))
    }

    fn page(&self, status: StatusCode, headers: &axum::http::HeaderMap, json: &str) -> String {
        let (method, target) = (self.method.as_str(), escaped(&self.target));
        let mood = if status.is_success() { "ok" } else { "danger" };
        let mut told = String::new();
        let hidden = [header::CONTENT_LENGTH, header::SET_COOKIE];
        for (name, value) in headers.iter().filter(|(name, _)| !hidden.contains(name)) {
            let value = String::from_utf8_lossy(value.as_bytes());
            // Writing into a text never fails.
            let _ = write!(told, "<dt>{name}</dt><dd>{}</dd>", escaped(&value));
        }
        let json = readable(json);
        format!(
            r#"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{method} {target}</title>
  <link rel="icon" href="/assets/shared/icon.svg">
  <link rel="stylesheet" href="/assets/shared/base.css">
  <link rel="stylesheet" href="/assets/shared/json.css">
</head>
<body>
  <main>
    <nav class="row spread" aria-label="Shop"><a href="/">Shop</a><a href="/api/docs/">How to use the API</a></nav>
    <h1><span class="muted">{method}</span> {target}</h1>
    <p class="row"><span class="badge badge-{mood}">{status}</span><span class="muted small">Programs get the same as JSON alone.</span></p>
    <dl>{told}</dl>
    <pre tabindex="0" aria-label="The answer">{json}</pre>
  </main>
</body>
</html>
"#
        )
    }
}
