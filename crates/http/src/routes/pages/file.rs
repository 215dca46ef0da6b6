//! Files that are part of the program.

use super::POLICY;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pages::Asset;

/// The file at a path below the assets, or 304 for somebody who has it; nothing where there is none.
pub(super) fn answer(path: &str, asked: &HeaderMap) -> Option<Response> {
    let asset = pages::find(path)?;
    let mut response = match is_known(&asset.etag, asked) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => whole(&asset),
    };
    if let Ok(etag) = HeaderValue::from_str(&asset.etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    dress(&mut response, asset.content_type);
    Some(response)
}

/// A page with a status of its own, which nobody keeps.
pub(super) fn page(path: &str, status: StatusCode) -> Option<Response> {
    let asset = pages::find(path)?;
    let mut response = whole(&asset);
    *response.status_mut() = status;
    dress(&mut response, asset.content_type);
    Some(response)
}

/// What a file's answer carries besides. Kept, but asked about each time: a new release shows at once.
pub(super) fn dress(response: &mut Response, content_type: &str) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if content_type.starts_with("text/html") {
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    }
}

fn whole(asset: &Asset) -> Response {
    // Copied: the files of development builds may change.
    let mut response = Response::new(Body::from(asset.bytes.clone()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    response
}

fn is_known(etag: &str, asked: &HeaderMap) -> bool {
    let named = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = named.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    tags.any(|tag| tag == "*" || tag == etag)
}
