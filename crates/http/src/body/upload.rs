//! A file in a multipart form.

use super::parse::{broken_form, collect};
use crate::error::{Answer, Problem};
use crate::outer::Pace;
use crate::state::Edge;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use bytes::Bytes;

/// A form with one file, `file`, and a text, `alt`.
#[derive(Debug)]
pub(crate) struct Upload {
    pub file: Bytes,
    pub alt: String,
}

/// What the parts around the file may take, in bytes.
const AROUND: usize = 16 * 1024;
/// The longest text, in characters.
const ALT: usize = 250;

impl FromRequest<Edge> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, edge: &Edge) -> Result<Self, Problem> {
        if let Some(pace) = request.extensions().get::<Pace>() {
            pace.by_rate();
        }
        let (parts, body) = request.into_parts();
        let limit = edge.settings.max_picture_bytes;
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let Some(content_type) =
            content_type.filter(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data"))
        else {
            let detail = "Send the picture as multipart/form-data, in the field \"file\".";
            return Err(Problem::Detail(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail.into()));
        };
        match collect(body, limit + AROUND).await? {
            Some(bytes) => read(content_type, bytes, limit).await,
            None => Err(too_long(limit)),
        }
    }
}

async fn read(content_type: &str, bytes: Bytes, limit: usize) -> Answer<Upload> {
    let boundary = multer::parse_boundary(content_type).map_err(|error| broken_form(&error))?;
    let stream = futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(bytes) });
    let mut form = multer::Multipart::new(stream, boundary);
    let (mut file, mut alt) = (None, String::new());
    while let Some(field) = form.next_field().await.map_err(|error| broken_form(&error))? {
        match field.name() {
            Some("file") => file = Some(field.bytes().await.map_err(|error| broken_form(&error))?),
            Some("alt") => alt = field.text().await.map_err(|error| broken_form(&error))?.trim().to_owned(),
            _ => {}
        }
    }
    let Some(file) = file.filter(|file| !file.is_empty()) else {
        return Err(Problem::field("file", "No file was submitted."));
    };
    if file.len() > limit {
        return Err(too_long(limit));
    }
    if alt.chars().count() > ALT || alt.contains('\0') {
        return Err(Problem::field("alt", format!("Ensure this field has no more than {ALT} characters.")));
    }
    Ok(Upload { file, alt })
}

fn too_long(limit: usize) -> Problem {
    let detail = format!("The picture is too long: at most {limit} bytes are read.");
    Problem::Detail(StatusCode::PAYLOAD_TOO_LARGE, detail)
}
