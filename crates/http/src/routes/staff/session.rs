//! The browser sessions of the staff.

use crate::body::{Payload, Text};
use crate::dto::account::LoginBody;
use crate::dto::address::Base;
use crate::dto::errors::{Detail, FieldProblems};
use crate::dto::staff::StaffSession;
use crate::error::{Answer, Problem};
use crate::guard::{self, Caller, Permission, Resources};
use crate::state::Edge;
use app::auth::{Login, StaffLoginError};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use domain::customer::{self, User};
use serde_json::json;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources.resource(Permission::OwnPages, routes!(read, open, end))
}

/// Log a browser of the staff in.
///
/// The answer sets the cookie `staffsession`, and its `csrf_token` has to come as `X-CSRFToken` with each request that
/// is to count as theirs. The anonymous session of the same browser stays what it is.
#[utoipa::path(
    post, path = "/staff/session/", tag = "Staff", request_body = LoginBody,
    responses(
        (status = 201, body = StaffSession),
        (status = 400, body = FieldProblems),
        (status = 401, body = Detail, description = "Unknown address, wrong password or inactive account."),
        (status = 403, body = Detail, description = "The account is not of the staff, or a page of another site sent it."),
        (status = 429, body = Detail, description = "Too many failed logins; see `Retry-After`."),
    )
)]
async fn open(State(edge): State<Edge>, caller: Caller, base: Base, payload: Payload) -> Answer {
    let mut form = payload.form(false)?;
    let email = form.text("email", Text::filled(customer::EMAIL_LENGTH));
    let email = form.required("email", email);
    let password = form.text("password", Text::verbatim(customer::PASSWORD_LENGTH));
    let password = form.required("password", password);
    form.finish()?;
    let (email, password) = (email.unwrap_or_default(), password.unwrap_or_default());
    let login = Login { email: &email, password: &password, session_id: None, address: &caller.address };
    let outcome = edge.app.staff_login(login).await;
    count(&outcome);
    let login = outcome.map_err(refused)?;
    let cookie = guard::staff_cookie(&edge, &base, &login.key)?;
    let body = shown(&edge, &login.user, &login.key);
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, cookie)], NO_STORE, body).into_response())
}

/// Who is logged in with this browser. The cookie alone is enough here.
#[utoipa::path(
    get, path = "/staff/session/", tag = "Staff",
    responses((status = 200, body = StaffSession), (status = 401, body = Detail, description = "Nobody is."))
)]
async fn read(State(edge): State<Edge>, headers: HeaderMap) -> Answer {
    let key = guard::staff_key(&headers).ok_or_else(Problem::not_authenticated)?;
    let login = edge.app.staff_session(&key).await?.ok_or_else(Problem::not_authenticated)?;
    Ok((NO_STORE, shown(&edge, &login.user, &key)).into_response())
}

/// Log the browser out.
#[utoipa::path(delete, path = "/staff/session/", tag = "Staff", responses((status = 204)))]
async fn end(State(edge): State<Edge>, base: Base, headers: HeaderMap) -> Answer {
    if let Some(key) = guard::staff_key(&headers) {
        edge.app.end_staff_session(&key).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, guard::staff_cookie(&edge, &base, "")?)]).into_response())
}

const NO_STORE: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

fn shown(edge: &Edge, user: &User, key: &str) -> Json<StaffSession> {
    Json(StaffSession { user: user.into(), csrf_token: edge.app.csrf_token(key) })
}

fn refused(error: StaffLoginError) -> Problem {
    match error {
        StaffLoginError::Refused => Problem::Unauthorized(json!({"detail": error.to_string()})),
        StaffLoginError::NotStaff => Problem::Detail(StatusCode::FORBIDDEN, error.to_string()),
        StaffLoginError::Throttled(wait) => Problem::Throttled(wait),
        StaffLoginError::Failure(failure) => failure.into(),
    }
}

fn count<T>(outcome: &Result<T, StaffLoginError>) {
    let outcome = match outcome {
        Ok(_) => "let_in",
        Err(StaffLoginError::Refused | StaffLoginError::NotStaff) => "refused",
        Err(StaffLoginError::Throttled(_)) => "throttled",
        Err(StaffLoginError::Failure(_)) => "failure",
    };
    metrics::counter!("oxcart_logins_total", "outcome" => outcome).increment(1);
}
