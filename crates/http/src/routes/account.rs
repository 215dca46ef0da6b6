//! Accounts: register, profile, change of password.

use crate::body::{Form, Payload, Text};
use crate::dto::account::{PasswordBody, ProfileBody, RegistrationBody, UserBody};
use crate::dto::errors::{Detail, FieldProblems};
use crate::dto::order::Done;
use crate::error::{Answer, Problem};
use crate::guard::{Caller, Permission, Resources};
use crate::idempotency::{self, Asked, shown};
use crate::state::Edge;
use app::auth::{ChangePasswordError, ProfileChange, ProfileError, Registration, RegistrationError};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::customer::{self, User};
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::Anyone, routes!(register))
        .resource(Permission::LoggedIn, routes!(profile, put_profile, patch_profile))
        .resource(Permission::LoggedIn, routes!(change_password))
}

fn names(form: &mut Form) -> (Option<String>, Option<String>, Option<String>) {
    let first_name = form.text("first_name", Text::any(customer::NAME_LENGTH));
    let last_name = form.text("last_name", Text::any(customer::NAME_LENGTH));
    (first_name, last_name, form.text("phone", Text::any(customer::PHONE_LENGTH)))
}

/// Open an account.
#[utoipa::path(
    post, path = "/user/register/", tag = "Accounts", request_body = RegistrationBody,
    responses(
        (status = 201, body = UserBody),
        (status = 400, body = FieldProblems),
        (status = 429, body = Detail, description = "Too many registrations; see `Retry-After`."),
    )
)]
async fn register(State(edge): State<Edge>, caller: Caller, headers: HeaderMap, payload: Payload) -> Answer {
    let asked = Asked::by_anyone(&edge, &headers, idempotency::REGISTER, || payload.canonical())?;
    let mut form = payload.form(false)?;
    let email = form.email("email");
    let email = form.required("email", email);
    let password = form.text("password", Text::verbatim(customer::PASSWORD_LENGTH));
    let password = form.required("password", password);
    let (first_name, last_name, phone) = names(&mut form);
    form.finish()?;
    let registration = Registration {
        email: email.unwrap_or_default(),
        password: password.unwrap_or_default(),
        first_name: first_name.unwrap_or_default(),
        last_name: last_name.unwrap_or_default(),
        phone: phone.unwrap_or_default(),
    };
    let show = |user: &User| shown(StatusCode::CREATED, None, &UserBody::from(user));
    let register = async |once| {
        edge.app.register(registration, &caller.address, once).await.map_err(|error| match error {
            RegistrationError::Invalid(errors) => Problem::fields(errors),
            RegistrationError::Throttled(wait) => Problem::Throttled(wait),
            RegistrationError::Failure(failure) => failure.into(),
        })
    };
    asked.once(&edge, show, register).await
}

/// One's own account.
#[utoipa::path(get, path = "/user/profile/", tag = "Accounts", responses((status = 200, body = UserBody)))]
async fn profile(caller: Caller) -> Answer<Json<UserBody>> {
    Ok(Json(caller.user()?.into()))
}

/// Change one's own account.
#[utoipa::path(
    put, path = "/user/profile/", tag = "Accounts", request_body = ProfileBody,
    responses((status = 200, body = UserBody), (status = 400, body = FieldProblems))
)]
async fn put_profile(State(edge): State<Edge>, caller: Caller, payload: Payload) -> Answer<Json<UserBody>> {
    save_profile(&edge, &caller, payload, false).await
}

/// Change some of one's own account.
#[utoipa::path(
    patch, path = "/user/profile/", tag = "Accounts", request_body = ProfileBody,
    responses((status = 200, body = UserBody), (status = 400, body = FieldProblems))
)]
async fn patch_profile(State(edge): State<Edge>, caller: Caller, payload: Payload) -> Answer<Json<UserBody>> {
    save_profile(&edge, &caller, payload, true).await
}

async fn save_profile(edge: &Edge, caller: &Caller, payload: Payload, partial: bool) -> Answer<Json<UserBody>> {
    let mut form = payload.form(partial)?;
    let email = form.email("email");
    let email = form.required("email", email);
    let (first_name, last_name, phone) = names(&mut form);
    form.finish()?;
    let change = ProfileChange { email, first_name, last_name, phone };
    match edge.app.update_profile(caller.user()?, change).await {
        Ok(user) => Ok(Json((&user).into())),
        Err(ProfileError::Invalid(errors)) => Err(Problem::fields(errors)),
        Err(ProfileError::Failure(failure)) => Err(failure.into()),
    }
}

/// Change one's password. Every session of the account ends, this one too: log in again.
#[utoipa::path(
    post, path = "/user/change_password/", tag = "Accounts", request_body = PasswordBody,
    responses(
        (status = 200, body = Done),
        (status = 400, body = FieldProblems),
        (status = 429, body = Detail, description = "Too many wrong passwords; see `Retry-After`."),
    )
)]
async fn change_password(State(edge): State<Edge>, caller: Caller, payload: Payload) -> Answer<Json<Done>> {
    let mut form = payload.form(false)?;
    let old = form.text("old_password", Text::verbatim(customer::PASSWORD_LENGTH));
    let old = form.required("old_password", old);
    let new = form.text("new_password", Text::verbatim(customer::PASSWORD_LENGTH));
    let new = form.required("new_password", new);
    form.finish()?;
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    match edge.app.change_password(caller.user()?, (&old, &new), &caller.address).await {
        Ok(()) => Ok(Json(Done { status: "Password changed".into() })),
        Err(ChangePasswordError::Invalid(errors)) => Err(Problem::fields(errors)),
        Err(ChangePasswordError::Throttled(wait)) => Err(Problem::Throttled(wait)),
        Err(ChangePasswordError::Failure(failure)) => Err(failure.into()),
    }
}
