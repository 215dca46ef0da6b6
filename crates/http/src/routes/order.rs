//! Orders: placing them, reading them, moving them on.

mod linked;
mod staff;

use crate::body::{Form, Payload, Text};
use crate::dto::address::Base;
use crate::dto::errors::{Detail, FieldProblems, Missing};
use crate::dto::order::{
    Cancelled, Done, InvalidStatus, OrderBody, PlaceBody, PlaceProblem, Placed, ShortageBody, Shortages, StatusBody,
    StatusProblem,
};
use crate::error::{Answer, Problem};
use crate::guard::{By, Caller, Id, Permission, Resources};
use crate::idempotency::{self, Asked, shown};
use crate::page::{Page, Query};
use crate::state::Edge;
use app::order::{OrderFilter, OrdersBy, PlaceError, StepError, Viewer};
use app::{Failure, Found};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::cart::Owner;
use domain::customer;
use domain::order::{Contact, Order, Refusal, Status};
use domain::staff::Duty;
use domain::time::Timestamp;
use serde_json::json;

use utoipa_axum::routes;

pub(crate) use linked::TOKEN as ORDER_TOKEN;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::Anyone, routes!(list))
        .resource(Permission::Anyone, routes!(read))
        .resource(Permission::Anyone, routes!(linked::by_link))
        .till(routes!(place))
        .resource(Permission::Anyone, routes!(cancel))
        .resource(Permission::Staff(Duty::Orders), routes!(update_status))
        .resource(Permission::Staff(Duty::Orders), routes!(staff::bulk_update_status))
        .resource(Permission::Staff(Duty::Read), routes!(staff::export))
        .resource(Permission::Staff(Duty::Read), routes!(staff::timeline))
}

/// What lists of orders are sorted by.
const ORDERINGS: &[(&str, OrdersBy)] =
    &[("created_at", OrdersBy::Placed), ("total", OrdersBy::Total), ("status", OrdersBy::Status)];

/// One's own orders, newest first unless told; the staff sees all.
#[utoipa::path(
    get, path = "/order/", tag = "Orders",
    params(
        ("status" = Option<String>, Query, description = "Only in this state", example = "pending"),
        ("user" = Option<i64>, Query, description = "Staff: only this account's, by id"),
        ("search" = Option<String>, Query, description = "Staff: a part of the number, of the account's address or of the one given with the order; a whole address finds that one", example = "OX-7K3"),
        ("date" = Option<String>, Query, description = "Placed on this day (UTC)", example = "2026-11-23"),
        ("date_from" = Option<String>, Query, description = "Placed at or after this day or instant"),
        ("date_to" = Option<String>, Query, description = "Placed before the end of this day, or before this instant"),
        ("ordering" = Option<String>, Query, description = "`created_at`, `total`, or `status` (in the order of an order's life); `-` before it turns it round", example = "-total"),
        ("page" = Option<String>, Query, description = "From 1, or `last`"),
        ("after" = Option<String>, Query, description = "Staff: a cursor from `next`: read on behind the entry it stands for, whatever came in since"),
        ("before" = Option<String>, Query, description = "Staff: a cursor from `previous`: what stands right before the entry it stands for"),
        ("page_size" = Option<i64>, Query, description = "Entries on a page"),
    ),
    responses((status = 200, body = Page<OrderBody>), (status = 400, body = FieldProblems), (status = 404, body = Detail))
)]
async fn list(State(edge): State<Edge>, caller: Caller, base: Base, query: Query) -> Answer<Json<Page<OrderBody>>> {
    let filter = filter(&query, caller.is_staff())?;
    let sort = query.sort(ORDERINGS, "-created_at")?;
    let turn = if caller.is_staff() { query.turn(&edge, sort)? } else { query.numbered(&edge, sort)? };
    let Some(viewer) = caller.viewer(&edge).await? else {
        return Ok(Json(turn.page(&query, &base, Found::nothing(0, 0))?));
    };
    let found = edge.app.orders(viewer, filter, turn.sort, &turn.slice).await?;
    let results = shown_to(&edge, viewer, &found.rows).await?;
    Ok(Json(turn.page(&query, &base, found.with(results))?))
}

/// One order.
#[utoipa::path(
    get, path = "/order/{id}/", tag = "Orders", params(("id" = i64, Path, minimum = 0)),
    responses(
        (status = 200, body = OrderBody),
        (status = 404, body = Detail, description = "There is none, or it is somebody else's."),
    )
)]
async fn read(State(edge): State<Edge>, caller: Caller, Id(id): Id) -> Answer<Json<OrderBody>> {
    let none = || Problem::no_match("Order");
    let viewer = caller.viewer(&edge).await?.ok_or_else(none)?;
    let order = edge.app.order(id, viewer).await?.ok_or_else(none)?;
    shown_to(&edge, viewer, &[order]).await?.pop().map(Json).ok_or_else(none)
}

