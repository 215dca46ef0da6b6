//! Answers about the catalogue, kept ready as bytes. An answer is kept under what was asked and the version of what it
//! shows ([`app::Freshness`]): one that another version has made old is simply never found again. Memory is bounded;
//! what is asked for least goes first, and what is asked for once is not kept at all ([`asked`]).
//!
//! Who has just changed something sees it in the next answer, on any instance: callers who could have written, those
//! with a login or a session, get what is kept only when this process has read the log to its end
//! ([`app::App::has_read_all`]). To everybody else a change by another process shows within a second.
//!
//! What nobody in particular asked for is kept once more, whole, in front of the routes: [`shortcut`].

mod asked;
pub(crate) mod shortcut;

use crate::error::{Answer, Problem};
use crate::guard::Caller;
use crate::state::Edge;
use app::Freshness;
use asked::Asked;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use foldhash::quality::FixedState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use serde::Serialize;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

/// The answers there are.
#[derive(Clone)]
pub(crate) struct Ready(Option<Arc<Kept>>);

struct Kept {
    bodies: Cache<Key, Body, Weight>,
    asked: Asked,
}

/// What an answer shows: it holds as long as that does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shows {
    /// Any products, or the categories.
    Lists,
    /// One product, by id.
    Product(i64),
}

impl Shows {
    /// The version as it is now; `None` while nothing counts as current.
    fn version(self, freshness: &Freshness) -> Option<u64> {
        match self {
            Self::Lists => freshness.of_lists(),
            Self::Product(id) => freshness.of_product(id),
        }
    }
}

/// What was asked.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// Whether drafts count.
    staff: bool,
    /// Origin and target: addresses in the answer begin with the origin.
    target: String,
    version: u64,
}

/// A body with what tells it from others.
#[derive(Clone, Debug)]
struct Body {
    bytes: Bytes,
    etag: HeaderValue,
}

/// What an answer costs besides its bytes, about.
const OVERHEAD: usize = 256;

/// What most answers fit into.
const ROOM: usize = 16 * 1024;

#[derive(Clone)]
struct Weight;

impl Weighter<Key, Body> for Weight {
    fn weight(&self, key: &Key, body: &Body) -> u64 {
        (key.target.len() + body.bytes.len() + OVERHEAD) as u64
    }
}

/// A cache of answers of so many bytes in all. It is cut into parts, so that threads rarely wait for each other, but not
/// into small ones: an answer has to fit into one.
fn cache<K: Hash + Eq, V: Clone, W: Weighter<K, V> + Clone>(bytes: u64, weight: W) -> Cache<K, V, W> {
    let parts = usize::try_from(bytes / PART).unwrap_or(usize::MAX).clamp(1, MOST_PARTS);
    let answers = usize::try_from(bytes / USUAL).unwrap_or(usize::MAX);
    let options = OptionsBuilder::new().shards(parts).estimated_items_capacity(answers).weight_capacity(bytes).build();
    match options {
        Ok(options) => Cache::with_options(options, weight, DefaultHashBuilder::default(), DefaultLifecycle::default()),
        // Only when one of them is missing.
        Err(_) => Cache::with_weighter(answers, bytes, weight),
    }
}

/// Bytes of a part of a cache, at least, and how many parts there are at most.
const PART: u64 = 4 * 1024 * 1024;
const MOST_PARTS: usize = 16;
/// What answers usually take.
const USUAL: u64 = 4_096;

impl Ready {
    /// Keeps at most this many bytes; none when 0.
    pub(crate) fn new(bytes: u64) -> Self {
        Self((bytes > 0).then(|| Arc::new(Kept { bodies: cache(bytes, Weight), asked: Asked::default() })))
    }
}

/// The answer to a question about the catalogue: the one that is kept, else what `make` makes. It is told whether what
/// is in memory may answer; else it has to ask the database.
pub(crate) async fn answer<T: Serialize, F: Future<Output = Answer<T>>>(
    edge: &Edge,
    caller: &Caller,
    headers: &HeaderMap,
    target: String,
    shows: Shows,
    make: impl FnOnce(bool) -> F,
) -> Answer {
    let could_have_written = caller.user.is_some() || caller.session_key.is_some();
    let version = || shows.version(edge.app.freshness());
    let may_be_kept =
        version().is_some() && (!could_have_written || caller.has_read_all || edge.app.has_read_all().await?);
    // Before the database is read, and after it was asked whether all is known: what came to be known meanwhile has made
    // another version, and an answer of the one before is too old for who asked.
    let version = version().filter(|_| may_be_kept);
    let is_current = version.is_some();
    let Some((kept, version)) = edge.ready.0.as_ref().zip(version) else {
        return Ok(Body::of(&make(is_current).await?)?.answer(headers));
    };
    let key = Key { staff: caller.is_staff(), target, version };
    let (body, is_kept) = match kept.bodies.get(&key) {
        Some(known) => (known, true),
        None => {
            let made = Body::of(&make(true).await?)?;
            let again = kept.asked.again(&(key.staff, &key.target));
            if again {
                // It may stay for long: without the room that it was written into.
                let bytes = Bytes::copy_from_slice(&made.bytes);
                kept.bodies.insert(key, Body { bytes, etag: made.etag.clone() });
            }
            (made, again)
        }
    };
    let for_all =
        (is_kept && !could_have_written).then(|| shortcut::Reusable { shows, version, bytes: body.bytes.clone() });
    let mut response = body.answer(headers);
    if let Some(reusable) = for_all {
        response.extensions_mut().insert(reusable);
    }
    Ok(response)
}

impl Body {
    fn of(value: &impl Serialize) -> Result<Self, Problem> {
        let internal = |error: &dyn std::fmt::Display| Problem::Internal(error.to_string());
        let mut bytes = Vec::with_capacity(ROOM);
        serde_json::to_writer(&mut bytes, value).map_err(|error| internal(&error))?;
        let bytes = Bytes::from(bytes);
        // The same on all instances of a release: its keys are fixed.
        let mut hasher = FixedState::default().build_hasher();
        hasher.write(&bytes);
        let etag =
            HeaderValue::try_from(format!("W/\"{:016x}\"", hasher.finish())).map_err(|error| internal(&error))?;
        Ok(Self { bytes, etag })
    }

    /// 304 without a body for somebody who has it.
    fn answer(self, asked: &HeaderMap) -> Response {
        let known = self.is_known(asked);
        let mut response = match known {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => Response::new(self.bytes.into()),
        };
        let headers = response.headers_mut();
        if !known {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        headers.insert(header::ETAG, self.etag);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.append(header::VARY, HeaderValue::from_static("Accept, Authorization, Cookie"));
        response
    }

    fn is_known(&self, asked: &HeaderMap) -> bool {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let Ok(own) = self.etag.to_str().map(bare) else { return false };
        let named = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        named.flat_map(|value| value.split(',')).any(|tag| tag.trim() == "*" || bare(tag) == own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_answer_is_kept_too() {
        for mebibytes in [1, 32, 256] {
            let kept = cache(mebibytes * 1024 * 1024, Weight);
            let key =
                || Key { staff: false, target: "http://localhost:8000/products/?page_size=1000".into(), version: 1 };
            let body = Body { bytes: vec![b'.'; 900 * 1024].into(), etag: HeaderValue::from_static("W/\"1\"") };
            kept.insert(key(), body);
            assert!(kept.get(&key()).is_some(), "in {mebibytes} MiB");
        }
    }
}
