//! Whole answers to reads by nobody in particular, found by address before any route is looked at. What is kept here
//! was answered the long way first, so every check of a route and of its guard has let it pass; it holds as long as
//! what it shows does not change, as everything in [`super`].

use super::{Shows, cache};
use crate::accept::prefers_html;
use crate::dto::address::{self, Base};
use crate::guard::{CSRF_TOKEN, names_session};
use crate::outer::Route;
use crate::state::Edge;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use metrics::{Counter, Histogram};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// In the extensions of an answer that is the same for everybody without login and session.
#[derive(Clone, Debug)]
pub(crate) struct Reusable {
    pub(super) shows: Shows,
    pub(super) version: u64,
    pub(super) bytes: Bytes,
}

/// The answers there are, by address.
pub(crate) struct Shortcuts {
    kept: Option<Cache<String, Arc<Kept>, Weight>>,
    heads: Mutex<Vec<Arc<Head>>>,
}

/// An answer, but for the id of the request.
pub(crate) struct Kept {
    what: Reusable,
    etag: Option<HeaderValue>,
    head: Arc<Head>,
}

#[derive(Clone)]
struct Weight;

impl Weighter<String, Arc<Kept>> for Weight {
    fn weight(&self, address: &String, kept: &Arc<Kept>) -> u64 {
        (address.len() + kept.what.bytes.len() + OVERHEAD) as u64
    }
}

/// What answers of one route have in common.
struct Head {
    route: Option<Route>,
    /// Without `ETag`.
    headers: HeaderMap,
    meters: (Counter, Histogram),
}

/// What an answer costs besides its bytes, about.
const OVERHEAD: usize = 512;
/// Heads that are shared; there are as many as routes whose answers are kept.
const HEADS: usize = 16;

/// Who asks for more than the plain answer takes the long way.
const PARTICULAR: [header::HeaderName; 3] = [header::AUTHORIZATION, header::IF_NONE_MATCH, CSRF_TOKEN];

/// The address under which the answer to a request may be kept, if it may: everything the answer depends on.
pub(crate) fn address(edge: &Edge, peer: IpAddr, request: &Request) -> Option<String> {
    let headers = request.headers();
    let plain = *request.method() == Method::GET && !PARTICULAR.iter().any(|name| headers.contains_key(name));
    if !plain || names_session(headers) || prefers_html(headers) {
        return None;
    }
    let target = request.uri().path_and_query()?.as_str();
    let mut address = Base::of(edge, Some(peer), headers, request.uri()).absolute(target);
    if !edge.settings.allowed_hosts.is_empty() {
        // One that is refused must not find what another was answered.
        address.push(' ');
        address.push_str(&address::host(edge, Some(peer), headers, request.uri())?);
    }
    Some(address)
}

impl Shortcuts {
    /// Keeps at most this many bytes; none when 0.
    pub(crate) fn new(bytes: u64) -> Self {
        let kept = (bytes > 0).then(|| cache(bytes, Weight));
        Self { kept, heads: Mutex::default() }
    }

    /// The answer at an address, as long as it holds.
    pub(crate) fn find(&self, edge: &Edge, address: &str) -> Option<Arc<Kept>> {
        let kept = self.kept.as_ref()?.get(address)?;
        (kept.what.shows.version(edge.app.freshness()) == Some(kept.what.version)).then_some(kept)
    }

    /// Keeps an answer, if it is one that may be.
    pub(crate) fn keep(&self, address: String, response: &mut Response, meters: &(Counter, Histogram)) {
        let Some(what) = response.extensions_mut().remove::<Reusable>() else { return };
        let Some(cache) = self.kept.as_ref().filter(|_| response.status() == StatusCode::OK) else { return };
        let mut headers = response.headers().clone();
        let etag = headers.remove(header::ETAG);
        headers.remove(header::CONTENT_LENGTH);
        let head = Head { route: response.extensions().get().cloned(), headers, meters: meters.clone() };
        cache.insert(address, Arc::new(Kept { what, etag, head: self.shared(head) }));
    }

    /// The head as another answer has it already, if there is one.
    fn shared(&self, head: Head) -> Arc<Head> {
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = heads.iter().find(|known| known.route == head.route && known.headers == head.headers) {
            return Arc::clone(known);
        }
        let head = Arc::new(head);
        if heads.len() < HEADS {
            heads.push(Arc::clone(&head));
        }
        head
    }
}

impl Kept {
    pub(crate) fn response(&self) -> Response {
        let mut response = Response::new(self.what.bytes.clone().into());
        let headers = response.headers_mut();
        headers.clone_from(&self.head.headers);
        if let Some(etag) = &self.etag {
            headers.insert(header::ETAG, etag.clone());
        }
        response
    }

    pub(crate) fn meters(&self) -> &(Counter, Histogram) {
        &self.head.meters
    }
}
