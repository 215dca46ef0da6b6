//! Carts: of the account, or of the anonymous session in the cookie.

use crate::body::Payload;
use crate::dto::address::Base;
use crate::dto::cart::{AdditionBody, CartBody, LineBody, QuantityBody};
use crate::dto::errors::{FieldProblems, Insufficient, Missing, ShopError};
use crate::error::{Answer, Problem};
use crate::guard::{Caller, Id, Permission, Resources, session_cookie};
use crate::idempotency::{self, Asked, shown};
use crate::page::Query;
use crate::state::Edge;
use app::Failure;
use app::cart::{AddError, CartLine, ChangeError, NewLine};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use domain::cart::Refusal;
use serde_json::json;

use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::Anyone, routes!(read, clear))
        .resource(Permission::Anyone, routes!(items))
        .till(routes!(add))
        .resource(Permission::Anyone, routes!(set_quantity))
        .resource(Permission::Anyone, routes!(remove))
}

/// The cart: lines, units and total.
#[utoipa::path(get, path = "/cart/", tag = "Cart", responses((status = 200, body = CartBody)))]
async fn read(State(edge): State<Edge>, caller: Caller, base: Base) -> Answer {
    let currency = &edge.app.settings.currency;
    rendered(&edge, &caller, &base, "cart", |lines| to_json(&CartBody::new(lines, currency, &base))).await
}

/// The lines of the cart, as a bare list.
#[utoipa::path(get, path = "/cart/items/", tag = "Cart", responses((status = 200, body = Vec<LineBody>)))]
async fn items(State(edge): State<Edge>, caller: Caller, base: Base) -> Answer {
    let currency = &edge.app.settings.currency;
    rendered(&edge, &caller, &base, "items", |lines| {
        to_json(&lines.iter().map(|line| LineBody::new(line, currency, &base)).collect::<Vec<_>>())
    })
    .await
}

fn to_json(body: &impl serde::Serialize) -> String {
    // Plain structs of texts and numbers always serialise.
    serde_json::to_string(body).unwrap_or_default()
}

/// The caller's cart as `render` writes it.
async fn rendered(
    edge: &Edge,
    caller: &Caller,
    base: &Base,
    form: &str,
    render: impl Fn(&[CartLine]) -> String + Send,
) -> Answer {
    let body = match caller.owner_as_known(edge).await? {
        None => render(&[]).into(),
        Some((owner, has_read_all)) => {
            edge.app.cart(owner, &format!("{form} {}", base.as_str()), has_read_all, render).await?
        }
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// Put a product into the cart. An anonymous caller without a session gets one (`Set-Cookie: sessionid`).
#[utoipa::path(
    post, path = "/cart/add/", tag = "Cart", request_body = AdditionBody,
    responses(
        (status = 201, body = LineBody, description = "A new line."),
        (status = 200, body = LineBody, description = "The quantity of a line grew."),
        (status = 400, body = FieldProblems),
        (status = 404, body = ShopError, description = "`Product not found`"),
        (status = 409, body = Insufficient),
    )
)]
async fn add(State(edge): State<Edge>, caller: Caller, base: Base, headers: HeaderMap, payload: Payload) -> Answer {
    let _inside = edge.app.admit_addition()?;
    let asked = Asked::by(&edge, &caller, &headers, idempotency::ADD, || payload.canonical()).await?;
    let mut form = payload.form(false)?;
    let product_id = form.integer("product_id", i64::MIN, i64::MAX);
    let product_id = form.required("product_id", product_id);
    let variant_id = form.optional_integer("variant_id", i64::MIN, i64::MAX).flatten();
    let quantity = form.integer("quantity", 1, edge.app.settings.max_line_quantity).unwrap_or(1);
    form.finish()?;
    let new = NewLine { product_id: product_id.unwrap_or_default(), variant_id, quantity };
    let currency = edge.app.settings.currency.clone();
    let origin = base.clone();
    let show = move |(line, created): &(CartLine, bool)| {
        let status = if *created { StatusCode::CREATED } else { StatusCode::OK };
        shown(status, None, &LineBody::new(line, &currency, &base))
    };
    let mut session_key = None;
    let add = async |once| {
        let mut added = edge.app.add_to_cart(caller.shopper(), new, once).await;
        if let Err(AddError::Failure(Failure::Outdated)) = added {
            // Nobody is taken at their word under a key.
            added = edge.app.add_to_cart(caller.confirmed(&edge).await?.shopper(), new, None).await;
        }
        let added = added.map_err(|error| match error {
            AddError::ProductNotFound => Problem::Error(StatusCode::NOT_FOUND, error.to_string()),
            AddError::VariantRequired | AddError::VariantNotFound(_) => Problem::field("variant_id", error.to_string()),
            AddError::Refused(refusal) => refused(refusal),
            AddError::Failure(failure) => failure.into(),
        })?;
        session_key = added.session_key;
        Ok((added.line, added.created))
    };
    let mut response = asked.once(&edge, show, add).await?;
    if let Some(key) = session_key {
        response.headers_mut().append(header::SET_COOKIE, session_cookie(&edge, &origin, &key)?);
    }
    Ok(response)
}

