//! The span of a request. Where nothing is traced, none is made.

use super::observe::Seen;
use crate::state::Edge;
use axum::extract::Request;
use axum::response::Response;
use tracing::{Span, field};

/// A span, in the trace that the client names if it names one.
pub(super) fn of(edge: &Edge, seen: &Seen, request: &Request) -> Span {
    let Some(traces) = edge.settings.traces else { return Span::none() };
    let span = tracing::trace_span!(
        target: "oxcart::trace",
        "request",
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = %request.method(),
        http.route = field::Empty,
        http.response.status_code = field::Empty,
        url.path = request.uri().path(),
        oxcart.request_id = %seen.id,
        enduser.id = field::Empty,
    );
    if let Some(parent) = request.headers().get("traceparent").and_then(|value| value.to_str().ok()) {
        (traces.adopt)(&span, parent);
    }
    span
}

/// Notes what came of it.
pub(super) fn end(edge: &Edge, span: &Span, seen: &Seen, response: &Response) {
    let Some(traces) = edge.settings.traces else { return };
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    if let Some(id) = seen.user_id {
        span.record("enduser.id", id);
    }
    if let Some(route) = response.extensions().get::<super::Route>() {
        span.record("http.route", &*route.0);
        (traces.rename)(span, format!("{} {}", seen.method(), route.0));
    }
}
