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

use bytes::{Buf as _, BufMut as _, BytesMut};
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::io::{poll_read_buf, poll_write_buf};

/// The tag of a message and its length, which counts itself.
const HEAD: usize = 5;
/// Read from the server at once.
const CHUNK: usize = 16 * 1024;

/// `ReadyForQuery`, in a transaction, and in one that failed.
const READY: &[u8] = b"Z\0\0\0\x05T";
const READY_FAILED: &[u8] = b"Z\0\0\0\x05E";
/// What the server says itself of statements in a transaction that failed, field by field.
const PASSED_OVER: &[u8] = b"SERROR\0VERROR\0C25P02\0Mcurrent transaction is aborted, an earlier statement failed\0\0";

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

/// From the driver to the server.
#[derive(Default)]
struct Requests {
    /// What the driver wrote and is not a whole message yet.
    unread: BytesMut,
    /// What is to be sent, once nothing is held back.
    ready: BytesMut,
    begun: bool,
    holds: bool,
    /// What there is since the last Sync.
    since: Since,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Since {
    #[default]
    Nothing,
    /// Messages none of which executes a statement, so nothing tells the end of its answers but the one to the Sync.
    Messages,
    Execution,
}

impl Requests {
    /// Reads all messages that are complete; notes what is due for each Sync.
    fn read(&mut self, due: &mut VecDeque<Due>) {
        // The first message has no tag.
        if !self.begun
            && let Some(length) = length(&self.unread)
            && self.unread.len() >= length
        {
            self.begun = true;
            self.ready.extend_from_slice(&self.unread.split_to(length));
            due.push_back(Due::Sent);
        }
        while self.begun
            && let Some(length) = self.unread.get(1..).and_then(length)
            && self.unread.len() > length
        {
            let message = self.unread.split_to(length + 1);
            if self.note(message[0], due) {
                self.ready.extend_from_slice(&message);
            }
        }
    }

