//! The outbox, for the staff.

use crate::dto::address::Base;
use crate::dto::errors::{Detail, FieldProblems};
use crate::dto::mail::{MailBody, MailDetailBody, RetriedBody};
use crate::error::{Answer, Problem};
use crate::guard::{By, Id, Permission, Resources};
use crate::page::{Page, Query};
use crate::state::{Edge, Mails};
use app::mail::{MailsBy, RetryError};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::mail::State as MailState;
use domain::staff::Duty;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::Staff(Duty::Customers), routes!(list))
        .resource(Permission::Staff(Duty::Customers), routes!(read))
        .resource(Permission::Staff(Duty::Customers), routes!(retry))
        .resource(Permission::Staff(Duty::Customers), routes!(retry_failed))
}

/// What lists of mails are sorted by.
const ORDERINGS: &[(&str, MailsBy)] = &[("created_at", MailsBy::Written), ("state", MailsBy::State)];

/// Mails to customers, newest first unless told.
#[utoipa::path(
    get, path = "/staff/mails/", tag = "Mails",
    params(
        ("state" = Option<String>, Query, description = "Only `waiting`, `sent`, `kept` or `failed` ones", example = "failed"),
        ("ordering" = Option<String>, Query, description = "`created_at`, or `state` (by its name; `kept` among the `sent`); `-` before it turns it round", example = "state"),
        ("page" = Option<String>, Query, description = "From 1, or `last`"),
        ("after" = Option<String>, Query, description = "A cursor from `next`: read on behind the entry it stands for, whatever came in since"),
        ("before" = Option<String>, Query, description = "A cursor from `previous`: what stands right before the entry it stands for"),
        ("page_size" = Option<i64>, Query, description = "Entries on a page"),
    ),
    responses((status = 200, body = Page<MailBody>), (status = 400, body = FieldProblems), (status = 404, body = Detail))
)]
async fn list(State(edge): State<Edge>, base: Base, query: Query) -> Answer<Json<Page<MailBody>>> {
    let state = query.get("state").map(|name| {
        MailState::named(name).ok_or_else(|| Problem::field("state", format!("\"{name}\" is not a valid choice.")))
    });
    let state = state.transpose()?;
    let turn = query.turn(&edge, query.sort(ORDERINGS, "-created_at")?)?;
    let found = edge.app.mails(state, turn.sort, &turn.slice).await?;
    Ok(Json(turn.page(&query, &base, found.map(Into::into))?))
}

/// A mail and what it says.
#[utoipa::path(
    get, path = "/staff/mails/{id}/", tag = "Mails", params(("id" = i64, Path, minimum = 0)),
    responses((status = 200, body = MailDetailBody), (status = 404, body = Detail))
)]
async fn read(State(edge): State<Edge>, Id(id): Id) -> Answer<Json<MailDetailBody>> {
    let found = edge.app.mail(id, edge.settings.mails == Mails::Kept).await?;
    let (mail, words) = found.ok_or_else(|| Problem::no_match("Mail"))?;
    let (text, html) = words.map(|words| (words.text, words.html)).unwrap_or_default();
    Ok(Json(MailDetailBody { mail: mail.into(), text, html }))
}

/// Try a mail again that failed or waits for its next attempt.
#[utoipa::path(
    post, path = "/staff/mails/{id}/retry/", tag = "Mails", params(("id" = i64, Path, minimum = 0)),
    responses(
        (status = 200, body = MailBody),
        (status = 404, body = Detail),
        (status = 409, body = Detail, description = "It was sent already, is only kept, is being sent right now, its link has expired, or a newer release wrote it."),
    )
)]
async fn retry(State(edge): State<Edge>, By(by): By, Id(id): Id) -> Answer<Json<MailBody>> {
    match edge.app.retry_mail(id, &by).await {
        Ok(mail) => Ok(Json(mail.into())),
        Err(RetryError::NotFound) => Err(Problem::no_match("Mail")),
        Err(
            error @ (RetryError::Sent
            | RetryError::Kept
            | RetryError::UnderWay
            | RetryError::Expired
            | RetryError::Unknown),
        ) => Err(Problem::Detail(StatusCode::CONFLICT, error.to_string())),
        Err(RetryError::Failure(failure)) => Err(failure.into()),
    }
}

/// Try all mails again that failed, from the beginning. Those whose link has expired stay as they are.
#[utoipa::path(post, path = "/staff/mails/retry_failed/", tag = "Mails", responses((status = 200, body = RetriedBody)))]
async fn retry_failed(State(edge): State<Edge>, By(by): By) -> Answer<Json<RetriedBody>> {
    Ok(Json(RetriedBody { retried: edge.app.retry_failed_mails(&by).await? }))
}
