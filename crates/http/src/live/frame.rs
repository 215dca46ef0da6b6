//! Frames out, as `docs/LIVE.md` shows them.

use bytes::Bytes;
use domain::event::{Logged, Topic};
use serde_json::Value;

/// An event under a topic. Made once and shared by everybody it is sent to, as the metric shows.
pub(crate) fn event_frame(event: &Logged, topic: Topic) -> Bytes {
    metrics::counter!("oxcart_event_frames_total").increment(1);
    let Logged { seq, kind, data, at, .. } = event;
    // `data` is JSON already; a line break in it, which only a row written by hand can have, would end an SSE message.
    let data = data.replace(['\n', '\r'], " ");
    let (kind, at) = (kind.as_str(), at.iso());
    let frame =
        format!(r#"{{"type":"event","seq":{seq},"topic":"{topic}","event":"{kind}","at":"{at}","data":{data}}}"#);
    frame.into()
}

/// An answer to a frame: its type, the `id` of what it answers, and what else it says, in this order.
pub(super) fn answer(kind: &str, id: Option<&Value>, more: &[(&str, Value)]) -> String {
    let kind = [("type", Value::from(kind))];
    let id = id.map(|id| ("id", id.clone()));
    let fields = kind.iter().chain(id.iter()).chain(more).map(|(name, value)| format!("\"{name}\":{value}"));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

/// A refusal that leaves the socket open; without a topic when it is about none.
pub(super) fn error(id: Option<&Value>, topic: Option<&str>, code: &str, detail: &str) -> String {
    let (code, topic) = (("code", code.into()), topic.map(|topic| ("topic", topic.into())));
    let fields: Vec<_> = [code, ("detail", detail.into())].into_iter().chain(topic).collect();
    answer("error", id, &fields)
}
