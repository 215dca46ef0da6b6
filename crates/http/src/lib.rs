//! The HTTP edge: routes, what their bodies look like, and one envelope for errors. No rules and no SQL: a handler
//! reads the request, calls one use case of `app`, and answers.
//!
//! To add an endpoint: write the handler with its `#[utoipa::path]` in the noun's file under `routes/`, add it to the
//! `resource(…)` list of that file, and run `cargo xtask generate` for the OpenAPI document. A path's permission, its
//! `Allow` header, its 405 and the errors every route can give come from [`guard::Resources`].

mod accept;
mod body;
mod browsable;
mod dto;
mod error;
mod figures;
mod guard;
mod idempotency;
mod live;
mod logins;
mod openapi;
mod outer;
mod packed;
mod page;
mod ready;
mod routes;
mod state;

pub use logins::{DemoLogins, Login};
pub use openapi::document;
pub use outer::{ConnectionLimits, PictureSource, SERVED, Sent, serve};
pub use state::{Edge, EdgeSettings, Mails, Setting, Storefront, Traces};
