//! Accounts by mail: a forgotten password, an address to be confirmed.

use crate::body::{Payload, Text};
use crate::dto::errors::{Detail, FieldProblems};
use crate::dto::mail::{ConfirmBody, ResetBody, ResetConfirmBody};
use crate::dto::order::Done;
use crate::error::{Answer, Problem};
use crate::guard::{Caller, Permission, Resources};
use crate::state::Edge;
use app::auth::MailedError;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::customer;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::Anyone, routes!(ask_for_reset))
        .resource(Permission::Anyone, routes!(reset))
        .resource(Permission::LoggedIn, routes!(send_confirmation))
        .resource(Permission::Anyone, routes!(confirm))
}

/// The longest text that is looked at as a token, in characters.
const TOKEN_LENGTH: usize = 200;

/// Forgot a password: a link to set a new one is mailed to the account with this address, if there is one. The answer is
/// the same either way.
#[utoipa::path(
    post, path = "/user/password_reset/", tag = "Accounts", request_body = ResetBody,
    responses(
        (status = 202, body = Done),
        (status = 400, body = FieldProblems),
        (status = 429, body = Detail, description = "Too many; see `Retry-After`."),
    )
)]
async fn ask_for_reset(State(edge): State<Edge>, caller: Caller, payload: Payload) -> Answer<(StatusCode, Json<Done>)> {
    let mut form = payload.form(false)?;
    let email = form.email("email");
    let email = form.required("email", email);
    form.finish()?;
    edge.app.forgot_password(&email.unwrap_or_default(), &caller.address).await.map_err(problem)?;
    let status = "If there is an account with this address, a mail with a link is on its way.";
    Ok((StatusCode::ACCEPTED, Json(Done { status: status.into() })))
}

/// Set a new password by a mailed link. The link is good once; every session of the account ends.
#[utoipa::path(
    post, path = "/user/password_reset/confirm/", tag = "Accounts", request_body = ResetConfirmBody,
    responses(
        (status = 200, body = Done),
        (status = 400, body = FieldProblems),
        (status = 429, body = Detail, description = "Too many; see `Retry-After`."),
    )
)]
async fn reset(State(edge): State<Edge>, caller: Caller, payload: Payload) -> Answer<Json<Done>> {
    let mut form = payload.form(false)?;
    let token = form.text("token", Text::filled(TOKEN_LENGTH));
    let token = form.required("token", token);
    let new = form.text("new_password", Text::verbatim(customer::PASSWORD_LENGTH));
    let new = form.required("new_password", new);
    form.finish()?;
    let (token, new) = (token.unwrap_or_default(), new.unwrap_or_default());
    edge.app.reset_password_by_mail(&token, &new, &caller.address).await.map_err(problem)?;
    Ok(Json(Done { status: "Password changed".into() }))
}

/// Have a link mailed to one's own address that confirms it.
#[utoipa::path(
    post, path = "/user/confirm_email/send/", tag = "Accounts",
    responses(
        (status = 202, body = Done),
        (status = 429, body = Detail, description = "Too many; see `Retry-After`."),
    )
)]
async fn send_confirmation(State(edge): State<Edge>, caller: Caller) -> Answer<(StatusCode, Json<Done>)> {
    let user = caller.user()?;
    edge.app.send_confirmation(user, &caller.address).await.map_err(problem)?;
    let status = if user.email_confirmed { "Email confirmed" } else { "A mail with a link is on its way." };
    Ok((StatusCode::ACCEPTED, Json(Done { status: status.into() })))
}

/// Confirm an address by a mailed link. The link is good once.
#[utoipa::path(
    post, path = "/user/confirm_email/", tag = "Accounts", request_body = ConfirmBody,
    responses(
        (status = 200, body = Done),
        (status = 400, body = FieldProblems),
        (status = 429, body = Detail, description = "Too many; see `Retry-After`."),
    )
)]
async fn confirm(State(edge): State<Edge>, caller: Caller, payload: Payload) -> Answer<Json<Done>> {
    let mut form = payload.form(false)?;
    let token = form.text("token", Text::filled(TOKEN_LENGTH));
    let token = form.required("token", token);
    form.finish()?;
    edge.app.confirm_email(&token.unwrap_or_default(), &caller.address).await.map_err(problem)?;
    Ok(Json(Done { status: "Email confirmed".into() }))
}

fn problem(error: MailedError) -> Problem {
    match error {
        MailedError::Invalid(errors) => Problem::fields(errors),
        MailedError::Throttled(wait) => Problem::Throttled(wait),
        MailedError::Failure(failure) => failure.into(),
    }
}
