//! Whole answers to reads by nobody in particular, found by address before any route is looked at. What is kept here
//! was answered the long way first, so every check of a route and of its guard has let it pass; it holds as long as
//! what it shows does not change, as everything in [`super`].

use super::Shows;
use crate::dto::address::{self, Base};
use crate::guard::names_session;
use crate::state::Edge;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use metrics::{Counter, Histogram};
use moka::sync::Cache;
use std::net::IpAddr;
use std::sync::Arc;

/// In the extensions of an answer that is the same for everybody without login and session.
#[derive(Clone, Debug)]
pub(crate) struct Reusable {
    pub(super) shows: Shows,
    pub(super) version: u64,
    pub(super) bytes: Bytes,
}

/// The answers there are, by address.
pub(crate) struct Shortcuts(Option<Cache<String, Arc<Kept>>>);

/// An answer, but for the id of the request.
pub(crate) struct Kept {
    what: Reusable,
    headers: HeaderMap,
    pub(crate) meters: (Counter, Histogram),
}

/// What an answer costs besides its bytes, about.
const OVERHEAD: usize = 2_048;

/// Who asks for more than the plain answer takes the long way.
const PARTICULAR: [header::HeaderName; 2] = [header::AUTHORIZATION, header::IF_NONE_MATCH];

/// The address under which the answer to a request may be kept, if it may: everything the answer depends on.
pub(crate) fn address(edge: &Edge, peer: IpAddr, request: &Request) -> Option<String> {
    let headers = request.headers();
    let plain = *request.method() == Method::GET && !PARTICULAR.iter().any(|name| headers.contains_key(name));
    if !plain || names_session(headers) {
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
        let weight = |address: &String, kept: &Arc<Kept>| {
            u32::try_from(address.len() + kept.what.bytes.len() + OVERHEAD).unwrap_or(u32::MAX)
        };
        Self((bytes > 0).then(|| Cache::builder().max_capacity(bytes).weigher(weight).build()))
    }

    /// The answer at an address, as long as it holds.
    pub(crate) fn find(&self, edge: &Edge, address: &str) -> Option<Arc<Kept>> {
        let kept = self.0.as_ref()?.get(address)?;
        (kept.what.shows.version(edge.app.freshness()) == Some(kept.what.version)).then_some(kept)
    }

    /// Keeps an answer, if it is one that may be.
    pub(crate) fn keep(&self, address: String, response: &mut Response, meters: (Counter, Histogram)) {
        let Some(what) = response.extensions_mut().remove::<Reusable>() else { return };
        if let Some(cache) = self.0.as_ref().filter(|_| response.status() == StatusCode::OK) {
            cache.insert(address, Arc::new(Kept { what, headers: response.headers().clone(), meters }));
        }
    }
}

impl Kept {
    pub(crate) fn response(&self) -> Response {
        let mut response = Response::new(self.what.bytes.clone().into());
        *response.headers_mut() = self.headers.clone();
        response
    }
}
