//! Files that are part of the program.

use super::POLICY;
use crate::packed::packed;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pages::Asset;

const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// The file at a path below the assets, or 304 for somebody who has it; nothing where there is none.
pub(crate) fn answer(path: &str, asked: &HeaderMap) -> Option<Response> {
    let mut asset = pages::find(path)?;
    let small = is_text(asset.content_type).then(|| packed(&asset.etag, &asset.bytes, asked)).flatten();
    if small.is_some() {
        // Other bytes, another tag.
        asset.etag = format!("{}-gz\"", asset.etag.trim_end_matches('"'));
    }
    let mut response = match (is_known(&asset.etag, asked), small) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, Some(small)) => {
            let mut response = Response::new(Body::from(small));
            response.headers_mut().insert(header::CONTENT_ENCODING, GZIP);
            response
        }
        // Copied: the files of development builds may change.
        (false, None) => Response::new(Body::from(asset.bytes.clone())),
    };
    if let Ok(etag) = HeaderValue::from_str(&asset.etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    finish(&mut response, &asset);
    Some(response)
}

/// A page with a status of its own, which nobody keeps.
pub(super) fn page(path: &str, status: StatusCode) -> Option<Response> {
    let asset = pages::find(path)?;
    let mut response = Response::new(Body::from(asset.bytes.clone()));
    *response.status_mut() = status;
    finish(&mut response, &asset);
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

fn finish(response: &mut Response, asset: &Asset) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    if is_text(asset.content_type) {
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    dress(response, asset.content_type);
}

fn is_text(content_type: &str) -> bool {
    content_type.starts_with("text/") || content_type == "image/svg+xml"
}

fn is_known(etag: &str, asked: &HeaderMap) -> bool {
    let named = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = named.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    tags.any(|tag| tag == "*" || tag == etag)
}
