//! The document of the API, and a page to read and try it that needs nothing from outside (`assets/docs`).

use super::pages::file;
use crate::error::{Answer, Problem};
use crate::guard::Resources;
use crate::openapi;
use crate::packed::packed;
use crate::state::Edge;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources.open(routes!(schema)).open(routes!(docs))
}

/// This document: OpenAPI 3.1.
#[utoipa::path(get, path = "/api/schema/", tag = "Documentation", responses((status = 200, body = Object)))]
async fn schema(State(edge): State<Edge>, asked: HeaderMap) -> Answer {
    let document = edge.document.get_or_init(openapi::compact).clone();
    // The same in every shop of this program, so there is one tag for it.
    let small = packed("the document", &document, &asked);
    let encoding = small.is_some().then_some([(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))]);
    let mut response = small.unwrap_or(document).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
    headers.extend(encoding.into_iter().flatten());
    Ok(response)
}

/// A page to read and try the API.
#[utoipa::path(
    get, path = "/api/docs/", tag = "Documentation",
    responses((status = 200, body = String, content_type = "text/html"))
)]
async fn docs(asked: HeaderMap) -> Answer {
    file::answer("docs/index.html", &asked).ok_or_else(Problem::not_found)
}

/// The example of a live page.
pub(crate) async fn asset(Path(name): Path<String>) -> Answer {
    match name.as_str() {
        "live-stock.html" => Ok(example("text/html; charset=utf-8", include_str!("live-stock.html"))),
        "live-stock.js" => Ok(example("text/javascript; charset=utf-8", include_str!("live-stock.js"))),
        _ => Err(Problem::not_found()),
    }
}

fn example(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