/// Orders as somebody sees them.
async fn shown_to(edge: &Edge, viewer: Viewer, orders: &[Order]) -> Answer<Vec<OrderBody>> {
    let currency = &edge.app.settings.currency;
    if viewer != Viewer::Staff {
        return Ok(orders.iter().map(|order| OrderBody::new(order, currency)).collect());
    }
    let emails = edge.app.customers_of(orders).await?;
    Ok(orders.iter().map(|order| OrderBody::for_staff(order, currency, &emails)).collect())
}

/// Order what is in the cart: all of it or nothing. Who it is for may be said along with it.
#[utoipa::path(
    post, path = "/order/place_order/", tag = "Orders", request_body = Option<PlaceBody>,
    responses(
        (status = 201, body = Placed, headers(("Location" = String, description = "Address of the order"))),
        (status = 400, body = PlaceProblem, description = "`Cart is empty`, or something in the contact won't do."),
        (status = 409, body = Shortages, description = "Some lines want more than there is; nothing was changed."),
    )
)]
async fn place(State(edge): State<Edge>, caller: Caller, base: Base, headers: HeaderMap, payload: Payload) -> Answer {
    let what = if payload.is_empty() { String::new() } else { payload.canonical() };
    let contact = contact(payload)?;
    let empty = || Problem::Error(StatusCode::BAD_REQUEST, Refusal::Empty.to_string());
    let _inside = edge.app.admit_order()?;
    let buyer = caller.buyer(&edge).await?.ok_or_else(empty)?;
    let asked = Asked::by_owner(&edge, buyer.owner, &headers, idempotency::PLACE, || what)?;
    let currency = edge.app.settings.currency.clone();
    let show = move |order: &Order| {
        let location = base.absolute(&format!("/order/{}/", order.id));
        let placed = Placed { status: "Order placed".into(), order: OrderBody::new(order, &currency) };
        shown(StatusCode::CREATED, Some(location), &placed)
    };
    let place = async |once| {
        let mut placed = edge.app.place_order(buyer, told_to(&caller, contact.clone()), once).await;
        if let Err(PlaceError::Failure(Failure::Outdated)) = placed {
            let sure = caller.confirmed(&edge).await?;
            let buyer = sure.buyer(&edge).await?.ok_or_else(empty)?;
            // Nobody is taken at their word under a key.
            placed = edge.app.place_order(buyer, told_to(&sure, contact), None).await;
        }
        placed.map_err(|error| match error {
            PlaceError::Refused(Refusal::InsufficientStock(lines)) => {
                let items: Vec<_> = lines.iter().map(ShortageBody::from).collect();
                Problem::Body(StatusCode::CONFLICT, json!({"error": "Insufficient stock", "items": items}))
            }
            PlaceError::Refused(refusal) => Problem::Error(StatusCode::BAD_REQUEST, refusal.to_string()),
            PlaceError::Failure(failure) => failure.into(),
        })
    };
    asked.once(&edge, show, place).await
}

/// Who the order is for, as far as it was said.
fn contact(payload: Payload) -> Answer<Contact> {
    let mut form = payload.form(true)?;
    let mut contact = Contact::default();
    if let Some(mut part) = form.part("contact") {
        let blank = |part: &mut Form, name, max| part.text(name, Text::any(max)).unwrap_or_default();
        contact = Contact {
            email: part.optional_email("email").unwrap_or_default(),
            name: blank(&mut part, "name", customer::NAME_LENGTH),
            phone: blank(&mut part, "phone", customer::PHONE_LENGTH),
            address: blank(&mut part, "address", Contact::ADDRESS_LENGTH),
            postcode: blank(&mut part, "postcode", Contact::POSTCODE_LENGTH),
            city: blank(&mut part, "city", Contact::PLACE_LENGTH),
            country: blank(&mut part, "country", Contact::PLACE_LENGTH),
            note: blank(&mut part, "note", Contact::NOTE_LENGTH),
        };
        form.finish_part("contact", part);
    }
    form.finish()?;
    Ok(contact)
}

/// What is kept with the order. An account's own address is where it is told of, unless another one is given.
fn told_to(caller: &Caller, mut contact: Contact) -> Option<Contact> {
    if let Some(user) = caller.user.as_ref().filter(|_| contact.email.is_empty()) {
        contact.email.clone_from(&user.email);
    }
    (!contact.is_empty()).then_some(contact)
}

