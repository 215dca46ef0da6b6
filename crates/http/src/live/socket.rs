//! `GET /ws/`: from a request to an open socket, and the way it is closed.

use super::connection::{Connection, Start};
use super::credentials::{Unproven, identify};
use super::{Asked, counted};
use crate::error::Problem;
use crate::state::Edge;
use app::live::{End, Identity, Refused, Seat};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::event::Topic;
use std::time::Duration;

/// Bytes read from a socket at a time: clients say little.
const READ_BUFFER: usize = 1_024;
/// Bytes gathered before they are written.
const WRITE_BUFFER: usize = 8 * 1_024;
/// How long a client that reads nothing may take to hear why it is let go.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long a client may take to answer that it has heard.
const LAST_WORD: Duration = Duration::from_secs(1);

/// Why a socket ends.
#[derive(Debug)]
pub(super) enum Close {
    /// The client is told this code and reason.
    Code(u16, String),
    /// The client left, or can't be reached any more.
    Gone,
}

impl Close {
    pub(super) fn because(code: u16, reason: impl Into<String>) -> Self {
        Self::Code(code, reason.into())
    }
}

impl From<End> for Close {
    fn from(end: End) -> Self {
        match end {
            End::TooSlow => Self::because(1013, "You read too slowly. Reconnect with after."),
            End::CutOff => Self::because(1012, "The event log does not go on from here. Reconnect with after."),
            End::AccessEnded => Self::because(4401, "The login or session has ended."),
            End::Stopping => Self::because(1012, "The server stops. Reconnect with after."),
        }
    }
}

impl From<Refused> for Close {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TryAgain => Self::because(1013, "That took too long. Reconnect."),
            Refused::TooMany => Self::because(4429, "Too many sockets are open."),
            Refused::AccessEnded => End::AccessEnded.into(),
            Refused::Stopping => End::Stopping.into(),
        }
    }
}

impl From<Unproven> for Close {
    fn from(unproven: Unproven) -> Self {
        match unproven {
            Unproven::Credential(detail) => Self::because(4401, detail),
            Unproven::Origin(detail) => Self::because(4403, detail),
            Unproven::Problem(_) => Self::because(1013, "The server can't look that up now. Reconnect in a moment."),
        }
    }
}

/// Opens a socket. What is wrong with the request itself is an HTTP answer; what a browser's page has to hear of is a
/// close code, because a page can't see the answer to a handshake.
pub(super) async fn open(State(edge): State<Edge>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let asked = match Asked::read(parts.uri.query()) {
        Ok(asked) => asked,
        Err(bad) => return Problem::from(bad).into_response(),
    };
    let path = parts.uri.path().trim_end_matches('/').to_owned();
    let start =
        Start { topic: path.strip_prefix("/ws/").and_then(|name| name.parse::<Topic>().ok()), after: asked.after };
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &edge).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return not_a_socket(&rejection),
    };
    let outcome = match identify(&edge, &parts, &asked).await {
        Ok((identity, since)) => edge.app.live.take_seat(identity, since).map_err(Close::from),
        Err(Unproven::Problem(problem)) => return problem.into_response(),
        Err(unproven) => Err(unproven.into()),
    };
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(super::inbound::LONGEST)
        .max_frame_size(super::inbound::LONGEST);
    upgrade.on_upgrade(move |socket| serve(edge, socket, outcome, start))
}

/// Somebody opened the address in a browser, or a proxy swallowed the `Upgrade` header.
fn not_a_socket(rejection: &WebSocketUpgradeRejection) -> Response {
    let detail = format!("This address speaks WebSocket ({rejection}). Connect with ws:// or wss://.");
    let mut response = Problem::Detail(StatusCode::UPGRADE_REQUIRED, detail).into_response();
    response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    response
}

async fn serve(edge: Edge, socket: WebSocket, seat: Result<Seat, Close>, start: Start) {
    let _counted = counted::Counted::open("websocket");
    // The seat is kept until the farewell is said: a process that stops waits for its seats.
    let (socket, _seat, close) = match seat {
        Ok(seat) => {
            let nobody = *seat.identity() == Identity::Nobody;
            let mut connection = Box::new(Connection::new(edge, socket, seat));
            let close = connection.run(start, nobody).await;
            let (socket, seat) = connection.into_parts();
            (socket, Some(seat), close)
        }
        Err(close) => (socket, None, close),
    };
    if let Close::Code(code, reason) = close {
        tracing::debug!(code, %reason, "closing a socket");
        counted::closed(code);
        farewell(socket, code, &reason).await;
    }
}

/// Tells the client why, and waits a moment until it has heard: a connection that is dropped with something unread in it
/// takes the farewell with it.
async fn farewell(mut socket: WebSocket, code: u16, reason: &str) {
    let frame = CloseFrame { code, reason: short(reason).into() };
    let told = tokio::time::timeout(FAREWELL, socket.send(Message::Close(Some(frame)))).await;
    if matches!(told, Ok(Ok(()))) {
        let heard = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ = tokio::time::timeout(LAST_WORD, heard).await;
    }
}

/// A reason as long as the protocol allows.
fn short(reason: &str) -> &str {
    const LONGEST: usize = 123;
    &reason[..reason.floor_char_boundary(LONGEST)]
}
