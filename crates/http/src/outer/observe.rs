//! One log line and one set of figures per request, under an id that the client gets too.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tracing::Instrument;

const REQUEST_ID: &str = "x-request-id";

/// Counts requests of this process; with the start of the process it makes an id.
static REQUESTS: AtomicU64 = AtomicU64::new(1);

pub(super) async fn observe(request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let method = request.method().clone();
    // The path without its query: queries may hold tokens.
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("unknown", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id = %id);
    let started = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let elapsed = started.elapsed();
    let status = response.status();
    span.in_scope(|| {
        tracing::info!(%method, path, status = status.as_u16(), ms = elapsed.as_millis(), "served");
    });
    let labels = [("method", method.to_string()), ("route", route), ("status", status.as_u16().to_string())];
    metrics::counter!("oxcart_requests_total", &labels).increment(1);
    metrics::histogram!("oxcart_request_seconds", &labels[..2]).record(elapsed.as_secs_f64());
    with_id(response, &id)
}

/// The id a proxy gave, if it looks like one, else a new one.
fn request_id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let plain =
        |id: &&str| (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    given.filter(plain).map_or_else(
        || format!("{:08x}-{:08x}", std::process::id(), REQUESTS.fetch_add(1, Ordering::Relaxed)),
        ToOwned::to_owned,
    )
}

/// Tells the client the id; a 500 says nothing else.
fn with_id(mut response: Response, id: &str) -> Response {
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        let body = json!({"detail": "A server error occurred.", "request_id": id});
        let headers = response.headers().clone();
        response = (StatusCode::INTERNAL_SERVER_ERROR, axum::Json(body)).into_response();
        for (name, value) in &headers {
            if name != axum::http::header::CONTENT_LENGTH {
                response.headers_mut().insert(name, value.clone());
            }
        }
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