/// Set the quantity of a product in the cart; 0 removes it.
#[utoipa::path(
    patch, path = "/cart/items/{product_id}/", tag = "Cart", params(("product_id" = i64, Path, minimum = 0)), request_body = QuantityBody,
    responses(
        (status = 200, body = LineBody),
        (status = 204, description = "The line was removed."),
        (status = 400, body = FieldProblems),
        (status = 404, body = Missing, description = "`Item not found in cart`"),
        (status = 409, body = Insufficient),
    )
)]
async fn set_quantity(
    State(edge): State<Edge>,
    caller: Caller,
    base: Base,
    Id(product_id): Id,
    payload: Payload,
) -> Answer {
    let mut form = payload.form(false)?;
    let quantity = form.integer("quantity", 0, edge.app.settings.max_line_quantity);
    let quantity = form.required("quantity", quantity);
    let variant_id = form.optional_integer("variant_id", i64::MIN, i64::MAX).flatten();
    form.finish()?;
    let owner = caller.owner(&edge).await?.ok_or_else(not_in_cart)?;
    let set = edge.app.set_quantity(owner, product_id, variant_id, quantity.unwrap_or_default());
    match set.await.map_err(unchanged)? {
        Some(line) => Ok(Json(LineBody::new(&line, &edge.app.settings.currency, &base)).into_response()),
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// Take a product out of the cart, or one variant of it.
#[utoipa::path(
    delete, path = "/cart/remove/{product_id}/", tag = "Cart",
    params(
        ("product_id" = i64, Path, minimum = 0),
        ("variant_id" = Option<i64>, Query, description = "Only this variant of it"),
    ),
    responses(
        (status = 204),
        (status = 400, body = FieldProblems),
        (status = 404, body = Missing, description = "`Item not found in cart`"),
    )
)]
async fn remove(State(edge): State<Edge>, caller: Caller, Id(product_id): Id, query: Query) -> Answer<StatusCode> {
    let variant_id = match query.get("variant_id") {
        None => None,
        Some(text) => {
            let id = text.trim().parse().map_err(|_| Problem::field("variant_id", "A valid integer is required."))?;
            Some(id)
        }
    };
    let owner = caller.owner(&edge).await?.ok_or_else(not_in_cart)?;
    edge.app.remove_from_cart(owner, product_id, variant_id).await.map_err(unchanged)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Empty the cart.
#[utoipa::path(delete, path = "/cart/", tag = "Cart", responses((status = 204)))]
async fn clear(State(edge): State<Edge>, caller: Caller) -> Answer<StatusCode> {
    if let Some(owner) = caller.owner(&edge).await? {
        edge.app.clear_cart(owner).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn not_in_cart() -> Problem {
    Problem::Error(StatusCode::NOT_FOUND, ChangeError::NotFound.to_string())
}

fn unchanged(error: ChangeError) -> Problem {
    match error {
        ChangeError::NotFound => not_in_cart(),
        ChangeError::VariantRequired => Problem::field("variant_id", error.to_string()),
        ChangeError::Refused(refusal) => refused(refusal),
        ChangeError::Failure(failure) => failure.into(),
    }
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::TooMany { limit } => {
            Problem::field("quantity", format!("Ensure this value is less than or equal to {limit}."))
        }
        Refusal::InsufficientStock { available } => {
            Problem::Body(StatusCode::CONFLICT, json!({"error": "Insufficient stock", "available": available}))
        }
    }
}
