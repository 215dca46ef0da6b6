//! Products: browsing them, and what staff change.

mod change;
mod filter;

use crate::body::{Form, Payload, Text};
use crate::dto::address::Base;
use crate::dto::errors::{Detail as Told, FieldProblems};
use crate::dto::product::{DetailBody, ListedBody, ProductBody, ProductChangeBody};
use crate::error::{Answer, Problem};
use crate::guard::{By, Caller, Id, Permission, Resources};
use crate::idempotency::{self, Asked, shown};
use crate::page::{Page, Query};
use crate::ready::{self, Shows};
use crate::state::Edge;
use app::catalogue::{Detail, ProductError, ProductsBy};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use change::Change;
use domain::audit::Actor;
use domain::staff::Duty;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::StaffWrites(Duty::Catalogue), routes!(list, create))
        .resource(Permission::StaffWrites(Duty::Stock), routes!(read, replace, change, delete))
}

/// Products, filtered and sorted. Parameters that are not listed here are ignored.
#[utoipa::path(
    get, path = "/products/", tag = "Catalogue",
    params(
        ("category" = Option<Vec<String>>, Query, explode, description = "Id, slug or name; may be repeated. Categories below it count too"),
        ("min_price" = Option<String>, Query, description = "Lowest price; also `price_min`, `price__gte`", example = "10.00"),
        ("max_price" = Option<String>, Query, description = "Highest price; also `price_max`, `price__lte`", example = "50"),
        ("price__gt" = Option<String>, Query, description = "Price above"),
        ("price__lt" = Option<String>, Query, description = "Price below"),
        ("in_stock" = Option<bool>, Query, description = "Whether something of it can be sold"),
        ("search" = Option<String>, Query, description = "Words that must all occur", example = "enamel mug"),
        ("ordering" = Option<String>, Query, description = "`price`, `name`, `created_at` or `id`, for the staff also `stock`; `-` before it turns it round. `relevance`: of a search, what has the words in its name first, the newest first among equals", example = "-price"),
        ("published" = Option<bool>, Query, description = "Staff: only what customers see, or only what they don't"),
        ("stock__gte" = Option<i64>, Query, description = "Staff: at least so many of it"),
        ("stock__lte" = Option<i64>, Query, description = "Staff: at most so many of it"),
        ("variant_stock__lte" = Option<i64>, Query, description = "Staff: at most so many of one of its variants"),
        ("page" = Option<String>, Query, description = "From 1, or `last`"),
        ("after" = Option<String>, Query, description = "Staff: a cursor from `next`: read on behind the entry it stands for, whatever came in since"),
        ("before" = Option<String>, Query, description = "Staff: a cursor from `previous`: what stands right before the entry it stands for"),
        ("page_size" = Option<i64>, Query, description = "Entries on a page"),
    ),
    responses(
        (status = 200, body = Page<ProductBody>),
        (status = 400, body = FieldProblems, description = "A filter has a value that won't do."),
        (status = 404, body = Told, description = "There is no such page."),
    )
)]
async fn list(State(edge): State<Edge>, caller: Caller, base: Base, query: Query, headers: HeaderMap) -> Answer {
    let page = async |from_memory| {
        let currency = &edge.app.settings.currency;
        let filter = filter::read(&query, currency, caller.is_staff())?;
        let sort = ProductsBy::of(&filter);
        let turn = if caller.is_staff() { query.turn(&edge, sort)? } else { query.numbered(&edge, sort)? };
        let found = edge.app.products(&filter, &turn.slice, from_memory).await?;
        turn.page(&query, &base, found.map(|listed| ListedBody { listed, currency, base: &base }))
    };
    ready::answer(&edge, &caller, &headers, query.target(&base), Shows::Lists, page).await
}

/// One product, with its variants.
#[utoipa::path(
    get, path = "/products/{id}/", tag = "Catalogue", params(("id" = i64, Path, minimum = 0)),
    responses((status = 200, body = DetailBody), (status = 404, body = Told))
)]
async fn read(State(edge): State<Edge>, caller: Caller, base: Base, Id(id): Id, headers: HeaderMap) -> Answer {
    let detail = async |_| {
        let detail = edge.app.product(id, caller.is_staff()).await?.ok_or_else(|| Problem::no_match("Product"))?;
        Ok(DetailBody::new(&detail, &edge.app.settings.currency, &base))
    };
    let target = base.absolute(&format!("/products/{id}/"));
    ready::answer(&edge, &caller, &headers, target, Shows::Product(id), detail).await
}

