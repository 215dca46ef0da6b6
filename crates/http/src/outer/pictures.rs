//! Pictures: from the media folder, and what is not there from the bucket, if the shop has one. They pass through the
//! shop, so that an address stays the same and may be kept by whoever stands in between, and the bucket may be closed.

use crate::error::Problem;
use crate::state::Edge;
use app::media::{is_named_by_content, served};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::fmt;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::time::Duration;
use tower_http::services::ServeDir;
use tower_service::Service;

/// A picture's address names what is in it, so it always means the same bytes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Others may be replaced: asked for again after a while, which costs little when nothing has changed.
const FOR_A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// How long a bucket may send nothing in the middle of a picture.
const PATIENCE: Duration = Duration::from_secs(20);
/// What pictures are, by the end of their names; a bucket may not know.
const KINDS: [(&str, &str); 7] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("avif", "image/avif"),
    ("svg", "image/svg+xml"),
];

/// What comes of asking: an answer with its headers, or why there is none.
pub type Sent<'a> = Pin<Box<dyn Future<Output = Result<hyper::Response<Incoming>, String>> + Send + 'a>>;

/// Where pictures lie that are not in the media folder. It is asked as a browser asks the shop.
pub trait PictureSource: fmt::Debug + Send + Sync {
    /// The answer to `GET` or `HEAD` of a file (`uploads/<hash>/320.jpg`), 404 if there is none. Of the headers those
    /// count that ask for a part, or for something that has changed.
    fn ask<'a>(&'a self, method: &'a Method, name: &'a str, headers: &'a HeaderMap) -> Sent<'a>;
}

/// `GET /media/…`
pub(super) async fn serve(State(edge): State<Edge>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path();
    let name = path.strip_prefix(edge.settings.media_url.as_str()).unwrap_or_default();
    let mut response = match first_found(&edge, &parts.method, name, &parts.headers).await {
        Ok(response) => response,
        Err(why) => {
            tracing::error!(%why, "a picture can't be had from the bucket");
            return Problem::Unavailable(5, "Pictures can't be had just now.".into()).into_response();
        }
    };
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let kept = if is_named_by_content(name) { FOR_EVER } else { FOR_A_WHILE };
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
    }
    response
}

/// The first of what may be served under the name.
async fn first_found(edge: &Edge, method: &Method, name: &str, headers: &HeaderMap) -> Result<Response, String> {
    let mut last = StatusCode::NOT_FOUND.into_response();
    for file in served(name) {
        last = found(edge, method, &file, headers).await?;
        if last.status() != StatusCode::NOT_FOUND {
            break;
        }
    }
    Ok(last)
}

async fn found(edge: &Edge, method: &Method, name: &str, headers: &HeaderMap) -> Result<Response, String> {
    let mut folder = ServeDir::new(&edge.settings.media_root).append_index_html_on_directories(false);
    let mut request = Request::new(Body::empty());
    request.method_mut().clone_from(method);
    *request.uri_mut() = format!("/{name}").parse().unwrap_or_default();
    request.headers_mut().clone_from(headers);
    // Never fails: what goes wrong is an answer.
    let response = folder.call(request).await.map(|response| response.map(Body::new)).unwrap_or_default();
    match &edge.settings.media_bucket {
        Some(bucket) if response.status() == StatusCode::NOT_FOUND && is_plain(name) => {
            // Whatever else lies in the bucket is nobody's business.
            let Some(kind) = kind(name) else { return Ok(response) };
            let response = bucket.ask(method, name, headers).await?;
            if matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::RANGE_NOT_SATISFIABLE) {
                // What a bucket says of it names the bucket.
                return Ok(response.map(|_| Body::empty()));
            }
            let mut response = response.map(streamed);
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            Ok(response)
        }
        _ => Ok(response),
    }
}

fn kind(name: &str) -> Option<&'static str> {
    let (_, end) = name.rsplit_once('.')?;
    KINDS.iter().find(|(known, _)| end.eq_ignore_ascii_case(known)).map(|(_, kind)| *kind)
}

/// Whether a name is spelled in one way only and leads nowhere else.
fn is_plain(name: &str) -> bool {
    let clean = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    clean && name.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

/// The rest of an answer, which must go on coming.
fn streamed(body: Incoming) -> Body {
    Body::from_stream(stream::unfold(Some(body), async |body| {
        let mut body = body?;
        loop {
            let Ok(frame) = tokio::time::timeout(PATIENCE, body.frame()).await else {
                return Some((Err(io::Error::from(ErrorKind::TimedOut)), None));
            };
            match frame?.map(|frame| frame.into_data()) {
                Ok(Ok(data)) => return Some((Ok(data), Some(body))),
                // Trailers say nothing.
                Ok(Err(_)) => {}
                Err(error) => return Some((Err(io::Error::other(error)), None)),
            }
        }
    }))
}
