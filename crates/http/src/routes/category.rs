//! Categories.

use crate::body::{Payload, Text};
use crate::dto::address::Base;
use crate::dto::category::{CategoryBody, CategoryChangeBody};
use crate::dto::errors::{Detail, FieldProblems};
use crate::error::{Answer, Problem};
use crate::guard::{By, Caller, Id, Permission, Resources};
use crate::idempotency::{self, Asked, shown};
use crate::page::{Page, Query};
use crate::ready::{self, Shows};
use crate::state::Edge;
use app::catalogue::{CategoryError, CategoryInput};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::audit::Actor;
use domain::catalogue::Category;
use domain::staff::Duty;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::StaffWrites(Duty::Catalogue), routes!(list, create))
        .resource(Permission::StaffWrites(Duty::Catalogue), routes!(read, replace, change, delete))
}

const NAME_LENGTH: usize = 150;

/// All categories, by name.
#[utoipa::path(
    get, path = "/categories/", tag = "Catalogue",
    params(
        ("page" = Option<String>, Query, description = "From 1, or `last`"),
        ("page_size" = Option<i64>, Query, description = "Entries on a page"),
    ),
    responses((status = 200, body = Page<CategoryBody>), (status = 400, body = FieldProblems), (status = 404, body = Detail))
)]
async fn list(State(edge): State<Edge>, caller: Caller, base: Base, query: Query, headers: HeaderMap) -> Answer {
    let page = async |_| {
        let wanted = query.wanted(&edge)?;
        let count = if wanted.is_last() { Some(edge.app.categories(0, 0).await?.1) } else { None };
        let (categories, count) = edge.app.categories(wanted.size, wanted.offset(count)?).await?;
        let results: Vec<CategoryBody> = categories.iter().map(Into::into).collect();
        wanted.envelope(&query, &base, results, count)
    };
    ready::answer(&edge, &caller, &headers, query.target(&base), Shows::Lists, page).await
}

/// One category.
#[utoipa::path(
    get, path = "/categories/{id}/", tag = "Catalogue", params(("id" = i64, Path, minimum = 0)),
    responses((status = 200, body = CategoryBody), (status = 404, body = Detail))
)]
async fn read(State(edge): State<Edge>, Id(id): Id) -> Answer<Json<CategoryBody>> {
    let category = edge.app.category(id).await?.ok_or_else(|| Problem::no_match("Category"))?;
    Ok(Json((&category).into()))
}

/// Add a category.
#[utoipa::path(
    post, path = "/categories/", tag = "Catalogue", request_body = CategoryChangeBody,
    responses((status = 201, body = CategoryBody), (status = 400, body = FieldProblems))
)]
async fn create(State(edge): State<Edge>, caller: Caller, By(by): By, headers: HeaderMap, payload: Payload) -> Answer {
    let asked = Asked::by(&edge, &caller, &headers, idempotency::CATEGORY, || payload.canonical()).await?;
    let input = Change::read(payload, false)?.onto(None);
    let show = |category: &Category| shown(StatusCode::CREATED, None, &CategoryBody::from(category));
    asked.once(&edge, show, async |once| edge.app.create_category(input, &by, once).await.map_err(refused)).await
}

/// Replace a category.
#[utoipa::path(
    put, path = "/categories/{id}/", tag = "Catalogue", params(("id" = i64, Path, minimum = 0)), request_body = CategoryChangeBody,
    responses((status = 200, body = CategoryBody), (status = 400, body = FieldProblems), (status = 404, body = Detail))
)]
async fn replace(State(edge): State<Edge>, By(by): By, Id(id): Id, payload: Payload) -> Answer<Json<CategoryBody>> {
    save(&edge, &by, id, payload, false).await
}

/// Change some of a category.
#[utoipa::path(
    patch, path = "/categories/{id}/", tag = "Catalogue", params(("id" = i64, Path, minimum = 0)), request_body = CategoryChangeBody,
    responses((status = 200, body = CategoryBody), (status = 400, body = FieldProblems), (status = 404, body = Detail))
)]
async fn change(State(edge): State<Edge>, By(by): By, Id(id): Id, payload: Payload) -> Answer<Json<CategoryBody>> {
    save(&edge, &by, id, payload, true).await
}

async fn save(edge: &Edge, by: &Actor, id: i64, payload: Payload, partial: bool) -> Answer<Json<CategoryBody>> {
    // Which category is asked before what it is to be, as Django REST Framework does.
    edge.app.category(id).await?.ok_or_else(|| Problem::no_match("Category"))?;
    let change = Change::read(payload, partial)?;
    let saved = edge.app.change_category(id, by, |current| change.onto(Some(current))).await.map_err(refused)?;
    Ok(Json((&saved).into()))
}

/// Remove a category. Its products stay, without one.
#[utoipa::path(
    delete, path = "/categories/{id}/", tag = "Catalogue", params(("id" = i64, Path, minimum = 0)),
    responses((status = 204), (status = 404, body = Detail))
)]
async fn delete(State(edge): State<Edge>, By(by): By, Id(id): Id) -> Answer<StatusCode> {
    edge.app.delete_category(id, &by).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn refused(error: CategoryError) -> Problem {
    match error {
        CategoryError::NotFound => Problem::no_match("Category"),
        CategoryError::Invalid(errors) => Problem::fields(errors),
        CategoryError::Failure(failure) => failure.into(),
    }
}

/// What a body wants of a category; `None` stays as it is.
struct Change {
    name: Option<String>,
    slug: Option<String>,
    description: Option<String>,
    parent: Option<Option<i64>>,
}

impl Change {
    fn read(payload: Payload, partial: bool) -> Answer<Self> {
        let mut form = payload.form(partial)?;
        let name = form.text("name", Text::filled(NAME_LENGTH));
        let name = form.required("name", name);
        let slug = super::product::slug(&mut form, NAME_LENGTH);
        let description = form.text("description", Text::any(10_000));
        let parent = form.optional_integer("parent", 1, i64::MAX);
        form.finish()?;
        Ok(Self { name, slug, description, parent })
    }

    fn onto(&self, current: Option<&Category>) -> CategoryInput {
        CategoryInput {
            name: self.name.clone().or_else(|| current.map(|old| old.name.clone())).unwrap_or_default(),
            slug: self.slug.clone().or_else(|| current.map(|old| old.slug.clone())),
            description: self
                .description
                .clone()
                .or_else(|| current.map(|old| old.description.clone()))
                .unwrap_or_default(),
            parent_id: self.parent.unwrap_or_else(|| current.and_then(|old| old.parent_id)),
        }
    }
}
