//! Files that may be too large for memory: they are written down while they come.

use super::parse::{PATIENCE, broken_form, broken_off};
use crate::error::{Answer, Problem};
use crate::outer::Pace;
use crate::state::Edge;
use app::transfer::{Spool, Spooled};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};
use http_body_util::BodyExt;
use std::error::Error;
use std::fmt;
use std::io;

/// A file: the body itself, or the field `file` of a form (else its first one that is a file). `None` if there is none.
pub(crate) async fn spooled(request: Request, edge: &Edge) -> Answer<Option<Spooled>> {
    if let Some(pace) = request.extensions().get::<Pace>() {
        pace.by_rate();
    }
    let (parts, body) = request.into_parts();
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let content_type = String::from_utf8_lossy(content_type.map_or(b"", |value| value.as_bytes())).into_owned();
    let limit = edge.settings.max_import_bytes;
    let bytes = bounded(body, limit);
    let spool = match content_type.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        true => of_form(&content_type, bytes, limit).await?,
        false => written(bytes.map_err(|error| explained(error, limit))).await?,
    };
    let Some(spool) = spool else { return Ok(None) };
    let spooled = spool.end().await.map_err(|error| unkept(&error))?;
    Ok(Some(spooled).filter(|spooled| !spooled.is_empty()))
}

async fn of_form(
    content_type: &str,
    bytes: impl Stream<Item = Result<Bytes, Unread>> + Send + 'static,
    limit: usize,
) -> Answer<Option<Spool>> {
    let failed = |error: multer::Error| match error {
        multer::Error::StreamReadFailed(inner) => match inner.downcast::<Unread>() {
            Ok(unread) => explained(*unread, limit),
            Err(inner) => broken_form(&multer::Error::StreamReadFailed(inner)),
        },
        other => broken_form(&other),
    };
    let boundary = multer::parse_boundary(content_type).map_err(|error| broken_form(&error))?;
    let mut form = multer::Multipart::new(bytes, boundary);
    while let Some(field) = form.next_field().await.map_err(failed)? {
        if field.name() == Some("file") || field.file_name().is_some() {
            return written(field.map_err(failed)).await;
        }
    }
    Ok(None)
}

async fn written(bytes: impl Stream<Item = Result<Bytes, Problem>>) -> Answer<Option<Spool>> {
    let mut bytes = std::pin::pin!(bytes);
    let mut spool = Spool::default();
    while let Some(piece) = bytes.try_next().await? {
        spool.add(&piece).await.map_err(|error| unkept(&error))?;
    }
    Ok(Some(spool))
}

/// Why a body was not read to its end.
#[derive(Debug)]
enum Unread {
    TooLong,
    BrokenOff(axum::Error),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body was not read to its end")
    }
}

impl Error for Unread {}

/// A body up to a limit. What is beyond it is read for a while and thrown away, so that the client gets to hear why.
fn bounded(body: Body, limit: usize) -> impl Stream<Item = Result<Bytes, Unread>> + Send + 'static {
    stream::try_unfold((body, 0), move |(mut body, mut length)| async move {
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(Unread::BrokenOff)?.into_data() else { continue };
            length += data.len();
            if length <= limit {
                return Ok(Some((data, (body, length))));
            }
            if length > limit.saturating_add(PATIENCE) {
                return Err(Unread::TooLong);
            }
        }
        if length > limit { Err(Unread::TooLong) } else { Ok(None) }
    })
}

fn explained(unread: Unread, limit: usize) -> Problem {
    match unread {
        Unread::BrokenOff(error) => broken_off(error),
        Unread::TooLong => {
            let detail = format!(
                "The file is too long: at most {limit} bytes are read (max_import_bytes). Use `oxcart import` or \
                 `oxcart loaddata` for larger ones."
            );
            Problem::Detail(StatusCode::PAYLOAD_TOO_LARGE, detail)
        }
    }
}

fn unkept(error: &io::Error) -> Problem {
    tracing::error!(%error, "a file that is to be imported can't be written down; is there room where TMPDIR lies?");
    Problem::Unavailable(30, "There is no room for the file just now.".into())
}
