//! Opens a WebSocket, by hand: so that the caller's cookies go with it, a refusal can be shown with
//! its whole body, and the size of the receive buffer can be chosen.

use super::{PATIENCE, Refused};
use crate::{Answer, Client};
use anyhow::{Context, Result, bail, ensure};
use reqwest::Url;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use socket2::SockRef;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// What a socket takes from the connection at a time: little, so that what was not asked for stays there.
const READ_AT_ONCE: usize = 4096;

/// The receive buffer of a slow reader, in bytes.
const SLOW_BUFFER: u32 = 4096;

/// The longest segment a slow reader takes, in bytes: as on Ethernet. The other side's kernel keeps many
/// of them ready to send, and those of the loopback are so long that they are megabytes together.
const SLOW_SEGMENT: u32 = 1460;

/// How fast the caller takes what is sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// As fast as the machine can.
    Usual,
    /// While it does not read, the shop can't write after some 100 KB.
    Slow,
}

pub(super) async fn open(client: &Client, path: &str, pace: Pace) -> Result<WebSocketStream<TcpStream>, Refused> {
    let away = |why: String| Refused::Away(format!("{path}: no answer from {}: {why}", client.base()));
    match tokio::time::timeout(PATIENCE, shake_hands(client, path, pace)).await {
        Ok(Ok(Ok(socket))) => Ok(socket),
        Ok(Ok(Err(answer))) => Err(Refused::Answer(Box::new(answer))),
        Ok(Err(error)) => Err(away(format!("{error:#}"))),
        Err(_) => Err(away(format!("nothing for {PATIENCE:?}"))),
    }
}

/// The socket, or the answer that came in its place.
async fn shake_hands(client: &Client, path: &str, pace: Pace) -> Result<Result<WebSocketStream<TcpStream>, Answer>> {
    let (url, key) = (client.url(path), generate_key());
    let mut stream = connect(&url, pace).await?;
    stream.write_all(&request(&url, &key, &client.headers_to(&url))).await.context("sending the request")?;

    let (head, mut rest) = read_head(&mut stream).await?;
    let (status, headers) = parse_head(&head)?;
    client.keep_cookies(&url, &headers);
    if status != 101 {
        read_body(&mut stream, &headers, &mut rest).await?;
        return Ok(Err(Answer { request: format!("WebSocket {path}"), status, headers, body: rest }));
    }
    let accepted = headers.get("sec-websocket-accept").map(HeaderValue::as_bytes);
    ensure!(accepted == Some(derive_accept_key(key.as_bytes()).as_bytes()), "Sec-WebSocket-Accept is {accepted:?}");
    let config = WebSocketConfig::default().read_buffer_size(READ_AT_ONCE);
    Ok(Ok(WebSocketStream::from_partially_read(stream, rest, Role::Client, Some(config)).await))
}

async fn connect(url: &Url, pace: Pace) -> Result<TcpStream> {
    let mut last = None;
    for address in url.socket_addrs(|| None)? {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        if pace == Pace::Slow {
            // Both are told to the other side while connecting.
            socket.set_recv_buffer_size(SLOW_BUFFER)?;
            SockRef::from(&socket).set_tcp_mss(SLOW_SEGMENT)?;
        }
        match socket.connect(address).await {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = Some(error),
        }
    }
    bail!("connecting: {}", last.map_or_else(|| "it has no address".to_owned(), |error| error.to_string()))
}

fn request(url: &Url, key: &str, headers: &HeaderMap) -> Vec<u8> {
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let host = format!("{}{port}", url.host_str().unwrap_or_default());
    let mut request = format!(
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
    )
    .into_bytes();
    for (name, value) in headers {
        request.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    request.extend(b"\r\n");
    request
}

/// The head of the answer without the empty line, and what came with it.
async fn read_head(stream: &mut TcpStream) -> Result<(Vec<u8>, Vec<u8>)> {
    const END: &[u8] = b"\r\n\r\n";
    let mut heard = Vec::with_capacity(READ_AT_ONCE);
    loop {
        if let Some(end) = heard.windows(END.len()).position(|bytes| bytes == END) {
            let rest = heard.split_off(end + END.len());
            heard.truncate(end);
            return Ok((heard, rest));
        }
        let length = stream.read_buf(&mut heard).await.context("reading the answer")?;
        ensure!(length > 0, "the connection ended before an answer came");
    }
}

fn parse_head(head: &[u8]) -> Result<(u16, HeaderMap)> {
    let text = std::str::from_utf8(head).context("the head of the answer is no text")?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let status = status.with_context(|| format!("no status in {text:?}"))?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').with_context(|| format!("no header: {line:?}"))?;
        headers.append(name.parse::<HeaderName>()?, value.trim().parse::<HeaderValue>()?);
    }
    Ok((status, headers))
}

/// Reads what is missing of the body: up to its length, or to the connection's end.
async fn read_body(stream: &mut TcpStream, headers: &HeaderMap, body: &mut Vec<u8>) -> Result<()> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    while length.is_none_or(|length: usize| body.len() < length) {
        if stream.read_buf(body).await.context("reading the answer's body")? == 0 {
            break;
        }
    }
    Ok(())
}
