//! Orders, as only the staff handles them: many at once, as a table, and with all that happened to one.

use super::filter;
use crate::body::{Payload, Text};
use crate::dto::errors::{Detail, FieldProblems};
use crate::dto::order::{BulkResult, BulkResults, BulkStatusBody, MomentBody};
use crate::error::{Answer, Problem};
use crate::guard::{By, Id};
use crate::page::Query;
use crate::state::Edge;
use app::Failure;
use app::order::{ORDER_COLUMNS, StepError};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::order::Status;
use futures_util::stream;

/// Orders that are moved by one request at most.
const MOST: usize = 100;

/// Move several orders on, each by itself and by the rules of `update_status`: those that can't be say why, the others
/// are done.
#[utoipa::path(
    post, path = "/order/bulk_update_status/", tag = "Orders", request_body = BulkStatusBody,
    responses(
        (status = 200, body = BulkResults, description = "All have the status now."),
        (status = 207, body = BulkResults, description = "Some stay as they are; each says why."),
        (status = 400, body = FieldProblems),
    )
)]
pub(super) async fn bulk_update_status(
    State(edge): State<Edge>,
    By(by): By,
    payload: Payload,
) -> Answer<(StatusCode, Json<BulkResults>)> {
    let mut form = payload.form(false)?;
    let ids = form.integers("ids", 1..=MOST);
    let ids = form.required("ids", ids).unwrap_or_default();
    let name = form.text("status", Text::filled(100));
    let name = form.required("status", name).unwrap_or_default();
    if !name.is_empty() && Status::named(&name).is_none() {
        form.refuse("status", format!("\"{name}\" is not a valid choice."));
    }
    form.finish()?;
    let mut results = vec![];
    for id in ids {
        let nothing = BulkResult { id, status: None, error: None, allowed: None };
        results.push(match edge.app.update_status(id, &name, &by, None).await {
            Ok(order) => BulkResult { status: Some(order.status.as_str()), ..nothing },
            Err(StepError::Forbidden(open)) => {
                let allowed = open.into_iter().map(Status::as_str).collect();
                BulkResult { error: Some("Invalid status".into()), allowed: Some(allowed), ..nothing }
            }
            Err(StepError::Failure(error)) => {
                tracing::warn!(id, %error, "one of several orders could not be moved");
                BulkResult { error: Some("Something went wrong. Try this one again.".into()), ..nothing }
            }
            Err(error) => BulkResult { error: Some(error.to_string()), ..nothing },
        });
    }
    let failed = results.iter().filter(|result| result.error.is_some()).count();
    let status = if failed == 0 { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    Ok((status, Json(BulkResults { failed, results })))
}

/// All that is known to have happened to an order, oldest first: events, and what the audit log tells of it.
#[utoipa::path(
    get, path = "/order/{id}/timeline/", tag = "Orders", params(("id" = i64, Path, minimum = 0)),
    responses((status = 200, body = Vec<MomentBody>), (status = 404, body = Detail))
)]
pub(super) async fn timeline(State(edge): State<Edge>, Id(id): Id) -> Answer<Json<Vec<MomentBody>>> {
    let moments = edge.app.order_timeline(id).await?.ok_or_else(|| Problem::no_match("Order"))?;
    Ok(Json(moments.into_iter().map(Into::into).collect()))
}

/// The orders of a filter as a table for spreadsheets, newest first.
///
/// A row for each order. Texts that a spreadsheet would take for formulas have a `'` before them.
#[utoipa::path(
    get, path = "/order/export/", tag = "Orders",
    params(
        ("status" = Option<String>, Query, description = "As for the list"),
        ("user" = Option<i64>, Query, description = "As for the list"),
        ("search" = Option<String>, Query, description = "As for the list"),
        ("date" = Option<String>, Query, description = "As for the list"),
        ("date_from" = Option<String>, Query, description = "As for the list"),
        ("date_to" = Option<String>, Query, description = "As for the list"),
    ),
    responses((status = 200, content_type = "text/csv", body = String), (status = 400, body = FieldProblems))
)]
pub(super) async fn export(State(edge): State<Edge>, query: Query) -> Answer {
    let filter = filter(&query, true)?;
    // The first page before the answer begins: what is wrong can still be said then.
    let first = edge.app.order_rows(&filter, i64::MAX).await?;
    let start = (Some(first), ORDER_COLUMNS.to_owned());
    let pages = stream::try_unfold(start, move |(next, before)| {
        let (edge, filter) = (edge.clone(), filter.clone());
        async move {
            let Some((rows, last)) = next else { return Ok::<_, Failure>(None) };
            let following = match last {
                Some(last) => Some(edge.app.order_rows(&filter, last).await?),
                None => None,
            };
            Ok(Some((before + &rows, (following, String::new()))))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"orders.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(pages)).into_response())
}