/// Add a product: a plain one with `price` and `stock`, or one with `variants`.
#[utoipa::path(
    post, path = "/products/", tag = "Catalogue", request_body = ProductChangeBody,
    responses((status = 201, body = DetailBody), (status = 400, body = FieldProblems))
)]
async fn create(
    State(edge): State<Edge>,
    caller: Caller,
    By(by): By,
    base: Base,
    headers: HeaderMap,
    payload: Payload,
) -> Answer {
    let currency = edge.app.settings.currency.clone();
    let asked = Asked::by(&edge, &caller, &headers, idempotency::PRODUCT, || payload.canonical()).await?;
    let input = Change::read(payload, false, &currency)?.onto(None).map_err(Problem::fields)?;
    let show = move |detail: &Detail| shown(StatusCode::CREATED, None, &DetailBody::new(detail, &currency, &base));
    asked.once(&edge, show, async |once| edge.app.create_product(input, &by, once).await.map_err(refused)).await
}

/// Replace a product. With the role `fulfilment` nothing but its stock may come out changed.
#[utoipa::path(
    put, path = "/products/{id}/", tag = "Catalogue", params(("id" = i64, Path, minimum = 0)), request_body = ProductChangeBody,
    responses((status = 200, body = DetailBody), (status = 400, body = FieldProblems), (status = 404, body = Told))
)]
async fn replace(
    State(edge): State<Edge>,
    caller: Caller,
    By(by): By,
    base: Base,
    Id(id): Id,
    payload: Payload,
) -> Answer<Json<DetailBody>> {
    save(&edge, (&caller, &by), &base, id, payload, false).await
}

/// Change some of a product. With the role `fulfilment` nothing but its stock may come out changed.
#[utoipa::path(
    patch, path = "/products/{id}/", tag = "Catalogue", params(("id" = i64, Path, minimum = 0)), request_body = ProductChangeBody,
    responses((status = 200, body = DetailBody), (status = 400, body = FieldProblems), (status = 404, body = Told))
)]
async fn change(
    State(edge): State<Edge>,
    caller: Caller,
    By(by): By,
    base: Base,
    Id(id): Id,
    payload: Payload,
) -> Answer<Json<DetailBody>> {
    save(&edge, (&caller, &by), &base, id, payload, true).await
}

async fn save(
    edge: &Edge,
    (caller, by): (&Caller, &Actor),
    base: &Base,
    id: i64,
    payload: Payload,
    partial: bool,
) -> Answer<Json<DetailBody>> {
    let current = edge.app.product(id, true).await?.ok_or_else(|| Problem::no_match("Product"))?;
    let currency = &edge.app.settings.currency;
    // A product with variants may be replaced without naming a price: its variants have theirs.
    let change = Change::read_for(payload, partial, currency, Some(&current))?;
    let stock_only = !caller.may(Duty::Catalogue);
    let changing = edge.app.change_product(id, by, stock_only, |current| change.onto(Some(current)));
    let detail = changing.await.map_err(refused)?;
    Ok(Json(DetailBody::new(&detail, currency, base)))
}

/// Take a product off sale. It stays in the orders that hold it.
#[utoipa::path(
    delete, path = "/products/{id}/", tag = "Catalogue", params(("id" = i64, Path, minimum = 0)),
    responses((status = 204), (status = 404, body = Told))
)]
async fn delete(State(edge): State<Edge>, caller: Caller, By(by): By, Id(id): Id) -> Answer<StatusCode> {
    // The path is open to who may only set the stock.
    if !caller.may(Duty::Catalogue) {
        return Err(Problem::forbidden());
    }
    edge.app.delete_product(id, &by).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn refused(error: ProductError) -> Problem {
    match error {
        ProductError::NotFound => Problem::no_match("Product"),
        ProductError::StockOnly => Problem::Detail(StatusCode::FORBIDDEN, error.to_string()),
        ProductError::Invalid(errors) => Problem::fields(errors),
        ProductError::Failure(failure) => failure.into(),
    }
}

/// A slug field, with Django's text for what is none. An empty one counts as not given.
pub(super) fn slug(form: &mut Form, max: usize) -> Option<String> {
    let slug = form.text("slug", Text::any(max)).filter(|slug| !slug.is_empty())?;
    if slug.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_') {
        return Some(slug);
    }
    let message = "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.";
    form.refuse("slug", message);
    None
}
