//! What clients are told that are not served: whole answers, written before there is a request, or half of one.

use super::ending::Ending;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Why a connection is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There are as many as there may be.
    Full,
    /// This address has as many as it may have.
    Address,
}

impl Refused {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Address => "address",
        }
    }

    fn answer(self) -> &'static [u8] {
        match self {
            Self::Full => FULL,
            Self::Address => ADDRESS,
        }
    }
}

macro_rules! answer {
    ($status:literal, $more:literal, $body:literal) => {
        concat!(
            "HTTP/1.1 ",
            $status,
            "\r\ncontent-type: application/json\r\nx-content-type-options: nosniff\r\nconnection: close\r\n",
            $more,
            "\r\n",
            $body
        )
        .as_bytes()
    };
}

const FULL: &[u8] = answer!(
    "503 Service Unavailable",
    "retry-after: 1\r\ncontent-length: 71\r\n",
    r#"{"detail":"Too many connections are open. Try again in a few seconds."}"#
);
const ADDRESS: &[u8] = answer!(
    "429 Too Many Requests",
    "retry-after: 1\r\ncontent-length: 82\r\n",
    r#"{"detail":"Too many connections from your address are open. Close some, or wait."}"#
);
const ALIVE: &[u8] = answer!("200 OK", "content-length: 18\r\n", r#"{"status":"alive"}"#);
/// The head of a request took too long.
pub(super) const TOO_SLOW: &[u8] = answer!(
    "408 Request Timeout",
    "content-length: 56\r\n",
    r#"{"detail":"The headers of the request came too slowly."}"#
);
/// The head of a request does not end.
pub(super) const TOO_LARGE: &[u8] = answer!(
    "431 Request Header Fields Too Large",
    "content-length: 65\r\n",
    r#"{"detail":"The address and headers of the request are too long."}"#
);

/// How long a client that is refused may take to ask for something: before that, many would not understand an answer.
const ASK: Duration = Duration::from_secs(1);

/// Tells a client that it is refused. Who only asks whether the process runs, as whatever watches over it does, hears
/// that it does.
pub(super) async fn tell(mut stream: TcpStream, refused: Refused) {
    let mut beginning = [0; 1024];
    let asked = timeout(ASK, stream.read(&mut beginning)).await;
    let asked = match asked {
        Ok(Ok(length)) if length > 0 => &beginning[..length],
        _ => return,
    };
    let is_alive = asked.starts_with(b"GET /livez ");
    Ending::with(if is_alive { ALIVE } else { refused.answer() }).run(&mut stream).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_is_as_long_as_it_says() {
        for answer in [FULL, ADDRESS, ALIVE, TOO_SLOW, TOO_LARGE] {
            let text = std::str::from_utf8(answer).expect("text");
            let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
            assert_eq!(length, body.len().to_string(), "{head}");
            assert!(serde_json::from_str::<serde_json::Value>(body).is_ok(), "{body}");
        }
    }
}
