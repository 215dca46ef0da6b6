//! Frames in.

use serde::Deserialize;
use serde_json::Value;
use std::time::{Duration, Instant};

/// The longest frame that is read, in bytes.
pub(super) const LONGEST: usize = 4_096;
/// Frames a client may send in [`WINDOW`], pings included.
const MOST: u32 = 100;
const WINDOW: Duration = Duration::from_secs(10);

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Inbound {
    /// Follow a topic, from now on or after a place.
    Subscribe { id: Option<Value>, topic: String, after: Option<u64> },
    /// Stop following it.
    Unsubscribe { id: Option<Value>, topic: String },
    /// Are you there?
    Ping { id: Option<Value> },
    /// This is who I am.
    Auth { id: Option<Value>, token: String },
}

impl Inbound {
    /// Reads a frame; the error says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("a frame may have {LONGEST} bytes"));
        }
        let frame: Self = serde_json::from_str(text).map_err(|error| {
            let error = error.to_string();
            // Where in the text does not help: it is one line.
            error.split_once(" at line ").map_or(error.as_str(), |(what, _)| what).to_owned()
        })?;
        match frame.id() {
            Some(id) if !(id.is_string() || id.is_number()) => Err("id is a string or a number".into()),
            _ => Ok(frame),
        }
    }

    fn id(&self) -> Option<&Value> {
        match self {
            Self::Subscribe { id, .. } | Self::Unsubscribe { id, .. } | Self::Ping { id } | Self::Auth { id, .. } => {
                id.as_ref()
            }
        }
    }
}

/// Counts what a client sends.
#[derive(Debug)]
pub(super) struct Rate {
    began: Instant,
    count: u32,
}

impl Rate {
    pub(super) fn new() -> Self {
        Self { began: Instant::now(), count: 0 }
    }

    /// Counts one more; false when it is one too many.
    pub(super) fn allows(&mut self) -> bool {
        if self.began.elapsed() >= WINDOW {
            *self = Self::new();
        }
        self.count += 1;
        self.count <= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_and_what_is_none_is_refused_with_a_reason() {
        for fine in [
            r#"{"type":"subscribe","topic":"orders"}"#,
            r#"{"type":"subscribe","id":7,"topic":"orders","after":0}"#,
            r#"{"type":"unsubscribe","id":"a","topic":"nonsense"}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"auth","token":"x","more":"is left alone"}"#,
        ] {
            assert!(Inbound::read(fine).is_ok(), "{fine} is refused");
        }
        for (wrong, because) in [
            ("", "EOF"),
            ("[]", "type"),
            (r#"{"type":"shout"}"#, "unknown variant"),
            (r#"{"type":"subscribe"}"#, "topic"),
            (r#"{"type":"subscribe","topic":"orders","after":-1}"#, "u64"),
            (r#"{"type":"subscribe","topic":"orders","after":1.5}"#, "u64"),
            (r#"{"type":"ping","id":{}}"#, "id is"),
        ] {
            let refused = Inbound::read(wrong);
            assert!(refused.as_ref().is_err_and(|why| why.contains(because)), "{wrong}: {refused:?}");
        }
        assert!(Inbound::read(&" ".repeat(LONGEST + 1)).is_err_and(|why| why.contains("4096")));
    }
}
