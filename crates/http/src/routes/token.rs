//! Tokens: login, refresh, verify, logout.

use crate::body::{Payload, Text};
use crate::dto::account::{Empty, LoginBody, RefreshBody, TokenBody, TokenPairBody};
use crate::dto::errors::{Detail, FieldProblems, TokenProblem};
use crate::error::{Answer, Problem};
use crate::guard::{Caller, Permission, Resources};
use crate::state::Edge;
use app::auth::{Login, LoginError, RefreshError, Unauthenticated};
use axum::Json;
use axum::extract::State;
use domain::customer;
use serde_json::json;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::Anyone, routes!(obtain))
        .resource(Permission::Anyone, routes!(refresh))
        .resource(Permission::Anyone, routes!(verify))
        .resource(Permission::Anyone, routes!(blacklist))
}

/// Log in.
///
/// What the session put into its cart, and what it ordered, becomes the account's.
#[utoipa::path(
    post, path = "/api/token/", tag = "Tokens", request_body = LoginBody,
    responses(
        (status = 200, body = TokenPairBody),
        (status = 400, body = FieldProblems),
        (status = 401, body = Detail, description = "Unknown address, wrong password or inactive account."),
        (status = 429, body = Detail, description = "Too many failed logins; see `Retry-After`."),
    )
)]
async fn obtain(State(edge): State<Edge>, caller: Caller, payload: Payload) -> Answer<Json<TokenPairBody>> {
    let mut form = payload.form(false)?;
    let email = form.text("email", Text::filled(customer::EMAIL_LENGTH));
    let email = form.required("email", email);
    let password = form.text("password", Text::verbatim(customer::PASSWORD_LENGTH));
    let password = form.required("password", password);
    form.finish()?;
    let (email, password) = (email.unwrap_or_default(), password.unwrap_or_default());
    let session_id = caller.session_id(&edge).await?;
    let login = Login { email: &email, password: &password, session_id, address: &caller.address };
    let outcome = edge.app.login(login).await;
    count(&outcome);
    match outcome {
        Ok(pair) => Ok(Json(pair.into())),
        Err(LoginError::Throttled(wait)) => Err(Problem::Throttled(wait)),
        Err(LoginError::Failure(failure)) => Err(failure.into()),
        Err(refused @ LoginError::Refused) => Err(Problem::Unauthorized(json!({"detail": refused.to_string()}))),
    }
}

fn count<T>(outcome: &Result<T, LoginError>) {
    let outcome = match outcome {
        Ok(_) => "let_in",
        Err(LoginError::Refused) => "refused",
        Err(LoginError::Throttled(_)) => "throttled",
        Err(LoginError::Failure(_)) => "failure",
    };
    metrics::counter!("oxcart_logins_total", "outcome" => outcome).increment(1);
}

/// Exchange a refresh token for a new pair.
///
/// Each refresh token works once. One that comes a second time ends its whole family: every token that came from the
/// same login.
#[utoipa::path(
    post, path = "/api/token/refresh/", tag = "Tokens", request_body = RefreshBody,
    responses(
        (status = 200, body = TokenPairBody),
        (status = 400, body = FieldProblems),
        (status = 401, body = TokenProblem),
    )
)]
async fn refresh(State(edge): State<Edge>, payload: Payload) -> Answer<Json<TokenPairBody>> {
    let token = token_field(payload, "refresh")?;
    edge.app.refresh(&token).await.map(|pair| Json(pair.into())).map_err(refused)
}

/// Whether a token of either type is good.
#[utoipa::path(
    post, path = "/api/token/verify/", tag = "Tokens", request_body = TokenBody,
    responses(
        (status = 200, body = Empty),
        (status = 400, body = FieldProblems),
        (status = 401, body = TokenProblem),
    )
)]
async fn verify(State(edge): State<Edge>, payload: Payload) -> Answer<Json<Empty>> {
    let token = token_field(payload, "token")?;
    match edge.app.verify_token(&token).await {
        Ok(()) => Ok(Json(Empty {})),
        Err(Unauthenticated::Failure(failure)) => Err(failure.into()),
        Err(Unauthenticated::NoUser | Unauthenticated::Inactive) => Err(Problem::bad_token("Token is invalid")),
        Err(refusal) => Err(Problem::bad_token(&refusal.to_string())),
    }
}

/// Log out: the login this refresh token came from ends at once.
#[utoipa::path(
    post, path = "/api/token/blacklist/", tag = "Tokens", request_body = RefreshBody,
    responses(
        (status = 200, body = Empty),
        (status = 400, body = FieldProblems),
        (status = 401, body = TokenProblem),
    )
)]
async fn blacklist(State(edge): State<Edge>, payload: Payload) -> Answer<Json<Empty>> {
    let token = token_field(payload, "refresh")?;
    edge.app.logout(&token).await.map(|()| Json(Empty {})).map_err(refused)
}

fn token_field(payload: Payload, name: &str) -> Answer<String> {
    let mut form = payload.form(false)?;
    let token = form.text(name, Text::filled(8192));
    let token = form.required(name, token);
    form.finish()?;
    Ok(token.unwrap_or_default())
}

fn refused(error: RefreshError) -> Problem {
    match error {
        RefreshError::Failure(failure) => failure.into(),
        RefreshError::NoAccount => {
            Problem::Unauthorized(json!({"detail": error.to_string(), "code": "no_active_account"}))
        }
        RefreshError::Token(_) | RefreshError::Blacklisted => Problem::bad_token(&error.to_string()),
    }
}
