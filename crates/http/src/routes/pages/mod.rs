//! Pages and what they are made of: files, with no rule in them. Whatever a page shows, it asks the API for.
//!
//! What lies under `/assets/` and the console under `/admin/` are part of the program; at `/` is the storefront, which
//! the operator chooses ([`Storefront`]). No address of the API is ever a page: the storefront answers where no route
//! does.

pub(super) mod file;
mod folder;
mod this_shop;

use crate::accept::prefers_html;
use crate::error::Problem;
use crate::outer::Route;
use crate::state::{Edge, Storefront};
use axum::Router;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

/// Scripts and styles from files of the shop's own, pictures from wherever they are kept, and nothing else.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' data: https:; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; \
     object-src 'none'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
);

/// The files of the program, and the console.
pub(crate) fn routes() -> Router<Edge> {
    Router::new()
        .route("/assets/{*path}", get(asset))
        .route("/assets/shared/this-shop.js", get(this_shop::script))
        .route("/admin", get(|| async { Redirect::permanent("/admin/") }))
        .route("/admin/", get(console))
        .route("/admin/{*page}", get(console))
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    file::answer(&path, &headers).unwrap_or_else(|| missing(&headers))
}

/// One page for every address: which of its views is meant, it reads from the address itself.
async fn console(headers: HeaderMap) -> Response {
    file::answer("admin/index.html", &headers).unwrap_or_else(|| missing(&headers))
}

/// What is at an address that no route has.
pub(crate) async fn storefront(request: Request) -> Response {
    let storefront = request.extensions().get::<Edge>().map(|edge| edge.settings.storefront.clone());
    let found = match storefront.unwrap_or_default() {
        Storefront::None if request.uri().path() == "/" => file::answer("shared/welcome.html", request.headers()),
        Storefront::None => None,
        Storefront::Demo => demo(&request),
        Storefront::Folder(folder) => {
            let mailed = mailed(&request);
            let found = folder::answer(&folder, request).await;
            return mailed.filter(|_| found.status() == StatusCode::NOT_FOUND).unwrap_or(found);
        }
    };
    found.or_else(|| mailed(&request)).unwrap_or_else(|| missing(request.headers()))
}

/// The pages that links in mails lead to, which every shop has; a folder of the operator's may hold others.
fn mailed(request: &Request) -> Option<Response> {
    match request.uri().path() {
        "/reset.html" => file::answer("shared/reset.html", request.headers()),
        "/order.html" => file::answer("shared/order.html", request.headers()),
        "/confirm.html" => file::answer("shared/confirm.html", request.headers()),
        _ => None,
    }
}

/// The demo shop answers as the same files in a folder would.
fn demo(request: &Request) -> Option<Response> {
    let path = request.uri().path().trim_start_matches('/');
    let candidates = folder::candidates(path);
    let mut found = candidates.iter().find_map(|name| file::answer(&format!("shop/{name}"), request.headers()))?;
    found.extensions_mut().insert(Route("storefront".into()));
    Some(found)
}

/// 404: a page for people, the usual envelope for programs.
fn missing(headers: &HeaderMap) -> Response {
    let page = prefers_html(headers).then(|| file::page("shared/404.html", StatusCode::NOT_FOUND)).flatten();
    let mut response = page.unwrap_or_else(|| Problem::not_found().into_response());
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept"));
    response
}
