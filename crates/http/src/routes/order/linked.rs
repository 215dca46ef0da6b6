//! An order for whoever has the link that was mailed about it.

use crate::dto::errors::Detail;
use crate::dto::order::{OrderBody, OrderLineBody};
use crate::error::{Answer, Problem};
use crate::state::Edge;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// In a header, because addresses end up in the logs of proxies.
pub(crate) const TOKEN: HeaderName = HeaderName::from_static("x-order-token");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// An order as whoever has the mail about it may follow it: what the mail told, and where it stands now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkedOrder)]
pub(super) struct LinkedOrderBody {
    #[schema(example = "OX-7K3M9QWD")]
    number: String,
    /// `pending`, `processing`, `shipped`, `delivered` or `cancelled`.
    #[schema(example = "shipped")]
    status: String,
    #[schema(example = "59.97")]
    total: String,
    #[schema(example = "USD")]
    currency: String,
    items: Vec<OrderLineBody>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// An order by the link in a mail about it.
///
/// The mails that an order was placed or shipped lead to `/order.html#TOKEN`; the token reads this one order, without who
/// it is for, for 90 days.
#[utoipa::path(
    get, path = "/order/by_link/", tag = "Orders",
    params(("X-Order-Token" = Option<String>, Header, description = "What stands behind the `#` of the link")),
    responses(
        (status = 200, body = LinkedOrderBody),
        (status = 404, body = Detail, description = "The link is not this shop's, or no longer good."),
    )
)]
pub(super) async fn by_link(
    State(edge): State<Edge>,
    headers: HeaderMap,
) -> Answer<([(HeaderName, HeaderValue); 1], Response)> {
    let token = headers.get(TOKEN).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // One address for all links: nobody may keep the answer to one of them, a refusal neither.
    let uncached = |response| Ok(([(header::CACHE_CONTROL, NO_STORE)], response));
    let Some(order) = edge.app.order_by_link(token).await? else {
        return uncached(Problem::no_match("Order").into_response());
    };
    let OrderBody { number, status, total, currency, items, created_at, updated_at, .. } =
        OrderBody::new(&order, &edge.app.settings.currency);
    let body = LinkedOrderBody { number, status, total, currency, items, created_at, updated_at };
    uncached(Json(body).into_response())
}
