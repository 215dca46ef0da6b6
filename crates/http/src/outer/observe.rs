//! One log line and one set of figures per request, under an id that the client gets too.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::{Counter, Histogram};
use serde_json::json;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::Instant;
use tracing::Instrument;

/// What each request is logged under.
pub const SERVED: &str = "oxcart_http::outer::observe";

const REQUEST_ID: &str = "x-request-id";

/// Counts requests of this process; with the number of the process it makes an id.
static REQUESTS: AtomicU64 = AtomicU64::new(1);

/// The route an answer came from, as the document calls it; in the extensions of the answer.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Route(pub(crate) Arc<str>);

/// The account that asked, if it is known; in the extensions of the answer.
#[derive(Clone, Copy)]
pub(crate) struct UserId(pub(crate) i64);

/// For routes outside the guard, which names the others.
pub(super) async fn labelled(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| Route(path.as_str().into()));
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// What is noted of a request before it is answered.
pub(super) struct Seen {
    pub(super) id: String,
    method: Method,
    uri: Uri,
    began: Instant,
    /// The account that asked, once it is known.
    pub(super) user_id: Option<i64>,
}

impl Seen {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            id: request_id(request),
            method: request.method().clone(),
            uri: request.uri().clone(),
            began: Instant::now(),
            user_id: None,
        }
    }

    pub(super) const fn method(&self) -> &Method {
        &self.method
    }

    /// Waits for the answer; what is logged meanwhile carries the id.
    pub(super) fn watch<F: Future<Output = Response>>(&self, answering: F) -> impl Future<Output = Response> + use<F> {
        answering.instrument(tracing::info_span!("request", request_id = %self.id))
    }

    /// Logs and counts an answer, and gives it the id.
    pub(super) fn tell(&self, response: Response, (requests, seconds): &(Counter, Histogram)) -> Response {
        let elapsed = self.began.elapsed();
        // The path without its query: queries may hold tokens. Without the span around it, which would cost as much as
        // the line itself.
        let (request_id, method, path) = (&*self.id, self.method.as_str(), self.uri.path());
        let (status, ms) = (response.status().as_u16(), u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
        tracing::info!(target: SERVED, request_id, method, path, status, ms, user_id = self.user_id, "served");
        requests.increment(1);
        seconds.record(elapsed.as_secs_f64());
        with_id(response, &self.id)
    }
}

/// The figures of each route, looked up in the registry once.
#[derive(Default)]
pub(super) struct Meters(RwLock<HashMap<Labels, (Counter, Histogram)>>);

#[derive(PartialEq, Eq, Hash)]
struct Labels {
    route: Arc<str>,
    method: Method,
    status: StatusCode,
}

/// Methods that are told by their names; all others are told as `TRACE`, which no route answers.
const KNOWN: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// More than routes, methods and statuses can make; beyond, all are told as one.
const MOST_LABELS: usize = 2_000;

impl Meters {
    /// Those of an answer.
    pub(super) fn of(&self, response: &Response, method: &Method) -> (Counter, Histogram) {
        let route = response.extensions().get::<Route>();
        let route = route.map_or_else(|| Arc::from("unknown"), |route| Arc::clone(&route.0));
        // Clients make up methods.
        let method = if KNOWN.contains(method) { method.clone() } else { Method::TRACE };
        let status = response.status();
        let mut labels = Labels { route, method, status };
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&labels) {
            return found.clone();
        }
        if known.len() >= MOST_LABELS {
            labels = Labels { route: Arc::from("unknown"), method: Method::OPTIONS, status };
        }
        drop(known);
        let names = [
            ("method", labels.method.to_string()),
            ("route", labels.route.to_string()),
            ("status", status.as_u16().to_string()),
        ];
        let requests = metrics::counter!("oxcart_requests_total", &names);
        let seconds = metrics::histogram!("oxcart_request_seconds", &names[..2]);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(labels).or_insert((requests, seconds)).clone()
    }
}

/// The id a proxy gave, if it looks like one, else a new one.
fn request_id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let plain =
        |id: &&str| (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    given.filter(plain).map_or_else(|| own_id(REQUESTS.fetch_add(1, Ordering::Relaxed)), ToOwned::to_owned)
}

/// The id of a request by its number: `00000b3a-0000002a`, the first half being the process.
fn own_id(number: u64) -> String {
    // Asking the system, and `format!`, would take longer than all the rest.
    static PROCESS: LazyLock<String> = LazyLock::new(|| format!("{:08x}-", std::process::id()));
    let mut id = String::with_capacity(PROCESS.len() + 16);
    id.push_str(&PROCESS);
    let digits = (u64::BITS - number.leading_zeros()).div_ceil(4).max(8);
    let digit = |place: u32| char::from_digit((number >> (4 * place) & 15) as u32, 16);
    id.extend((0..digits).rev().filter_map(digit));
    id
}

/// Tells the client the id; a 500 says nothing else.
fn with_id(mut response: Response, id: &str) -> Response {
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        let body = json!({"detail": "A server error occurred.", "request_id": id});
        let headers = response.headers().clone();
        response = (StatusCode::INTERNAL_SERVER_ERROR, axum::Json(body)).into_response();
        for (name, value) in &headers {
            if name != axum::http::header::CONTENT_LENGTH {
                response.headers_mut().insert(name, value.clone());
            }
        }
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::own_id;

    #[test]
    fn an_id_is_the_process_and_the_number_in_eight_digits_or_more() {
        let process = std::process::id();
        for number in [1, 42, 0xFFFF_FFFF, 0x1_0000_0000, u64::MAX] {
            assert_eq!(own_id(number), format!("{process:08x}-{number:08x}"));
        }
    }
}
