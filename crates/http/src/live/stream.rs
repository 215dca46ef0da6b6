//! `GET /events/stream`: the log as server-sent events.

use super::connection::until;
use super::counted::{self, Counted};
use super::{Asked, event_frame, identify};
use crate::error::Problem;
use crate::state::Edge;
use app::live::{CatchUp, Delivery, End, Refused, Seat, Step, Subscription, Waiting};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use futures_util::stream::unfold;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Between signs of life.
const KEEP_ALIVE: Duration = Duration::from_secs(25);
/// Between attempts to catch up while the database is away.
const RETRY: Duration = Duration::from_millis(250);

/// Opens a stream.
pub(super) async fn open(State(edge): State<Edge>, request: Request) -> Response {
    match prepare(edge, request).await {
        Ok(reading) => {
            let headers = [
                (header::CONTENT_TYPE, "text/event-stream"),
                (header::CACHE_CONTROL, "no-store"),
                // Proxies of the nginx family hold answers back otherwise.
                (header::HeaderName::from_static("x-accel-buffering"), "no"),
            ];
            (headers, Body::from_stream(unfold(reading, next))).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn prepare(edge: Edge, request: Request) -> Result<Box<Reading>, Problem> {
    let (parts, _) = request.into_parts();
    let mut asked = Asked::read(parts.uri.query())?;
    if let Some(last_seen) = parts.headers.get("last-event-id") {
        asked.go_on_after(&String::from_utf8_lossy(last_seen.as_bytes()))?;
    }
    let (identity, since) = identify(&edge, &parts, &asked).await?;
    let subscription = asked.subscription(&edge, &identity).await?;
    let valid_until = until(&edge, &identity);
    let mut seat = edge.app.live.take_seat(identity, since).map_err(refused)?;
    let (place, catch_up) = match asked.after {
        Some(after) => (after, Some(CatchUp::new(subscription, after))),
        None => (follow(&mut seat, &subscription), None),
    };
    let hello = format!("retry: 2000\n\nevent: ready\nid: {place}\ndata: {{\"seq\":{place}}}\n\n");
    let next_sign = Instant::now() + KEEP_ALIVE;
    let _counted = Counted::open("stream");
    Ok(Box::new(Reading {
        edge,
        seat,
        catch_up,
        hello: Some(hello),
        place,
        next_sign,
        valid_until,
        over: false,
        _counted,
    }))
}

fn follow(seat: &mut Seat, subscription: &Subscription) -> i64 {
    let (_, head) = seat.follow(subscription);
    head
}

fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::TryAgain => Problem::Unavailable(1, "That took too long. Try again.".into()),
        Refused::TooMany => Problem::Throttled(Duration::from_secs(10)),
        Refused::AccessEnded => Problem::bad_token("The login or session has ended."),
        Refused::Stopping => Problem::Unavailable(1, "The server stops. Try again.".into()),
    }
}

/// One open stream.
struct Reading {
    edge: Edge,
    seat: Seat,
    catch_up: Option<CatchUp>,
    hello: Option<String>,
    /// Where it began.
    place: i64,
    next_sign: Instant,
    valid_until: Option<Instant>,
    over: bool,
    _counted: Counted,
}

/// The next piece of the body; `None` ends it.
async fn next(mut reading: Box<Reading>) -> Option<(Result<Bytes, Infallible>, Box<Reading>)> {
    if reading.over {
        return None;
    }
    let piece = reading.piece().await;
    Some((Ok(piece), reading))
}

impl Reading {
    async fn piece(&mut self) -> Bytes {
        if let Some(hello) = self.hello.take() {
            return hello.into();
        }
        loop {
            if self.valid_until.is_some_and(|date| date <= Instant::now()) {
                return self.end(4401);
            }
            if let Some(piece) = self.step().await {
                return piece;
            }
            let date = self.valid_until.map_or(self.next_sign, |date| date.min(self.next_sign));
            tokio::select! {
                () = self.seat.news() => {}
                () = sleep_until(date) => {}
            }
            if self.next_sign <= Instant::now() {
                // What the hub handed out before this place waits in the mailbox, and goes first.
                // One that joined ahead of this process keeps its own.
                let head = self.seat.head().max(self.place);
                self.next_sign = Instant::now() + KEEP_ALIVE;
                return match self.step().await {
                    Some(piece) => piece,
                    None => format!("id: {head}\n\n").into(),
                };
            }
        }
    }

    /// What there is to send now, if anything.
    async fn step(&mut self) -> Option<Bytes> {
        if let Some(end) = self.seat.ended().now_or_never() {
            return Some(self.end(code(end)));
        }
        let Some(mut catch_up) = self.catch_up.take() else { return self.deliver() };
        match catch_up.step(&self.edge.app, &mut self.seat).await {
            Ok(Step::Done(_, events)) => {
                let piece = written(&events);
                if piece.is_empty() { self.deliver() } else { Some(piece) }
            }
            Ok(Step::More(events)) => {
                self.catch_up = Some(catch_up);
                // A stretch without a match is no reason to wait: the empty piece asks for the next step.
                Some(written(&events))
            }
            Ok(Step::Lost(_, head)) => Some(format!("event: reset\nid: {head}\ndata: {{\"seq\":{head}}}\n\n").into()),
            Err(_) => {
                self.catch_up = Some(catch_up);
                tokio::time::sleep(RETRY).await;
                Some(Bytes::new())
            }
        }
    }

    fn deliver(&mut self) -> Option<Bytes> {
        let mut events = vec![];
        loop {
            match self.seat.take() {
                Ok(Waiting::Event(delivery)) => events.push(delivery),
                Ok(Waiting::Nothing) => break,
                Ok(Waiting::Behind(memberships)) => {
                    // There is one. The empty piece asks for its first step.
                    self.catch_up = memberships.into_iter().map(|(_, catch_up)| catch_up).next();
                    return Some(written(&events));
                }
                Err(end) => return Some(self.end(code(end))),
            }
        }
        (!events.is_empty()).then(|| written(&events))
    }

    /// The last piece.
    fn end(&mut self, code: u16) -> Bytes {
        self.over = true;
        counted::closed(code);
        format!("event: closed\ndata: {{\"code\":{code}}}\n\n").into()
    }
}

fn code(end: End) -> u16 {
    match end {
        End::TooSlow => 1013,
        End::CutOff => 1012,
        End::AccessEnded => 4401,
        End::Stopping => 1012,
    }
}

fn written(events: &[Delivery]) -> Bytes {
    metrics::counter!("oxcart_events_delivered_total").increment(events.len() as u64);
    let mut piece = BytesMut::new();
    for (topic, entry) in events {
        piece.extend_from_slice(format!("id: {}\ndata: ", entry.event.seq).as_bytes());
        piece.extend_from_slice(&entry.shown(*topic, event_frame));
        piece.extend_from_slice(b"\n\n");
    }
    piece.freeze()
}
