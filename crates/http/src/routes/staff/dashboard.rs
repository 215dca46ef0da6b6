//! How business goes.

use crate::dto::errors::FieldProblems;
use crate::dto::staff::DashboardBody;
use crate::error::{Answer, Problem};
use crate::guard::{Permission, Resources};
use crate::page::Query;
use crate::state::Edge;
use axum::Json;
use axum::extract::State;
use domain::staff::Duty;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources.resource(Permission::Staff(Duty::Read), routes!(dashboard))
}

/// Most days that are told of.
const MOST_DAYS: i64 = 366;

/// Orders and revenue by day, how many orders stand where, what sells and what runs out; kept for three seconds.
#[utoipa::path(
    get, path = "/staff/dashboard/", tag = "Staff",
    params(
        ("days" = Option<i64>, Query, description = "How many days, today among them: 30 unless told, 366 at most", minimum = 1, maximum = 366),
        ("low_stock" = Option<i64>, Query, description = "What counts as little: 5 unless told", minimum = 0),
    ),
    responses((status = 200, body = DashboardBody), (status = 400, body = FieldProblems))
)]
async fn dashboard(State(edge): State<Edge>, query: Query) -> Answer<Json<DashboardBody>> {
    let days = number(&query, "days", 30, 1, MOST_DAYS)?;
    let low_stock = number(&query, "low_stock", 5, 0, domain::stock::HIGHEST)?;
    let dashboard = edge.app.dashboard(days, low_stock).await?;
    Ok(Json(DashboardBody::new(&dashboard, &edge.app.settings.currency)))
}

/// A whole number of the query.
fn number(query: &Query, name: &str, otherwise: i64, least: i64, most: i64) -> Answer<i64> {
    let Some(text) = query.get(name) else { return Ok(otherwise) };
    let number = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| Problem::field(name, format!("Give a whole number from {least} to {most}.")))
}
