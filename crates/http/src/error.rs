//! The one envelope for errors: Django REST Framework's shapes and texts.

use app::auth::FieldErrors;
use app::{Failure, StoreError};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What went wrong, as the client is told.
#[derive(Debug)]
pub(crate) enum Problem {
    /// `{"detail": …}` with a status.
    Detail(StatusCode, String),
    /// `{"error": …}` with a status, as the shop's own routes say it.
    Error(StatusCode, String),
    /// A whole body of one's own with a status.
    Body(StatusCode, Value),
    /// 400 `{"field": ["…"]}`.
    Fields(Map<String, Value>),
    /// 401 with a body of one's own.
    Unauthorized(Value),
    /// 409: a request with this `Idempotency-Key` is under way.
    UnderWay,
    /// 429.
    Throttled(Duration),
    /// 429: as many as may be are under way; try again in so many seconds.
    TooMany(u64, String),
    /// 503: try again in so many seconds.
    Unavailable(u64, String),
    /// 500: the log says more.
    Internal(String),
}

/// With [`Problem`].
pub(crate) type Answer<T = Response> = Result<T, Problem>;

impl Problem {
    pub(crate) fn not_found() -> Self {
        Self::Detail(StatusCode::NOT_FOUND, "Not found.".into())
    }

    pub(crate) fn no_match(model: &str) -> Self {
        Self::Detail(StatusCode::NOT_FOUND, format!("No {model} matches the given query."))
    }

    pub(crate) fn not_authenticated() -> Self {
        Self::Unauthorized(json!({"detail": "Authentication credentials were not provided."}))
    }

    pub(crate) fn forbidden() -> Self {
        Self::Detail(StatusCode::FORBIDDEN, "You do not have permission to perform this action.".into())
    }

    pub(crate) fn bad_token(message: &str) -> Self {
        Self::Unauthorized(json!({"detail": message, "code": "token_not_valid"}))
    }

    pub(crate) fn field(name: &str, message: impl Into<String>) -> Self {
        Self::Fields(Map::from_iter([(name.to_owned(), json!([message.into()]))]))
    }

    pub(crate) fn fields(errors: FieldErrors) -> Self {
        Self::Fields(errors.into_iter().map(|(name, messages)| (name, json!(messages))).collect())
    }

    /// More is asked for than can be done. No line in the log: there would be as many as requests.
    fn busy(seconds: u64) -> Self {
        metrics::counter!("oxcart_shed_total").increment(1);
        Self::Unavailable(seconds, "The server is busy. Try again later.".into())
    }

    fn parts(self) -> (StatusCode, Value, Option<(header::HeaderName, String)>) {
        match self {
            Self::Detail(status, text) => (status, json!({"detail": text}), None),
            Self::Error(status, text) => (status, json!({"error": text}), None),
            Self::Body(status, body) => (status, body, None),
            Self::Fields(errors) => (StatusCode::BAD_REQUEST, Value::Object(errors), None),
            Self::Unauthorized(body) => {
                let challenge = (header::WWW_AUTHENTICATE, "Bearer realm=\"api\"".to_owned());
                (StatusCode::UNAUTHORIZED, body, Some(challenge))
            }
            Self::UnderWay => {
                let detail = "A request with this Idempotency-Key is under way. Try again in 1 second.";
                (StatusCode::CONFLICT, json!({"detail": detail}), Some((header::RETRY_AFTER, "1".to_owned())))
            }
            Self::Throttled(wait) => {
                let seconds = wait.as_millis().div_ceil(1000).max(1);
                let unit = if seconds == 1 { "second" } else { "seconds" };
                let detail = format!("Request was throttled. Expected available in {seconds} {unit}.");
                let retry = (header::RETRY_AFTER, seconds.to_string());
                (StatusCode::TOO_MANY_REQUESTS, json!({"detail": detail}), Some(retry))
            }
            Self::TooMany(seconds, detail) => {
                let retry = (header::RETRY_AFTER, seconds.to_string());
                (StatusCode::TOO_MANY_REQUESTS, json!({"detail": detail}), Some(retry))
            }
            Self::Unavailable(seconds, detail) => {
                let retry = (header::RETRY_AFTER, seconds.to_string());
                (StatusCode::SERVICE_UNAVAILABLE, json!({"detail": detail}), Some(retry))
            }
            Self::Internal(cause) => {
                // Logged here, once; the outer layer adds the request id to the line and to the body.
                tracing::error!(%cause, "a request failed");
                (StatusCode::INTERNAL_SERVER_ERROR, json!({"detail": "A server error occurred."}), None)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, body, extra) = self.parts();
        let mut response = (status, axum::Json(body)).into_response();
        if let Some((name, value)) = extra
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Busy(seconds) => Self::busy(seconds),
            Failure::Outdated => {
                Self::Unavailable(1, "The account was changed meanwhile. Send the request again.".into())
            }
            Failure::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(why) => {
                tracing::warn!(%why, "the database does not answer");
                Self::Unavailable(1, "Service temporarily unavailable, try again later.".into())
            }
            StoreError::Busy(_) => Self::busy(1),
            StoreError::Retry(why) => {
                tracing::warn!(%why, "a transaction kept losing races");
                Self::Unavailable(1, "The server is busy. Try again later.".into())
            }
            StoreError::OutcomeUnknown(why) => {
                tracing::error!(%why, "the outcome of a commit is unknown");
                let detail = "The connection to the database was lost while saving. Look whether the change was saved \
                              before trying again.";
                Self::Unavailable(1, detail.into())
            }
            other => Self::Internal(other.to_string()),
        }
    }
}
