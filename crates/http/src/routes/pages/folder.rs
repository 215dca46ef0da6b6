//! A storefront of the operator's own: the files of a folder.

use super::file::dress;
use crate::outer::Route;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::path::{Path, PathBuf};
use tower_http::services::ServeFile;
use tower_service::Service;

/// The files an address may mean, best first: `about` is `about`, `about.html` or `about/index.html`.
pub(super) fn candidates(path: &str) -> Vec<String> {
    match path {
        "" => vec!["index.html".to_owned()],
        // The addresses that links in the pages are relative to.
        page if page.ends_with('/') => vec![format!("{page}index.html")],
        page => vec![page.to_owned(), format!("{page}.html")],
    }
}

/// The file at the request's address; the folder's `404.html`, or the program's, where there is none.
pub(super) async fn answer(folder: &Path, mut request: Request) -> Response {
    let root = folder.to_owned();
    let path = request.uri().path().to_owned();
    let looked = tokio::task::spawn_blocking(move || (find(&root, &path), inside(&root, "404.html"))).await;
    let (found, not_found) = looked.unwrap_or_default();
    let Some(file) = found else {
        let Some(page) = not_found.filter(|_| crate::accept::prefers_html(request.headers())) else {
            return super::missing(request.headers());
        };
        // Nobody keeps it: it is not what is at this address.
        request.headers_mut().remove(header::IF_NONE_MATCH);
        request.headers_mut().remove(header::IF_MODIFIED_SINCE);
        request.headers_mut().remove(header::RANGE);
        let mut response = serve(&page, request).await;
        *response.status_mut() = StatusCode::NOT_FOUND;
        response.headers_mut().remove(header::ETAG);
        response.headers_mut().remove(header::LAST_MODIFIED);
        return response;
    };
    let mut response = serve(&file, request).await;
    response.extensions_mut().insert(Route("storefront".into()));
    response
}

async fn serve(file: &Path, request: Request) -> Response {
    let kind = pages::content_type(&file.to_string_lossy());
    let Ok(served) = ServeFile::new(file).call(request).await;
    let mut response = served.map(Body::new).into_response();
    if response.headers().contains_key(header::CONTENT_TYPE) {
        // One table for all files, embedded or not.
        response.headers_mut().insert(header::CONTENT_TYPE, axum::http::HeaderValue::from_static(kind));
    }
    dress(&mut response, kind);
    response
}

fn find(root: &Path, path: &str) -> Option<PathBuf> {
    let path = decoded(path.trim_start_matches('/'))?;
    candidates(&path).iter().find_map(|name| inside(root, name))
}

/// The file of this name below the folder. Links that lead out of it lead nowhere.
fn inside(root: &Path, name: &str) -> Option<PathBuf> {
    if !pages::is_plain(name) {
        return None;
    }
    let file = root.join(name).canonicalize().ok()?;
    (file.starts_with(root) && file.is_file()).then_some(file)
}

/// An address with its `%` signs read; nothing if that makes no text.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_browsers_write_them() {
        assert_eq!(decoded("a%20b/%C3%A9.html").as_deref(), Some("a b/é.html"));
        for wrong in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(decoded(wrong), None, "{wrong}");
        }
    }
}
