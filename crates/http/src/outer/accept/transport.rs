//! A connection's bytes, with a date for everything its client owes.

use super::ConnectionLimits;
use super::admission::{self, Admission, Permit};
use super::alarm::Alarm;
use super::ending::Ending;
use super::phase::{Debt, Phase};
use super::refusal::{TOO_LARGE, TOO_SLOW};
use bytes::Bytes;
use std::io::{self, ErrorKind, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// Bytes of a first request that are waited for, unless its head is shorter.
const BEGINNING: usize = 1_024;
/// How heads end; some clients leave out the `\r`.
const HEAD_ENDS: [&[u8]; 2] = [b"\n\r\n", b"\n\n"];

/// The stream of one connection. It lives as long as the connection, also when that has become a WebSocket.
///
/// Nothing is looked at while bytes flow: dates count only when reading or writing has to wait.
pub(super) struct Transport {
    stream: TcpStream,
    phase: Arc<Phase>,
    limits: ConnectionLimits,
    admission: Arc<Admission>,
    _permit: Permit,
    /// Of the head that is coming in.
    head_bytes: usize,
    reading: Alarm,
    /// Since when the client has taken nothing.
    unread_since: Option<Instant>,
    writing: Alarm,
    ending: Option<Ending>,
    /// The client has said that nothing more comes.
    is_finished: bool,
    /// What has come before somebody was there to read it.
    ahead: Bytes,
}

impl Transport {
    pub(super) fn new(
        stream: TcpStream,
        phase: Arc<Phase>,
        limits: ConnectionLimits,
        admission: Arc<Admission>,
        permit: Permit,
    ) -> Self {
        Self {
            stream,
            phase,
            limits,
            admission,
            _permit: permit,
            head_bytes: 0,
            reading: Alarm::default(),
            unread_since: None,
            writing: Alarm::default(),
            ending: None,
            is_finished: false,
            ahead: Bytes::new(),
        }
    }

    /// Waits for the first request's head, or for enough of it to be worth the buffers of a connection that is served:
    /// thousands of clients that begin and go no further shall cost next to nothing. What came is read again.
    pub(super) fn poll_beginning(&mut self, context: &mut Context<'_>, begun: &mut Vec<u8>) -> Poll<io::Result<()>> {
        loop {
            let mut bytes = [MaybeUninit::uninit(); BEGINNING];
            let mut into = ReadBuf::uninit(&mut bytes);
            ready!(Pin::new(&mut *self).poll_read(context, &mut into))?;
            let filled = into.filled();
            begun.extend_from_slice(filled);
            // The end of a head may have come in two parts.
            let fresh = begun.len().saturating_sub(filled.len() + HEAD_ENDS[0].len());
            let is_whole = HEAD_ENDS.iter().any(|end| begun[fresh..].windows(end.len()).any(|bytes| bytes == *end));
            // What can't begin a request (TLS, say) is refused by whoever reads it.
            let is_none = begun.first().is_some_and(|first| !first.is_ascii_alphabetic());
            if filled.is_empty() || is_whole || is_none || begun.len() >= BEGINNING {
                self.ahead = std::mem::take(begun).into();
                return Poll::Ready(Ok(()));
            }
        }
    }

    fn heard(&mut self, bytes: usize) {
        if bytes == 0 {
            self.is_finished = true;
        } else if self.phase.heard() {
            self.head_bytes = bytes;
        } else if self.phase.is_head() {
            self.head_bytes += bytes;
        }
    }

    /// Nothing has come. Ready when what is owed is overdue.
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some((debt, date)) = self.phase.debt(&self.limits, self.admission.is_closing()) else {
            return Poll::Pending;
        };
        ready!(self.reading.poll(context, date));
        match debt {
            Debt::Head => {
                admission::ended("header");
                self.farewell(context, TOO_SLOW)
            }
            // As if the client had closed it.
            Debt::Word | Debt::Request => {
                admission::ended(if debt == Debt::Word { "silent" } else { "idle" });
                Poll::Ready(Ok(()))
            }
        }
    }

    /// Tells the client what is wrong with its head, which nobody else will answer; then fails.
    fn farewell(&mut self, context: &mut Context<'_>, word: &'static [u8]) -> Poll<io::Result<()>> {
        let ending = self.ending.get_or_insert_with(|| Ending::with(word));
        ready!(ending.poll(context, &mut self.stream));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }

    /// Passes on what came of writing; a client that takes nothing for too long is given up. The system does not see to
    /// that everywhere: one that goes on answering that it has no room is kept by many kernels for ever.
    fn written<T>(&mut self, context: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.unread_since = None;
            return outcome;
        }
        let since = *self.unread_since.get_or_insert_with(Instant::now);
        ready!(self.writing.poll(context, since + self.limits.unread_timeout));
        admission::ended("unread");
        // What waits to be taken goes with it, instead of staying in the system's memory.
        let _ = self.stream.set_zero_linger();
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Transport {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.ahead.is_empty() {
            let some = this.ahead.split_to(this.ahead.len().min(into.remaining()));
            into.put_slice(&some);
            return Poll::Ready(Ok(()));
        }
        if this.ending.is_some() {
            return this.farewell(context, &[]);
        }
        if this.head_bytes > this.limits.header_bytes && this.phase.is_head() {
            admission::ended("headers");
            return this.farewell(context, TOO_LARGE);
        }
        let before = into.filled().len();
        match Pin::new(&mut this.stream).poll_read(context, into) {
            Poll::Ready(Ok(())) => {
                this.heard(into.filled().len() - before);
                Poll::Ready(Ok(()))
            }
            Poll::Pending => this.wait(context),
            failed => failed,
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.written(context, outcome)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write_vectored(context, bytes);
        this.written(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // An answer that has ended makes another debt begin, and perhaps nothing is read again before that is due.
        if let Some((_, date)) = this.phase.debt(&this.limits, this.admission.is_closing())
            && this.reading.poll(context, date).is_ready()
        {
            context.waker().wake_by_ref();
        }
        Pin::new(&mut this.stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.is_finished {
            return Pin::new(&mut this.stream).poll_shutdown(context);
        }
        let ending = this.ending.get_or_insert_with(|| Ending::with(&[]));
        ending.poll(context, &mut this.stream).map(Ok)
    }
}
