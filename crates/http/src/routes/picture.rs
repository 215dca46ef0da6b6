//! Pictures of products.

use crate::body::{Payload, Upload};
use crate::dto::address::Base;
use crate::dto::errors::{Detail as Told, FieldProblems};
use crate::dto::product::{ImageBody, ImageOrderBody, UploadBody};
use crate::error::{Answer, Problem};
use crate::guard::{By, Id, Permission, Resources};
use crate::state::Edge;
use app::media::{PictureError, Upload as Picture};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::staff::Duty;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources
        .resource(Permission::Staff(Duty::Catalogue), routes!(add, order))
        .resource(Permission::Staff(Duty::Catalogue), routes!(delete))
}

/// Add a picture to a product, behind those it has: JPEG, PNG, WebP or GIF. It is told by what is in the file, turned the
/// right way up, freed of metadata and kept in a few widths.
#[utoipa::path(
    post, path = "/products/{id}/images/", tag = "Catalogue", params(("id" = i64, Path, minimum = 0)),
    request_body(content = UploadBody, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = ImageBody),
        (status = 400, body = FieldProblems),
        (status = 404, body = Told),
    )
)]
async fn add(
    State(edge): State<Edge>,
    By(by): By,
    base: Base,
    Id(id): Id,
    upload: Upload,
) -> Answer<(StatusCode, Json<ImageBody>)> {
    let picture = Picture { bytes: upload.file, alt: upload.alt };
    let placed = edge.app.add_picture(id, picture, &by).await.map_err(problem)?;
    Ok((StatusCode::CREATED, Json(ImageBody::new(placed.position, &placed.image, &base))))
}

/// Put the pictures of a product into another order: the first one stands for it in lists.
#[utoipa::path(
    patch, path = "/products/{id}/images/", tag = "Catalogue", params(("id" = i64, Path, minimum = 0)),
    request_body = ImageOrderBody,
    responses(
        (status = 200, body = Vec<ImageBody>),
        (status = 400, body = FieldProblems),
        (status = 404, body = Told),
    )
)]
async fn order(
    State(edge): State<Edge>,
    By(by): By,
    base: Base,
    Id(id): Id,
    payload: Payload,
) -> Answer<Json<Vec<ImageBody>>> {
    let mut form = payload.form(false)?;
    let order = form.integers("order", 0..=1000);
    let order = form.required("order", order);
    form.finish()?;
    let detail = edge.app.order_pictures(id, &order.unwrap_or_default(), &by).await.map_err(problem)?;
    let shown = |(position, image): (usize, _)| ImageBody::new(position, image, &base);
    Ok(Json(detail.images.iter().enumerate().map(shown).collect()))
}

/// Take a picture away from a product; those behind it move up.
#[utoipa::path(
    delete, path = "/products/{id}/images/{position}/", tag = "Catalogue",
    params(("id" = i64, Path, minimum = 0), ("position" = i64, Path, minimum = 0)),
    responses((status = 204), (status = 404, body = Told))
)]
async fn delete(
    State(edge): State<Edge>,
    By(by): By,
    Path((id, position)): Path<(String, String)>,
) -> Answer<StatusCode> {
    // The guard lets digits through alone; beyond 64 bits there is nothing.
    let id = id.parse().unwrap_or(i64::MAX);
    let position = position.parse().unwrap_or(usize::MAX);
    edge.app.delete_picture(id, position, &by).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

fn problem(error: PictureError) -> Problem {
    match error {
        PictureError::NotFound => Problem::no_match("Product"),
        PictureError::Invalid(errors) => Problem::fields(errors),
        PictureError::Storage(_) => {
            tracing::error!(%error, "a picture was not kept");
            Problem::Unavailable(5, error.to_string())
        }
        PictureError::Failure(failure) => failure.into(),
    }
}
