//! Who belongs to the staff, and as what.

use crate::body::{Form, Payload, Text};
use crate::dto::address::Base;
use crate::dto::errors::{Detail, FieldProblems};
use crate::dto::staff::{MemberBody, NewMemberBody, RoleBody};
use crate::error::{Answer, Problem};
use crate::guard::{By, Id, Permission, Resources};
use crate::page::{Page, Query};
use crate::state::Edge;
use app::staff::{MemberError, MembersBy};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::staff::{Duty, Role};
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::Staff(Duty::Owner), routes!(list, add))
        .resource(Permission::Staff(Duty::Owner), routes!(change, remove))
}

/// What the list of the staff is sorted by.
const ORDERINGS: &[(&str, MembersBy)] =
    &[("date_joined", MembersBy::DateJoined), ("email", MembersBy::Email), ("role", MembersBy::Role)];

/// The staff, whose account is the oldest first unless told.
#[utoipa::path(
    get, path = "/staff/members/", tag = "Staff",
    params(
        ("ordering" = Option<String>, Query, description = "`date_joined`, `email`, or `role` (who may most first); `-` before it turns it round", example = "role"),
        ("page" = Option<String>, Query, description = "From 1, or `last`"),
        ("after" = Option<String>, Query, description = "A cursor from `next`: read on behind the entry it stands for, whatever came in since"),
        ("before" = Option<String>, Query, description = "A cursor from `previous`: what stands right before the entry it stands for"),
        ("page_size" = Option<i64>, Query, description = "Entries on a page"),
    ),
    responses((status = 200, body = Page<MemberBody>), (status = 400, body = FieldProblems), (status = 404, body = Detail))
)]
async fn list(State(edge): State<Edge>, base: Base, query: Query) -> Answer<Json<Page<MemberBody>>> {
    let turn = query.turn(&edge, query.sort(ORDERINGS, "date_joined")?)?;
    let found = edge.app.members(turn.sort, &turn.slice).await?;
    Ok(Json(turn.page(&query, &base, found.map(|member| (&member).into()))?))
}

/// Take an account into the staff, or give it another role there.
///
/// Its owner must have confirmed the address: anybody can register any.
#[utoipa::path(
    post, path = "/staff/members/", tag = "Staff", request_body = NewMemberBody,
    responses(
        (status = 201, body = MemberBody),
        (status = 400, body = FieldProblems),
        (status = 409, body = Detail, description = "It is the last owner."),
    )
)]
async fn add(State(edge): State<Edge>, By(by): By, payload: Payload) -> Answer<(StatusCode, Json<MemberBody>)> {
    let mut form = payload.form(false)?;
    let email = form.email("email");
    let email = form.required("email", email).unwrap_or_default();
    let role = role(&mut form);
    form.finish()?;
    let member = edge.app.add_member(&email, role, &by).await.map_err(refused)?;
    Ok((StatusCode::CREATED, Json((&member).into())))
}

/// Give a member of the staff another role.
#[utoipa::path(
    patch, path = "/staff/members/{id}/", tag = "Staff", params(("id" = i64, Path, minimum = 0)), request_body = RoleBody,
    responses(
        (status = 200, body = MemberBody),
        (status = 400, body = FieldProblems),
        (status = 404, body = Detail),
        (status = 409, body = Detail, description = "It is the last owner."),
    )
)]
async fn change(State(edge): State<Edge>, By(by): By, Id(id): Id, payload: Payload) -> Answer<Json<MemberBody>> {
    let mut form = payload.form(false)?;
    let role = role(&mut form);
    form.finish()?;
    let member = edge.app.change_member(id, role, &by).await.map_err(refused)?;
    Ok(Json((&member).into()))
}

/// Make a member of the staff a customer. All their logins end.
#[utoipa::path(
    delete, path = "/staff/members/{id}/", tag = "Staff", params(("id" = i64, Path, minimum = 0)),
    responses(
        (status = 204),
        (status = 404, body = Detail),
        (status = 409, body = Detail, description = "It is the last owner."),
    )
)]
async fn remove(State(edge): State<Edge>, By(by): By, Id(id): Id) -> Answer<StatusCode> {
    edge.app.remove_member(id, &by).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The role of a body. Where it is refused, what is returned is never used.
fn role(form: &mut Form) -> Role {
    let name = form.text("role", Text::filled(100));
    let Some(name) = form.required("role", name) else { return Role::ReadOnly };
    Role::named(&name).unwrap_or_else(|| {
        let known = Role::ALL.map(Role::as_str).join(", ");
        form.refuse("role", format!("\"{name}\" is not a valid choice. Use one of {known}."));
        Role::ReadOnly
    })
}

fn refused(error: MemberError) -> Problem {
    match error {
        MemberError::NotFound => Problem::no_match("Member"),
        MemberError::NoAccount | MemberError::Unconfirmed => Problem::field("email", error.to_string()),
        MemberError::LastOwner => Problem::Detail(StatusCode::CONFLICT, error.to_string()),
        MemberError::Failure(failure) => failure.into(),
    }
}
