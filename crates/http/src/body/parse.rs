//! From the bytes of a body to named values.

use super::Form;
use crate::error::{Answer, Problem};
use crate::outer::TooSlow;
use crate::state::Edge;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};

/// A parsed body.
#[derive(Debug)]
pub(crate) struct Payload {
    value: Value,
    /// From a form: every value is a text, and an empty one may mean "not given".
    is_form: bool,
}

impl Payload {
    /// The values as one text: the same for the same values, whatever order and white space they came in.
    pub(crate) fn canonical(&self) -> String {
        // Objects are kept sorted by name.
        self.value.to_string()
    }

    /// Whether nothing came.
    pub(crate) fn is_empty(&self) -> bool {
        self.value.as_object().is_some_and(Map::is_empty)
    }

    /// The body as named values; `partial` (PATCH) when fields may be missing.
    pub(crate) fn form(self, partial: bool) -> Answer<Form> {
        let kind = match &self.value {
            Value::Object(_) => None,
            Value::Array(_) => Some("list"),
            Value::String(_) => Some("str"),
            Value::Bool(_) => Some("bool"),
            Value::Null => Some("NoneType"),
            Value::Number(number) if number.is_f64() => Some("float"),
            Value::Number(_) => Some("int"),
        };
        match (self.value, kind) {
            (Value::Object(values), _) => Ok(Form::new(values, self.is_form, partial)),
            (_, kind) => {
                let kind = kind.unwrap_or_default();
                Err(Problem::field("non_field_errors", format!("Invalid data. Expected a dictionary, but got {kind}.")))
            }
        }
    }
}

impl FromRequest<Edge> for Payload {
    type Rejection = Problem;

    async fn from_request(request: Request, edge: &Edge) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let content_type = parts.headers.get(header::CONTENT_TYPE);
        let content_type = String::from_utf8_lossy(content_type.map_or(b"", |value| value.as_bytes())).into_owned();
        let limit = edge.settings.max_body_bytes;
        let bytes = match collect(body, limit).await? {
            Some(bytes) => bytes,
            None => {
                let detail = format!("The body is too long: at most {limit} bytes are read.");
                return Err(Problem::Detail(StatusCode::PAYLOAD_TOO_LARGE, detail));
            }
        };
        if bytes.is_empty() {
            return Ok(Self { value: json!({}), is_form: false });
        }
        parse(&content_type, bytes).await
    }
}

/// How much of a body that is too long is read and thrown away, so that the client gets to hear why it is refused
/// instead of a broken connection.
pub(super) const PATIENCE: usize = 32 * 1024 * 1024;

/// The body's bytes; `None` when there are more than `limit`.
pub(crate) async fn collect(mut body: Body, limit: usize) -> Answer<Option<Bytes>> {
    let mut bytes = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(broken_off)?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length > PATIENCE {
            return Ok(None);
        }
        if length <= limit {
            bytes.extend_from_slice(&data);
        }
    }
    Ok((length <= limit).then(|| bytes.freeze()))
}

pub(super) fn broken_off(error: axum::Error) -> Problem {
    let (status, detail) = match error.into_inner().is::<TooSlow>() {
        true => (StatusCode::REQUEST_TIMEOUT, "The body of the request came too slowly."),
        false => (StatusCode::BAD_REQUEST, "The body ended too early."),
    };
    Problem::Detail(status, detail.into())
}

async fn parse(content_type: &str, bytes: Bytes) -> Answer<Payload> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => {
            let text = std::str::from_utf8(&bytes).map_err(|error| unreadable(&error.to_string()))?;
            let value = serde_json::from_str(text).map_err(|error| unreadable(&error.to_string()))?;
            Ok(Payload { value, is_form: false })
        }
        "application/x-www-form-urlencoded" => {
            let values = form_urlencoded::parse(&bytes).into_owned().map(|(name, value)| (name, Value::String(value)));
            Ok(Payload { value: Value::Object(values.collect()), is_form: true })
        }
        "multipart/form-data" => {
            Ok(Payload { value: Value::Object(multipart(content_type, bytes).await?), is_form: true })
        }
        _ => {
            let detail = format!("Unsupported media type \"{content_type}\" in request.");
            Err(Problem::Detail(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
        }
    }
}

fn unreadable(why: &str) -> Problem {
    Problem::Detail(StatusCode::BAD_REQUEST, format!("JSON parse error - {why}"))
}

pub(super) fn broken_form(why: &multer::Error) -> Problem {
    Problem::Detail(StatusCode::BAD_REQUEST, format!("Multipart form parse error - {why}"))
}

/// The text fields of a multipart form; files are read by [`super::Upload`].
async fn multipart(content_type: &str, bytes: Bytes) -> Answer<Map<String, Value>> {
    let boundary = multer::parse_boundary(content_type).map_err(|error| broken_form(&error))?;
    let stream = futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(bytes) });
    let mut form = multer::Multipart::new(stream, boundary);
    let mut values = Map::new();
    while let Some(field) = form.next_field().await.map_err(|error| broken_form(&error))? {
        let Some(name) = field.name().map(ToOwned::to_owned) else { continue };
        let text = field.text().await.map_err(|error| broken_form(&error))?;
        values.insert(name, Value::String(text));
    }
    Ok(values)
}
