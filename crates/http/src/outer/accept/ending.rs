//! The end of a connection, so that the client hears the last answer.

use super::alarm::Alarm;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// How long a client may take to take its leave.
const LINGER: Duration = Duration::from_secs(1);

/// Says a last word, says that nothing follows, and takes what still comes for a moment. Closing with something unread
/// makes the system reset the connection, and the last answer is lost with it.
pub(super) struct Ending {
    word: &'static [u8],
    said: bool,
    until: Instant,
    alarm: Alarm,
}

impl Ending {
    pub(super) fn with(word: &'static [u8]) -> Self {
        Self { word, said: false, until: Instant::now() + LINGER, alarm: Alarm::default() }
    }

    /// Ready when the connection can be dropped.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, stream: &mut TcpStream) -> Poll<()> {
        match self.speak(context, stream) {
            Poll::Ready(true) if listened(context, stream) => Poll::Ready(()),
            Poll::Ready(false) => Poll::Ready(()),
            _ => self.alarm.poll(context, self.until),
        }
    }

    /// The same as a future.
    pub(super) async fn run(mut self, stream: &mut TcpStream) {
        poll_fn(|context| self.poll(context, stream)).await;
    }

    /// Whether all was said; false when nobody is there any more.
    fn speak(&mut self, context: &mut Context<'_>, stream: &mut TcpStream) -> Poll<bool> {
        while !self.word.is_empty() {
            match ready!(Pin::new(&mut *stream).poll_write(context, self.word)) {
                Ok(written) if written > 0 => self.word = &self.word[written..],
                _ => return Poll::Ready(false),
            }
        }
        if !self.said {
            self.said = ready!(Pin::new(stream).poll_shutdown(context)).is_ok();
        }
        Poll::Ready(self.said)
    }
}

/// Throws away what comes. Whether nothing will come any more.
fn listened(context: &mut Context<'_>, stream: &mut TcpStream) -> bool {
    let mut bytes = [std::mem::MaybeUninit::uninit(); 4096];
    loop {
        let mut unread = ReadBuf::uninit(&mut bytes);
        match Pin::new(&mut *stream).poll_read(context, &mut unread) {
            Poll::Ready(Ok(())) if !unread.filled().is_empty() => {}
            Poll::Ready(_) => return true,
            Poll::Pending => return false,
        }
    }
}
