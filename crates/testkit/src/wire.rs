//! A bare connection: whatever bytes a test wants to send, as slowly as it wants, and answers as they come. For clients
//! that no HTTP library would play.

use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// One TCP connection.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    received: Vec<u8>,
}

/// One answer, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireAnswer {
    /// The status code.
    pub status: u16,
    /// The status line and the headers.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

/// How to connect.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dial {
    /// The address to come from; any when `None`. All of 127.0.0.0/8 is this machine.
    pub from: Option<Ipv4Addr>,
    /// How much the system takes in before it is read, in bytes.
    pub receive_buffer: Option<u32>,
}

impl Dial {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there, or the connection is refused.
    pub async fn connect(self, address: SocketAddr) -> Result<Wire> {
        let socket = TcpSocket::new_v4()?;
        if let Some(size) = self.receive_buffer {
            socket.set_recv_buffer_size(size)?;
        }
        if let Some(from) = self.from {
            socket.bind((from, 0).into())?;
        }
        let stream = socket.connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Wire { stream, received: vec![] })
    }
}

impl Wire {
    /// Sends bytes.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> Result<()> {
        Ok(self.stream.write_all(bytes.as_ref()).await?)
    }

    /// Sends as much as is taken at once; returns how many bytes were.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn send_some(&self, bytes: &[u8]) -> Result<usize> {
        match self.stream.try_write(bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(0),
            written => Ok(written?),
        }
    }

    /// The next answer.
    ///
    /// # Errors
    /// When the connection ends before it is whole, or it is no answer.
    pub async fn answer(&mut self) -> Result<WireAnswer> {
        let end = loop {
            match self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                Some(end) => break end,
                None => self.more().await?,
            }
        };
        let head = String::from_utf8(self.received.drain(..end + 4).collect())?;
        let status =
            head.get(9..12).and_then(|code| code.parse().ok()).with_context(|| format!("no status: {head}"))?;
        let length =
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let length: usize = length.unwrap_or(0);
        while self.received.len() < length {
            self.more().await?;
        }
        let body = self.received.drain(..length).collect();
        Ok(WireAnswer { status, head, body })
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// As of [`Self::answer`].
    pub async fn ask(&mut self, request: impl AsRef<[u8]>) -> Result<WireAnswer> {
        self.send(request).await?;
        self.answer().await
    }

    /// How long it takes until the other end closes the connection; what still comes is thrown away.
    ///
    /// # Errors
    /// When it does not within `patience`.
    pub async fn closed(&mut self, patience: Duration) -> Result<Duration> {
        let began = Instant::now();
        let ending = async {
            while self.more().await.is_ok() {
                self.received.clear()
            }
        };
        tokio::time::timeout(patience, ending).await.with_context(|| format!("still open after {patience:?}"))?;
        Ok(began.elapsed())
    }

    /// Whether the other end has closed it already, as a load balancer looks before it uses a connection again.
    pub fn is_closed(&self) -> bool {
        let mut byte = [std::mem::MaybeUninit::uninit()];
        match socket2::SockRef::from(&self.stream).peek(&mut byte) {
            Ok(length) => length == 0,
            Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
        }
    }

    async fn more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.received).await {
            Ok(0) => bail!("the connection was closed"),
            Ok(_) => Ok(()),
            Err(error) => Err(error).context("the connection was lost"),
        }
    }
}