    /// Whether a message goes to the server.
    fn note(&mut self, tag: u8, due: &mut VecDeque<Due>) -> bool {
        let (since, held) = (self.since, self.holds);
        self.since = match tag {
            b'E' => Since::Execution,
            // Passwords, and queries that end by themselves.
            b'S' | b'p' | b'Q' => Since::Nothing,
            _ if since == Since::Execution => since,
            _ => Since::Messages,
        };
        due.extend(match (tag, since) {
            (b'S', Since::Nothing) => {
                self.holds = !held;
                Some(if held { Due::Sent } else { Due::Opening })
            }
            (b'S', Since::Execution) if held => Some(Due::Left),
            (b'S' | b'Q', _) => Some(Due::Sent),
            _ => None,
        });
        // Whoever says farewell waits for nothing.
        self.holds &= tag != b'X';
        tag != b'S' || due.back() == Some(&Due::Sent)
    }
}

/// From the server to the driver.
#[derive(Default)]
struct Answers {
    /// What came and is not a whole message yet.
    unread: BytesMut,
    /// What the driver may read.
    ready: BytesMut,
    due: VecDeque<Due>,
    /// Whether a statement failed after which the server passes over all others up to the next Sync.
    failed: bool,
}

impl Answers {
    /// Reads all messages that are complete, and adds the answers to what was left out.
    fn read(&mut self) -> io::Result<()> {
        self.add();
        while let Some(length) = self.unread.get(1..).and_then(length)
            && self.unread.len() > length
        {
            let message = self.unread.split_to(length + 1);
            self.ready.extend_from_slice(&message);
            let left = self.due.front() == Some(&Due::Left);
            match message[0] {
                b'Z' if self.due.pop_front() != Some(Due::Sent) => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "an answer to a Sync that was not sent"));
                }
                b'Z' => self.failed = false,
                b'C' | b'I' | b's' if left => self.end(READY),
                b'E' if left => {
                    self.failed = true;
                    self.end(READY_FAILED);
                }
                _ => {}
            }
            self.add();
        }
        Ok(())
    }

    /// Ends the answers to a statement whose Sync was left out.
    fn end(&mut self, ready: &[u8]) {
        self.ready.extend_from_slice(ready);
        self.due.pop_front();
    }

    /// Answers what the server will not.
    fn add(&mut self) {
        loop {
            match self.due.front() {
                Some(Due::Opening) => self.end(READY),
                Some(Due::Left) if self.failed => {
                    self.ready.put_u8(b'E');
                    self.ready.put_u32((HEAD - 1 + PASSED_OVER.len()) as u32);
                    self.ready.extend_from_slice(PASSED_OVER);
                    self.end(READY_FAILED);
                }
                _ => return,
            }
        }
    }
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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    /// What a driver sends before it waits.
    #[derive(Clone, Debug)]
    enum Sends {
        /// A simple query.
        Simple { fails: bool },
        /// A statement that is prepared, which has no execution.
        Prepares,
        /// A statement with its own Sync.
        Alone { fails: bool },
        /// Statements between two Syncs; whether one of them fails.
        Together { statements: usize, fails: Option<usize> },
    }

    fn sends() -> impl Strategy<Value = Sends> {
        prop_oneof![
            any::<bool>().prop_map(|fails| Sends::Simple { fails }),
            Just(Sends::Prepares),
            any::<bool>().prop_map(|fails| Sends::Alone { fails }),
            (0..6_usize, 0..8_usize).prop_map(|(statements, at)| {
                Sends::Together { statements, fails: Some(at).filter(|at| *at < statements) }
            }),
        ]
    }

    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[tag], &length[..], body].concat()
    }

    /// Bind, Execute and Sync; the server is told by the bind whether it will fail.
    fn statement(fails: bool) -> Vec<u8> {
        [message(b'B', if fails { b"fail" } else { b"a value" }), message(b'E', b"\0\0\0\0\0"), message(b'S', b"")]
            .concat()
    }

    impl Sends {
        fn bytes(&self) -> Vec<u8> {
            match self {
                Self::Simple { fails } => message(b'Q', if *fails { b"fail" } else { b"SELECT 1\0" }),
                Self::Prepares => [message(b'P', b"s1\0"), message(b'D', b"Ss1\0"), message(b'S', b"")].concat(),
                Self::Alone { fails } => statement(*fails),
                Self::Together { statements, fails } => {
                    let all = (0..*statements).flat_map(|at| statement(*fails == Some(at)));
                    message(b'S', b"").into_iter().chain(all).chain(message(b'S', b"")).collect()
                }
            }
        }

        /// The tags the driver reads, up to each `ReadyForQuery`.
        fn answers(&self) -> Vec<&'static str> {
            match self {
                Self::Simple { fails: true } => vec!["EZ"],
                Self::Simple { fails: false } => vec!["TDCZ"],
                Self::Prepares => vec!["1tTZ"],
                Self::Alone { fails } => vec![if *fails { "EZ" } else { "2DCZ" }],
                Self::Together { statements, fails } => {
                    let each = |at| if fails.is_some_and(|fails| fails <= at) { "EZ" } else { "2DCZ" };
                    ["Z"].into_iter().chain((0..*statements).map(each)).chain(["Z"]).collect()
                }
            }
        }
    }

    /// A server that answers by the protocol, in pieces; how many Syncs with statements before them it has seen.
    async fn serve(mut wire: DuplexStream, piece: usize) -> usize {
        let (mut skips, mut syncs) = (false, 0);
        let startup = wire.read_u32().await.unwrap() as usize;
        let _ = wire.read_exact(&mut vec![0; startup - 4]).await.unwrap();
        let mut answers = [message(b'R', b"\0\0\0\0"), message(b'Z', b"I")].concat();
        loop {
            for piece in answers.chunks(piece) {
                wire.write_all(piece).await.unwrap();
                tokio::task::yield_now().await;
            }
            let Ok(tag) = wire.read_u8().await else { return syncs };
            let mut body = vec![0; wire.read_u32().await.unwrap() as usize - 4];
            let _ = wire.read_exact(&mut body).await.unwrap();
            syncs += usize::from(tag == b'S');
            let fails = body.starts_with(b"fail");
            let said = match tag {
                b'S' => "Z",
                _ if skips => "",
                b'Q' if fails => "EZ",
                b'Q' => "TDCZ",
                b'P' => "1",
                b'D' => "tT",
                b'B' if fails => "E",
                b'B' => "2",
                _ => "DC",
            };
            skips = tag != b'S' && (skips || said == "E");
            answers = said.bytes().flat_map(|tag| message(tag, b"whatever")).collect();
        }
    }

    async fn read_groups(wire: &mut Pipelined<DuplexStream>, groups: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        while all.len() <= groups {
            let tag = wire.read_u8().await.unwrap();
            let mut body = vec![0; wire.read_u32().await.unwrap() as usize - 4];
            let _ = wire.read_exact(&mut body).await.unwrap();
            all.last_mut().unwrap().push(char::from(tag));
            if tag == b'Z' {
                all.push(String::new());
            }
        }
        assert_eq!(all.pop().as_deref(), Some(""));
        all
    }

    async fn converse(all: &[Sends], piece: usize) -> usize {
        let (ours, theirs) = duplex(1 << 16);
        let server = tokio::spawn(serve(theirs, piece));
        let mut wire = Pipelined::over(ours);
        wire.write_all(&[&8_u32.to_be_bytes()[..], b"user"].concat()).await.unwrap();
        wire.flush().await.unwrap();
        assert_eq!(read_groups(&mut wire, 1).await, ["RZ"]);
        for sends in all {
            for piece in sends.bytes().chunks(piece) {
                wire.write_all(piece).await.unwrap();
            }
            wire.flush().await.unwrap();
            let expected = sends.answers();
            assert_eq!(read_groups(&mut wire, expected.len()).await, expected, "{sends:?} of {all:?}");
        }
        drop(wire);
        server.await.unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_driver_reads_what_it_would_have_read_and_the_server_sees_fewer_syncs(
            all in prop::collection::vec(sends(), 0..6), piece in 1..40_usize,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let within = std::time::Duration::from_secs(10);
            let syncs = runtime.block_on(async { tokio::time::timeout(within, converse(&all, piece)).await });
            let expected = all.iter().filter(|sends| !matches!(sends, Sends::Simple { .. })).count();
            prop_assert_eq!(syncs.expect("nobody waits for ever"), expected);
        }
    }
}
