//! Polling the event log, and tickets for sockets.

use crate::dto::errors::{Detail, FieldProblems};
use crate::error::{Answer, Problem};
use crate::guard::{Caller, Permission, Resources};
use crate::live::{Asked, event_frame, identify};
use crate::state::Edge;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources.resource(Permission::Anyone, routes!(poll)).resource(Permission::Anyone, routes!(ticket))
}

/// Entries of a page when the client does not say, and at most.
const PAGE: i64 = 100;
const MAX_PAGE: i64 = 1_000;

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "the frame is written by hand, once for all who get it; this describes it")]
struct Event {
    /// `event`
    #[schema(example = "event")]
    r#type: String,
    /// Its place in the log.
    #[schema(example = 4721)]
    seq: i64,
    /// `orders`, `order:12`, `cart`, `products` or `product:7`.
    #[schema(example = "orders")]
    topic: String,
    /// What happened.
    #[schema(example = "order.status_changed")]
    event: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// What is to be told of it.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

/// A stretch of the event log.
#[derive(Debug, Serialize, ToSchema)]
struct Events {
    /// In order.
    #[schema(value_type = Vec<Event>)]
    results: Vec<Box<serde_json::value::RawValue>>,
    /// What to send as `after` next time.
    #[schema(example = 4721)]
    after: i64,
    /// Whether there is more right now.
    more: bool,
    /// Whether what was missed is no longer kept: fetch the state anew, and go on from `after`.
    reset: bool,
}

/// A key to one socket.
#[derive(Debug, Serialize, ToSchema)]
struct Ticket {
    /// To be sent as `?ticket=`, once.
    ticket: String,
    /// Seconds in which it must be used.
    #[schema(example = 60)]
    expires_in: i64,
}

/// The events after a place in the log, as far as the caller may read them. Besides the usual ways, `?ticket=` and
/// `?token=` say who reads.
#[utoipa::path(
    get, path = "/events/", tag = "Live",
    params(
        ("after" = Option<i64>, Query, description = "The `after` of the last page; without it, now", minimum = 0),
        ("limit" = Option<i64>, Query, description = "Entries at most: 100 unless told, 1,000 at most", minimum = 1),
        ("topics" = Option<String>, Query, description = "Names separated by commas; all the caller may follow unless told"),
    ),
    responses(
        (status = 200, body = Events), (status = 400, body = FieldProblems), (status = 403, body = Detail),
        (status = 404, body = crate::dto::errors::ShopError),
    )
)]
async fn poll(State(edge): State<Edge>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let asked = Asked::read(parts.uri.query())?;
    let (identity, _) = identify(&edge, &parts, &asked).await?;
    let subscription = asked.subscription(&edge, &identity).await?;
    let Some(after) = asked.after else {
        let now = edge.app.log_bounds().await?.head;
        return Ok(page(Events { results: vec![], after: now, more: false, reset: false }));
    };
    let limit = usize::try_from(asked.limit.unwrap_or(PAGE).min(MAX_PAGE)).unwrap_or_default();
    let Some(found) = edge.app.log_page(&subscription, after, limit).await? else {
        let now = edge.app.log_bounds().await?.head;
        return Ok(page(Events { results: vec![], after: now, more: false, reset: true }));
    };
    let frames = found.events.iter().map(|(topic, entry)| {
        let frame = String::from_utf8_lossy(&entry.shown(*topic, event_frame)).into_owned();
        serde_json::value::RawValue::from_string(frame).map_err(|error| Problem::Internal(error.to_string()))
    });
    let results = frames.collect::<Result<_, _>>()?;
    Ok(page(Events { results, after: found.reached, more: found.more, reset: false }))
}

fn page(events: Events) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(events)).into_response()
}

/// A ticket that opens one socket as the caller: for browsers, which can't send an access token with a socket.
#[utoipa::path(
    post, path = "/ws/ticket/", tag = "Live",
    responses((status = 201, body = Ticket), (status = 403, body = Detail))
)]
async fn ticket(State(edge): State<Edge>, caller: Caller) -> Answer {
    let identity = caller.identity(&edge).await?;
    let ticket = edge.app.issue_ticket(&identity).await?.ok_or_else(Problem::not_authenticated)?;
    let ticket = Ticket { ticket, expires_in: app::live::TICKET_SECONDS };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(ticket)).into_response())
}
