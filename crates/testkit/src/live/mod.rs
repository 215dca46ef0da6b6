//! Readers of the live events: a WebSocket and a stream of server-sent events. Both read only when
//! they are asked to, so that a test can also play somebody who does not listen.
//!
//! ```no_run
//! # use oxcart_testkit as testkit;
//! # use serde_json::json;
//! # async fn a_shelf_is_watched(client: testkit::Client) {
//! let mut socket = client.socket("/ws/").await;
//! let seq = socket.subscribe("products").await["seq"].clone();
//! let mut stream = client.stream(&format!("/events/stream?topics=products&after={seq}")).await;
//! stream.expect_event("ready").await;
//! // … something happens …
//! assert_eq!(socket.event().await, stream.event().await);
//! socket.send(json!([])).await;
//! assert_eq!(socket.closed().await, 4400);
//! # }
//! ```

mod handshake;
mod socket;
mod sse;
mod stream;

pub use socket::{Frame, Socket};
pub use sse::Message;
pub use stream::{Part, Stream};

use crate::Answer;
use std::fmt;
use std::time::Duration;

/// How long what a test waits for may take on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Why a socket or a stream did not open.
#[derive(Debug)]
pub enum Refused {
    /// The shop answered, but not with a socket or stream.
    Answer(Box<Answer>),
    /// No answer came: the shop is away or hangs.
    Away(String),
}

impl Refused {
    /// The answer, when its status is `status`.
    ///
    /// # Panics
    /// When there is none, or it has another status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        match self {
            Self::Answer(answer) => answer.expect(status),
            Self::Away(_) => panic!("expected {status} but {self}"),
        }
    }

    /// The status of the answer, if there is one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Answer(answer) => Some(answer.status),
            Self::Away(_) => None,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(answer) => answer.fmt(f),
            Self::Away(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Refused {}
