//! The routes, one file per noun.

mod account;
mod audit;
mod cart;
mod category;
pub(crate) mod docs;
mod health;
mod live;
mod mail;
mod mailed;
mod order;
pub(crate) mod pages;
mod picture;
mod product;
mod staff;
mod token;

use crate::guard::Resources;
use crate::state::Edge;
use axum::Router;
use utoipa::openapi::OpenApi;

pub(crate) use order::ORDER_TOKEN;

/// Every route with its document.
pub(crate) fn all(document: OpenApi) -> (Router<Edge>, OpenApi) {
    let resources = Resources::new(document);
    let resources = account::resources(resources);
    let resources = mailed::resources(resources);
    let resources = token::resources(resources);
    let resources = product::resources(resources);
    let resources = picture::resources(resources);
    let resources = category::resources(resources);
    let resources = cart::resources(resources);
    let resources = order::resources(resources);
    let resources = live::resources(resources);
    let resources = audit::resources(resources);
    let resources = staff::resources(resources);
    let resources = mail::resources(resources);
    let resources = health::resources(resources);
    let resources = docs::resources(resources);
    resources.finish()
}
