//! `Idempotency-Key`: a client that does not know what became of its request sends it again under the same key, and it
//! has its effect once. The answer is kept in the transaction of the effect ([`app::once`]); the second time it comes
//! with `Idempotent-Replayed: true`.
//!
//! To make a `POST` safe to repeat: hand what the use case returns to [`Asked::once`], together with how it is shown,
//! and pass the [`Once`] on that `act` is given; then name the route in [`ROUTES`], for the document.

use crate::error::{Answer, Problem};
use crate::guard::Caller;
use crate::state::Edge;
use app::once::{Key, Keyed, Once, Recalled, Request, Shown};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::cart::Owner;
use serde::Serialize;

pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The routes whose requests may be repeated under a key.
pub(crate) const ROUTES: [&str; 7] = [ADD, PLACE, CANCEL, STEP, PRODUCT, CATEGORY, REGISTER];
pub(crate) const ADD: &str = "/cart/add/";
pub(crate) const PLACE: &str = "/order/place_order/";
pub(crate) const CANCEL: &str = "/order/{id}/cancel/";
pub(crate) const STEP: &str = "/order/{id}/update_status/";
pub(crate) const PRODUCT: &str = "/products/";
pub(crate) const CATEGORY: &str = "/categories/";
pub(crate) const REGISTER: &str = "/user/register/";

/// The longest key, in characters.
pub(crate) const LENGTH: usize = 255;

/// A request that may be repeated, if it has a key.
pub(crate) struct Asked(Option<Request>);

impl Asked {
    /// By a caller whose account or session is still to be looked up. One without either has nothing that could be done
    /// twice: what they do begins a session of its own each time.
    pub(crate) async fn by(
        edge: &Edge,
        caller: &Caller,
        headers: &HeaderMap,
        route: &str,
        what: impl FnOnce() -> String,
    ) -> Answer<Self> {
        if !headers.contains_key(KEY) {
            return Ok(Self(None));
        }
        match caller.owner(edge).await? {
            Some(owner) => Self::by_owner(edge, owner, headers, route, what),
            None => key(headers).map(|_| Self(None)),
        }
    }

    /// By this account or session.
    pub(crate) fn by_owner(
        edge: &Edge,
        owner: Owner,
        headers: &HeaderMap,
        route: &str,
        what: impl FnOnce() -> String,
    ) -> Answer<Self> {
        Ok(match key(headers)? {
            Some(key) => Self::of(edge, app::once::caller(owner), key, route, &what()),
            None => Self(None),
        })
    }

    /// By anyone. Only who knows the whole request is told its answer again.
    pub(crate) fn by_anyone(
        edge: &Edge,
        headers: &HeaderMap,
        route: &str,
        what: impl FnOnce() -> String,
    ) -> Answer<Self> {
        Ok(match key(headers)? {
            Some(key) => Self::of(edge, "anyone".into(), key, route, &what()),
            None => Self(None),
        })
    }

    fn of(edge: &Edge, caller: String, key: String, route: &str, what: &str) -> Self {
        let route = format!("POST {route}");
        let fingerprint = edge.app.fingerprint(&format!("{route}\n{what}"));
        Self(Some(Request { key: Key { caller, route, key }, fingerprint }))
    }

    /// Does it, unless it was done before. `show` is the answer; it has to say the same of the same.
    pub(crate) async fn once<T, F: Future<Output = Answer<T>>>(
        self,
        edge: &Edge,
        show: impl Fn(&T) -> Shown + Clone + Send + Sync + 'static,
        act: impl FnOnce(Once<T>) -> F,
    ) -> Answer {
        let Some(request) = self.0 else { return Ok(response(show(&act(None).await?), false)) };
        let Some(_under_way) = edge.app.enter(&request) else { return Err(Problem::UnderWay) };
        if let Some(replayed) = recall(edge, &request).await? {
            return Ok(replayed);
        }
        match act(Some(Keyed::new(request.clone(), show.clone()))).await {
            Ok(done) => Ok(response(show(&done), false)),
            // A twin on another instance may have been first; then its answer stands. Else what went wrong is told, also
            // when the database can't say any more.
            Err(problem) => recall(edge, &request).await.ok().flatten().ok_or(problem),
        }
    }
}

/// What the request was answered before, if it was.
async fn recall(edge: &Edge, request: &Request) -> Answer<Option<Response>> {
    match edge.app.recall(request).await? {
        Recalled::Nothing => Ok(None),
        Recalled::Answered(shown) => Ok(Some(response(shown, true))),
        Recalled::Another => Err(Problem::Detail(
            StatusCode::UNPROCESSABLE_ENTITY,
            "This Idempotency-Key belongs to another request. Send a new request under a new key.".into(),
        )),
    }
}

/// The key of a request, if it has one.
fn key(headers: &HeaderMap) -> Answer<Option<String>> {
    let mut keys = headers.get_all(KEY).iter();
    let Some(first) = keys.next() else { return Ok(None) };
    let text = first.to_str().unwrap_or_default();
    let good = (1..=LENGTH).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !good || keys.next().is_some() {
        let detail = format!("Idempotency-Key has to be one word of 1 to {LENGTH} ASCII characters, such as a UUID.");
        return Err(Problem::Detail(StatusCode::BAD_REQUEST, detail));
    }
    Ok(Some(text.to_owned()))
}

/// An answer with this body.
pub(crate) fn shown(status: StatusCode, location: Option<String>, body: &impl Serialize) -> Shown {
    // Bodies are plain structs of texts and numbers: those always serialise.
    Shown { status: status.as_u16(), location, body: serde_json::to_string(body).unwrap_or_default() }
}

fn response(shown: Shown, replayed: bool) -> Response {
    let status = StatusCode::from_u16(shown.status).unwrap_or(StatusCode::OK);
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], shown.body).into_response();
    if let Some(location) = shown.location.and_then(|location| HeaderValue::try_from(location).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
