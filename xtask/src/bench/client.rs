//! A connection that costs little: requests are bytes made beforehand or on the spot, and of an answer only what is
//! needed to find its end is looked at.

use anyhow::{Context, Result, bail, ensure};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A head longer than this is none.
const LONGEST_HEAD: usize = 64 * 1024;

/// An HTTP/1.1 connection that stays open.
pub(super) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
}

/// What of a head counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    /// Where the body begins.
    end: usize,
    framing: Framing,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and reads the whole answer: its status, and its body as it came over the wire.
    pub(super) async fn ask(&mut self, request: &[u8]) -> Result<(u16, &[u8])> {
        self.received.clear();
        self.stream.write_all(request).await?;
        let head = loop {
            if let Some(head) = head(&self.received)? {
                break head;
            }
            ensure!(self.received.len() < LONGEST_HEAD, "an answer's head has no end");
            self.more().await?;
        };
        let end = match head.framing {
            Framing::Length(length) => head.end + length,
            Framing::Chunked => loop {
                if let Some(end) = end_of_chunks(&self.received, head.end)? {
                    break end;
                }
                self.more().await?;
            },
        };
        while self.received.len() < end {
            self.more().await?;
        }
        Ok((head.status, &self.received[head.end..end]))
    }

    async fn more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => bail!("the server closed the connection"),
            _ => Ok(()),
        }
    }
}

/// The head of an answer, once it is there.
fn head(received: &[u8]) -> Result<Option<Head>> {
    let Some(length) = find(received, b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&received[..length]).context("an answer's head is not UTF-8")?;
    let status = text.get(9..12).and_then(|code| code.parse().ok()).context("an answer has no status")?;
    let mut framing = Framing::Length(0);
    for line in text.lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            framing = Framing::Length(value.trim().parse().context("an answer's length is no number")?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            framing = Framing::Chunked;
        }
    }
    Ok(Some(Head { status, end: length + 4, framing }))
}

/// Where the last chunk ends, once it is there.
fn end_of_chunks(received: &[u8], mut at: usize) -> Result<Option<usize>> {
    loop {
        let Some(line) = received.get(at..).and_then(|rest| find(rest, b"\r\n")) else { return Ok(None) };
        let size = std::str::from_utf8(&received[at..at + line])?;
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)?;
        at += line + 2 + size + 2;
        if size == 0 {
            return Ok((received.len() >= at).then_some(at));
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let answer = b"HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\ncontent-length: 2\r\n\r\nok";
        let head = head(answer).unwrap().unwrap();
        assert_eq!((head.status, head.framing), (201, Framing::Length(2)));
        assert_eq!(&answer[head.end..], b"ok");
    }

    #[test]
    fn a_head_is_waited_for_until_it_is_whole() {
        assert_eq!(head(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n").unwrap(), None);
        assert!(head(b"nonsense\r\n\r\n").is_err());
    }

    #[test]
    fn chunks_end_behind_the_empty_one() {
        let body = b"4\r\nwiki\r\n3;x=y\r\nhat\r\n0\r\n\r\n";
        assert_eq!(end_of_chunks(body, 0).unwrap(), Some(body.len()));
        for length in 0..body.len() {
            assert_eq!(end_of_chunks(&body[..length], 0).unwrap(), None, "after {length} bytes");
        }
    }
}
