//! What goes over a connection, with the Syncs taken out that nobody needs.
//!
//! The driver ends each statement with a Sync, and the server answers each Sync with a packet of its own and wakes whoever
//! reads it. For statements that run one behind the other in a transaction one Sync at the end will do: the server then
//! collects its answers, and after an error it passes over what follows, as it does in a transaction that failed.
//!
//! Between two Syncs with no statement ([`tokio_postgres::Client::check_connection`]) statements are held back, lose their
//! own Syncs, and go out together with the second. The driver expects an answer to each Sync, so those to the ones that
//! were left out are written here. COPY, where Syncs are counted otherwise, is not used.
//!
//! Source: PostgreSQL, "Frontend/Backend Protocol", "Extended Query" and "Pipelining".

mod answers;
mod requests;

use answers::Answers;
use bytes::Buf as _;
use requests::Requests;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::io::{poll_read_buf, poll_write_buf};

/// The tag of a message and its length, which counts itself.
const HEAD: usize = 5;
/// Read from the server at once.
const CHUNK: usize = 16 * 1024;

/// A connection without the Syncs nobody needs.
pub(super) struct Pipelined<W> {
    /// The connection as it was made.
    pub(super) wire: W,
    requests: Requests,
    answers: Answers,
}

/// What a Sync of the driver's has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// The first of the two around statements that go together: it was left out.
    Opening,
    /// The Sync of a statement, which was left out.
    Left,
    /// It is under way, and the server answers it.
    Sent,
}

/// The length of a message, without its tag; `None` until it has come.
fn length(mut bytes: &[u8]) -> Option<usize> {
    bytes.try_get_u32().ok().map(|length| (length as usize).max(HEAD - 1))
}

impl<W: AsyncRead + AsyncWrite + Unpin> Pipelined<W> {
    /// Over a connection on which nothing was said yet.
    pub(super) fn over(wire: W) -> Self {
        Self { wire, requests: Requests::default(), answers: Answers::default() }
    }

    /// Sends what is not held back.
    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { wire, requests, .. } = self;
        while !requests.holds && !requests.ready.is_empty() {
            if ready!(poll_write_buf(Pin::new(wire), context, &mut requests.ready))? == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<W: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Pipelined<W> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // No more is taken than can be sent, but for what is held back.
        ready!(self.poll_send(context))?;
        let Self { requests, answers, .. } = &mut *self;
        requests.unread.extend_from_slice(bytes);
        requests.read(&mut answers.due);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_send(context))?;
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_send(context))?;
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}

impl<W: AsyncRead + AsyncWrite + Unpin> AsyncRead for Pipelined<W> {
    /// An answer that is added comes with one of the server's: behind each Sync that is left out goes one that is sent.
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Self { wire, answers, .. } = &mut *self;
        while answers.ready.is_empty() {
            answers.unread.reserve(CHUNK);
            if ready!(poll_read_buf(Pin::new(&mut *wire), context, &mut answers.unread))? == 0 {
                return Poll::Ready(Ok(()));
            }
            answers.read()?;
        }
        let some = answers.ready.len().min(into.remaining());
        into.put_slice(&answers.ready.split_to(some));
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests;