/// Cancel an order; its stock goes back. Owners can while it is pending, the staff also while it is processed.
#[utoipa::path(
    post, path = "/order/{id}/cancel/", tag = "Orders", params(("id" = i64, Path, minimum = 0)),
    responses(
        (status = 200, body = Cancelled),
        (status = 400, body = InvalidStatus, description = "It is too late."),
        (status = 404, body = Missing, description = "`Order not found`"),
    )
)]
async fn cancel(State(edge): State<Edge>, caller: Caller, By(by): By, Id(id): Id, headers: HeaderMap) -> Answer {
    // Who sees every order may still only call off their own.
    let looks_on = caller.is_staff() && !caller.may(Duty::Orders);
    let viewer = match caller.user.as_ref().filter(|_| looks_on) {
        Some(user) => Some(Viewer::Owner(Owner::User(user.id))),
        None => caller.viewer(&edge).await?,
    };
    let viewer = viewer.ok_or_else(|| refused(StepError::NotFound))?;
    let refused = |error| match error {
        StepError::NotFound if looks_on => Problem::forbidden(),
        error => refused(error),
    };
    // Whoever is no staff any more is not shown what the staff were answered.
    let what = || format!("{id}\n{viewer:?}");
    let asked = Asked::by(&edge, &caller, &headers, idempotency::CANCEL, what).await?;
    let currency = edge.app.settings.currency.clone();
    let show = move |order: &Order| {
        let cancelled = Cancelled { status: "Order cancelled".into(), order: OrderBody::new(order, &currency) };
        shown(StatusCode::OK, None, &cancelled)
    };
    asked.once(&edge, show, async |once| edge.app.cancel_order(id, viewer, &by, once).await.map_err(refused)).await
}

/// Move an order on.
///
/// Forward along `pending → processing → shipped → delivered`, skipping allowed; `cancelled` from `pending` or
/// `processing` puts the stock back. The same status again changes nothing.
#[utoipa::path(
    post, path = "/order/{id}/update_status/", tag = "Orders", params(("id" = i64, Path, minimum = 0)), request_body = StatusBody,
    responses(
        (status = 200, body = Done),
        (status = 400, body = StatusProblem),
        (status = 404, body = Missing, description = "`Order not found`"),
    )
)]
async fn update_status(
    State(edge): State<Edge>,
    caller: Caller,
    By(by): By,
    Id(id): Id,
    headers: HeaderMap,
    payload: Payload,
) -> Answer {
    let what = || format!("{id}\n{}", payload.canonical());
    let asked = Asked::by(&edge, &caller, &headers, idempotency::STEP, what).await?;
    // The Django original says `Invalid status` of whatever it can't use, missing or of the wrong type too.
    let status = payload.form(true).ok().and_then(|mut form| form.text("status", Text::any(100))).unwrap_or_default();
    let show = |order: &Order| {
        let done = Done { status: format!("Order status updated to {}", order.status.as_str()) };
        shown(StatusCode::OK, None, &done)
    };
    asked.once(&edge, show, async |once| edge.app.update_status(id, &status, &by, once).await.map_err(refused)).await
}

fn refused(error: StepError) -> Problem {
    let names = |open: &[Status]| open.iter().map(|status| status.as_str()).collect::<Vec<_>>();
    match error {
        StepError::NotFound => Problem::Error(StatusCode::NOT_FOUND, error.to_string()),
        StepError::Unknown => Problem::Error(StatusCode::BAD_REQUEST, error.to_string()),
        StepError::Forbidden(ref open) => {
            let body = json!({"error": error.to_string(), "allowed": names(open)});
            Problem::Body(StatusCode::BAD_REQUEST, body)
        }
        StepError::Failure(failure) => failure.into(),
    }
}

/// The filter of a list; only the staff can ask for an account's, and search.
fn filter(query: &Query, staff: bool) -> Answer<OrderFilter> {
    const DAY: i64 = 24 * 60 * 60;
    let mut filter = OrderFilter::default();
    let day = |name: &str, text: &str| {
        let at = Timestamp::parse(text).ok_or_else(|| {
            Problem::field(name, "Date has wrong format. Use one of these formats instead: YYYY-MM-DD, ISO 8601.")
        })?;
        Ok::<_, Problem>((at, at.plus_seconds(if text.trim().len() == 10 { DAY } else { 0 })))
    };
    if let Some(name) = query.get("status") {
        let status = Status::named(name);
        filter.status =
            Some(status.ok_or_else(|| Problem::field("status", format!("\"{name}\" is not a valid choice.")))?);
    }
    if let Some(id) = query.get("user").filter(|_| staff) {
        let id = id.trim().parse().map_err(|_| Problem::field("user", "A valid integer is required."))?;
        filter.user_id = Some(id);
    }
    filter.search =
        query.get("search").filter(|_| staff).map(str::trim).filter(|text| !text.is_empty()).map(Into::into);
    if let Some(text) = query.get("date") {
        let (from, until) = day("date", text)?;
        (filter.from, filter.until) = (Some(from), Some(until));
    }
    if let Some(text) = query.get("date_from") {
        filter.from = Some(day("date_from", text)?.0);
    }
    if let Some(text) = query.get("date_to") {
        filter.until = Some(day("date_to", text)?.1);
    }
    Ok(filter)
}
