//! The bodies of requests, which must come in time, and of answers, whose end is noted.

use super::alarm::Alarm;
use super::phase::Phase;
use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;

/// A request's body did not come in time.
#[derive(Debug)]
pub(crate) struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the request came too slowly")
    }
}

impl std::error::Error for TooSlow {}

/// What a file must bring on the average to be waited for, in bytes a second: what any line has that a shop is run from.
pub(crate) const RATE: u64 = 16 * 1024;

/// How a request's body has to come: in the extensions of a request that has one.
#[derive(Clone)]
pub(crate) struct Pace(Arc<Ticks>);

struct Ticks {
    born: Instant,
    by_rate: AtomicBool,
    /// When something last came of a body that has to keep up a rate, in ms after its birth.
    heard: AtomicU64,
}

impl Pace {
    /// From now on the body need not come by a date, but go on coming: within each time that other bodies have in all, at
    /// least as much as [`RATE`] makes. For routes that take files from callers they know.
    pub(crate) fn by_rate(&self) {
        self.0.by_rate.store(true, Ordering::Relaxed);
    }

    /// When something last came of a body that has to keep up a rate.
    pub(crate) fn heard(&self) -> Option<Instant> {
        let heard = Duration::from_millis(self.0.heard.load(Ordering::Relaxed));
        self.0.by_rate.load(Ordering::Relaxed).then(|| self.0.born + heard)
    }

    fn is_by_rate(&self) -> bool {
        self.0.by_rate.load(Ordering::Relaxed)
    }

    fn note(&self) {
        let after = u64::try_from(self.0.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.heard.store(after, Ordering::Relaxed);
    }
}

/// A request's body, all of which must come by a date, or else at a pace.
pub(crate) struct Incoming {
    body: hyper::body::Incoming,
    time: Duration,
    date: Instant,
    pace: Pace,
    /// What came since the date was set.
    bytes: u64,
    alarm: Alarm,
}

impl Incoming {
    /// The body as the routes take it, and how it has to come.
    pub(crate) fn within(time: Duration, body: hyper::body::Incoming) -> (Body, Option<Pace>) {
        if body.is_end_stream() {
            return (Body::empty(), None);
        }
        let born = Instant::now();
        let pace = Pace(Arc::new(Ticks { born, by_rate: AtomicBool::new(false), heard: AtomicU64::new(0) }));
        let date = born + time;
        let body = Self { body, time, date, pace: pace.clone(), bytes: 0, alarm: Alarm::default() };
        (Body::new(body), Some(pace))
    }

    /// Something came: who keeps up the rate has as much time again.
    fn came(&mut self, bytes: usize) {
        if !self.pace.is_by_rate() {
            return;
        }
        self.pace.note();
        self.bytes += bytes as u64;
        let owed = u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX).saturating_mul(RATE) / 1000;
        if self.bytes >= owed {
            (self.bytes, self.date) = (0, Instant::now() + self.time);
        }
    }
}

impl HttpBody for Incoming {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(frame) => {
                if let Some(Ok(frame)) = &frame {
                    this.came(frame.data_ref().map_or(0, Bytes::len));
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => this.alarm.poll(context, this.date).map(|()| {
                super::admission::ended("body");
                Some(Err(TooSlow.into()))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body. When it is dropped, all of it is on its way.
pub(crate) struct Outgoing {
    body: Body,
    phase: Arc<Phase>,
}

impl Outgoing {
    pub(crate) fn new(body: Body, phase: Arc<Phase>) -> Self {
        Self { body, phase }
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.phase.answered();
    }
}
