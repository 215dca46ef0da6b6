//! The document of the API, and a page to read and try it that needs nothing from outside.

use crate::error::{Answer, Problem};
use crate::guard::Resources;
use crate::state::Edge;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use utoipa_axum::routes;
use utoipa_swagger_ui::Config;

pub(super) fn resources(resources: Resources) -> Resources {
    resources.open(routes!(schema)).open(routes!(docs))
}

/// This document: OpenAPI 3.1.
#[utoipa::path(get, path = "/api/schema/", tag = "Documentation", responses((status = 200, body = Object)))]
async fn schema(State(edge): State<Edge>) -> Answer {
    let document = edge.document.get().cloned().unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "application/json")], document).into_response())
}

/// A page to read and try the API.
#[utoipa::path(
    get, path = "/api/docs/", tag = "Documentation",
    responses((status = 200, body = String, content_type = "text/html"))
)]
async fn docs() -> Answer {
    file("index.html")
}

/// The scripts and styles of the page, and the example of a live one.
pub(crate) async fn asset(Path(name): Path<String>) -> Answer {
    match name.as_str() {
        "live-stock.html" => Ok(example("text/html; charset=utf-8", include_str!("live-stock.html"))),
        "live-stock.js" => Ok(example("text/javascript; charset=utf-8", include_str!("live-stock.js"))),
        _ => file(&name),
    }
}

fn example(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

fn file(name: &str) -> Answer {
    let config = Arc::new(Config::from("/api/schema/").persist_authorization(true).try_it_out_enabled(true));
    let found = utoipa_swagger_ui::serve(name, config).map_err(|error| Problem::Internal(error.to_string()))?;
    let file = found.ok_or_else(Problem::not_found)?;
    let mut response = Response::new(axum::body::Body::from(file.bytes.into_owned()));
    if let Ok(kind) = HeaderValue::from_str(&file.content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    Ok(response)
}
