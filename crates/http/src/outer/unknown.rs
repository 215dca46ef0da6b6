//! Addresses no route lives at: the way to the one with the slash, as Django's `APPEND_SLASH` does, a page of the
//! storefront, or 404.

use crate::error::Problem;
use crate::routes::pages;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The paths there are, as lists of segments; `{…}` stands for a number.
#[derive(Clone)]
pub(crate) struct Known(Arc<Vec<Vec<String>>>);

impl Known {
    pub(super) fn of<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let slashed = paths.filter(|path| path.ends_with('/'));
        Self(Arc::new(slashed.map(|path| path.split('/').map(ToOwned::to_owned).collect()).collect()))
    }

    fn has(&self, path: &str) -> bool {
        let segments: Vec<_> = path.split('/').collect();
        let fits = |pattern: &String, segment: &&str| match pattern.starts_with('{') {
            true => !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()),
            false => pattern == segment,
        };
        self.0.iter().any(|path| path.len() == segments.len() && path.iter().zip(&segments).all(|(a, b)| fits(a, b)))
    }
}

pub(super) async fn answer(known: Known, request: Request) -> Response {
    let path = request.uri().path();
    let slashed = format!("{path}/");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && !path.ends_with('/') && known.has(&slashed) {
        let target = match request.uri().query() {
            Some(query) => format!("{slashed}?{query}"),
            None => slashed,
        };
        return (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, target)]).into_response();
    }
    if reads { pages::storefront(request).await } else { Problem::not_found().into_response() }
}
