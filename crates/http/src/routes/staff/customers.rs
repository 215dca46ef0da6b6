//! Customers, as the staff sees them.

use crate::body::{Payload, flag_named};
use crate::dto::address::Base;
use crate::dto::cart::CartBody;
use crate::dto::errors::{Detail, FieldProblems};
use crate::dto::staff::{CustomerBody, CustomerChangeBody};
use crate::error::{Answer, Problem};
use crate::guard::{By, Caller, Id, Permission, Resources};
use crate::page::{Page, Query};
use crate::state::Edge;
use app::staff::{CustomerError, CustomerFilter, CustomersBy};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::cart::Owner;
use domain::staff::Duty;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::Staff(Duty::Customers), routes!(list))
        .resource(Permission::Staff(Duty::Customers), routes!(read, change))
        .resource(Permission::Staff(Duty::Customers), routes!(cart))
}

/// Words of a search that are looked at.
const MOST_WORDS: usize = 10;

/// What lists of customers are sorted by.
const ORDERINGS: &[(&str, CustomersBy)] =
    &[("date_joined", CustomersBy::DateJoined), ("last_login", CustomersBy::LastLogin), ("email", CustomersBy::Email)];

/// Accounts, those of the staff among them; newest first unless told.
#[utoipa::path(
    get, path = "/customers/", tag = "Staff",
    params(
        ("search" = Option<String>, Query, description = "Words that must all occur in the address, a name or the telephone"),
        ("is_active" = Option<bool>, Query, description = "Only those who may log in, or may not"),
        ("ordering" = Option<String>, Query, description = "`date_joined`, `last_login` or `email`; `-` before it turns it round", example = "-last_login"),
        ("page" = Option<String>, Query, description = "From 1, or `last`"),
        ("after" = Option<String>, Query, description = "A cursor from `next`: read on behind the entry it stands for, whatever came in since"),
        ("before" = Option<String>, Query, description = "A cursor from `previous`: what stands right before the entry it stands for"),
        ("page_size" = Option<i64>, Query, description = "Entries on a page"),
    ),
    responses((status = 200, body = Page<CustomerBody>), (status = 400, body = FieldProblems), (status = 404, body = Detail))
)]
async fn list(State(edge): State<Edge>, base: Base, query: Query) -> Answer<Json<Page<CustomerBody>>> {
    let (filter, turn) = (filter(&query)?, query.turn(&edge, query.sort(ORDERINGS, "-date_joined")?)?);
    let found = edge.app.customers(&filter, turn.sort, &turn.slice).await?;
    let currency = &edge.app.settings.currency;
    Ok(Json(turn.page(&query, &base, found.map(|customer| CustomerBody::new(&customer, currency)))?))
}

/// One account.
#[utoipa::path(
    get, path = "/customers/{id}/", tag = "Staff", params(("id" = i64, Path, minimum = 0)),
    responses((status = 200, body = CustomerBody), (status = 404, body = Detail))
)]
async fn read(State(edge): State<Edge>, Id(id): Id) -> Answer<Json<CustomerBody>> {
    let customer = edge.app.customer(id).await?.ok_or_else(|| Problem::no_match("Customer"))?;
    Ok(Json(CustomerBody::new(&customer, &edge.app.settings.currency)))
}

/// Let a customer log in or not. Those of the staff only an owner may change.
#[utoipa::path(
    patch, path = "/customers/{id}/", tag = "Staff", params(("id" = i64, Path, minimum = 0)), request_body = CustomerChangeBody,
    responses(
        (status = 200, body = CustomerBody),
        (status = 400, body = FieldProblems),
        (status = 404, body = Detail),
        (status = 409, body = Detail, description = "It is the last owner."),
    )
)]
async fn change(
    State(edge): State<Edge>,
    caller: Caller,
    By(by): By,
    Id(id): Id,
    payload: Payload,
) -> Answer<Json<CustomerBody>> {
    let mut form = payload.form(false)?;
    let is_active = form.flag("is_active");
    let is_active = form.required("is_active", is_active).unwrap_or_default();
    form.finish()?;
    let customer = edge.app.set_active(id, is_active, caller.user()?, &by).await.map_err(refused)?;
    Ok(Json(CustomerBody::new(&customer, &edge.app.settings.currency)))
}

/// What is in a customer's cart.
#[utoipa::path(
    get, path = "/customers/{id}/cart/", tag = "Staff", params(("id" = i64, Path, minimum = 0)),
    responses((status = 200, body = CartBody), (status = 404, body = Detail))
)]
async fn cart(State(edge): State<Edge>, caller: Caller, base: Base, Id(id): Id) -> Answer {
    edge.app.customer(id).await?.ok_or_else(|| Problem::no_match("Customer"))?;
    let (currency, origin) = (edge.app.settings.currency.clone(), base.clone());
    let render = move |lines: &[_]| {
        // Plain structs of texts and numbers always serialise.
        serde_json::to_string(&CartBody::new(lines, &currency, &origin)).unwrap_or_default()
    };
    let form = format!("cart {}", base.as_str());
    let body = edge.app.cart(Owner::User(id), &form, caller.has_read_all, render).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

fn filter(query: &Query) -> Answer<CustomerFilter> {
    let is_active = match query.get("is_active") {
        None => None,
        Some(text) => Some(flag_named(text).ok_or_else(|| Problem::field("is_active", "Must be a valid boolean."))?),
    };
    let search = query.get("search").unwrap_or_default().to_lowercase();
    let words = search.split_whitespace().take(MOST_WORDS).map(ToOwned::to_owned).collect();
    Ok(CustomerFilter { words, is_active })
}

fn refused(error: CustomerError) -> Problem {
    match error {
        CustomerError::NotFound => Problem::no_match("Customer"),
        CustomerError::OwnersOnly => Problem::Detail(StatusCode::FORBIDDEN, error.to_string()),
        CustomerError::LastOwner => Problem::Detail(StatusCode::CONFLICT, error.to_string()),
        CustomerError::Failure(failure) => failure.into(),
    }
}
