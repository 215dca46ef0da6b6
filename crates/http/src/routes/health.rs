//! What operators ask: is it alive, is it ready, how much does it do.

use crate::error::Answer;
use crate::guard::Resources;
use crate::state::Edge;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use std::sync::atomic::Ordering;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources.open(routes!(livez)).open(routes!(readyz)).open(routes!(metrics))
}

/// Whether the process runs.
#[derive(Debug, Serialize, ToSchema)]
struct Alive {
    #[schema(example = "alive")]
    status: String,
}

/// Whether the process can serve.
#[derive(Debug, Serialize, ToSchema)]
struct Ready {
    /// `ready`, `stopping` or `database unavailable`.
    #[schema(example = "ready")]
    status: String,
    /// Whether the database answers. Without it nothing works.
    database: bool,
    /// Whether Redis answers; null without one. Without it everything works, only slower.
    redis: Option<bool>,
}

/// Whether the process runs. Asks nobody.
#[utoipa::path(get, path = "/livez", tag = "Operations", responses((status = 200, body = Alive)))]
async fn livez() -> Json<Alive> {
    Json(Alive { status: "alive".into() })
}

/// Whether requests should come here: the database answers and the process is not about to stop.
#[utoipa::path(
    get, path = "/readyz", tag = "Operations",
    responses((status = 200, body = Ready), (status = 503, body = Ready))
)]
async fn readyz(State(edge): State<Edge>) -> Answer {
    let shared = &edge.app.shared;
    let (database, redis) = tokio::join!(edge.app.db.ping(), shared.ping());
    let stopping = edge.stopping.load(Ordering::Relaxed);
    let (status, text) = match (stopping, database.is_ok()) {
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        (_, false) => (StatusCode::SERVICE_UNAVAILABLE, "database unavailable"),
        _ => (StatusCode::OK, "ready"),
    };
    let ready = Ready { status: text.into(), database: database.is_ok(), redis: shared.has_redis().then_some(redis) };
    Ok((status, Json(ready)).into_response())
}

/// Figures in the format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "Operations",
    responses((status = 200, body = String, content_type = "text/plain"))
)]
async fn metrics(State(edge): State<Edge>) -> Answer {
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], crate::figures::render(&edge)).into_response())
}
