//! Paths with their handlers, behind the guard.

use super::documented::{describe_errors, describe_key};
use super::{Caller, Needed, Permission, authenticate, origin};
use crate::browsable::Asked;
use crate::error::Problem;
use crate::idempotency::KEY;
use crate::outer::{Route, UserId};
use crate::state::Edge;
use app::auth::Assumed;
use axum::Extension;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;
use utoipa::openapi::path::PathItem;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Collects resources into a router and its document.
pub(crate) struct Resources {
    router: OpenApiRouter<Edge>,
}

/// What the guard knows of a path.
#[derive(Clone)]
struct Guarded {
    permission: Permission,
    /// Whether who posts here is taken at their word, see [`Resources::till`].
    is_till: bool,
    /// `GET, POST, HEAD, OPTIONS`
    allow: HeaderValue,
    /// As the document calls it.
    name: Arc<str>,
}

impl Resources {
    pub(crate) fn new(document: utoipa::openapi::OpenApi) -> Self {
        Self { router: OpenApiRouter::with_openapi(document) }
    }

    /// Adds one path: its permission and, as `routes!(…)`, the handlers of its methods.
    pub(crate) fn resource(self, permission: Permission, routes: UtoipaMethodRouter<Edge>) -> Self {
        self.guarded(permission, false, routes)
    }

    /// As [`Resources::resource`], for everybody, where the handler of `POST` sees to it that nothing is done for a login
    /// that has ended: by handing on what was assumed of it ([`Caller::shopper`], [`Caller::buyer`]). That spares such a
    /// request a round trip to the database. Whoever is refused something is looked up before they are told, unless that
    /// transaction has looked.
    pub(crate) fn till(self, routes: UtoipaMethodRouter<Edge>) -> Self {
        self.guarded(Permission::Anyone, true, routes)
    }

    fn guarded(mut self, permission: Permission, is_till: bool, routes: UtoipaMethodRouter<Edge>) -> Self {
        let (schemas, mut paths, handlers) = routes;
        let mut allow = String::new();
        let mut name = String::new();
        for (path, item) in &mut paths.paths {
            allow = methods(item).join(", ");
            name.clone_from(path);
            describe_errors(item, permission);
            describe_key(path, item);
        }
        let guarded = Guarded {
            permission,
            is_till,
            // Method names and commas are valid in a header.
            allow: HeaderValue::try_from(allow).unwrap_or(HeaderValue::from_static("OPTIONS")),
            name: name.into(),
        };
        let handlers = handlers.fallback(not_allowed).layer(from_fn_with_state(guarded, guard));
        self.router = self.router.routes((schemas, paths, handlers));
        self
    }

    /// Adds one path that asks for nobody's token and tells nothing of anybody: health, figures, documents. It works
    /// while the database does not.
    pub(crate) fn open(mut self, routes: UtoipaMethodRouter<Edge>) -> Self {
        let (schemas, paths, handlers) = routes;
        let allow = paths.paths.values().next().map(|item| methods(item).join(", ")).unwrap_or_default();
        let allow = HeaderValue::try_from(allow).unwrap_or(HeaderValue::from_static("OPTIONS"));
        let name: Arc<str> = paths.paths.keys().next().map(String::as_str).unwrap_or_default().into();
        let handlers = handlers.fallback(not_allowed).layer(from_fn_with_state((allow, name), announce));
        self.router = self.router.routes((schemas, paths, handlers));
        self
    }

    pub(crate) fn finish(self) -> (axum::Router<Edge>, utoipa::openapi::OpenApi) {
        self.router.split_for_parts()
    }
}

/// The methods a path answers, as the `Allow` header lists them.
fn methods(item: &PathItem) -> Vec<&'static str> {
    let operations = [
        ("GET", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
        ("HEAD", item.get.is_some()),
    ];
    let answered = operations.into_iter().filter(|(_, there)| *there).map(|(method, _)| method);
    answered.chain(["OPTIONS"]).collect()
}

async fn not_allowed(method: Method) -> Problem {
    Problem::Detail(StatusCode::METHOD_NOT_ALLOWED, format!("Method \"{method}\" not allowed."))
}

/// The edge comes with the request, so that the routes can be put together, and described, without a running shop.
async fn guard(
    State(guarded): State<Guarded>,
    Extension(edge): Extension<Edge>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Response {
    let asked = Asked::of(&mut request);
    let reads = request.method().is_safe();
    // `<int:id>` in the route: anything else is another, unknown, address.
    let number = |(_, value): (&str, &str)| value.bytes().all(|byte| byte.is_ascii_digit());
    if !params.is_ok_and(|params| params.iter().all(number)) {
        return Problem::not_found().into_response();
    }
    // An answer that is told again is told to nobody whose login has ended.
    let at_word = guarded.is_till && request.method() == Method::POST && !request.headers().contains_key(KEY);
    let (caller, admitted) = admit(&edge, guarded.permission, at_word, request).await;
    let mut response = match admitted {
        Err(problem) => problem.into_response(),
        Ok(request) if request.method() == Method::OPTIONS => describe(&guarded.name),
        Ok(request) => next.run(request).await,
    };
    let (mut user_id, assumed) = caller;
    // Who is sent away because too much is under way costs nothing more.
    if response.status().is_client_error()
        && let Some(assumed) = assumed.filter(|assumed| !assumed.is_confirmed())
        && let Err(problem) = authenticate::confirm(&edge, &assumed).await
    {
        (user_id, response) = (None, problem.into_response());
    }
    response.headers_mut().insert(header::ALLOW, guarded.allow);
    if reads {
        response.headers_mut().entry(header::VARY).or_insert(HeaderValue::from_static("Accept"));
    }
    response.extensions_mut().insert(Route(guarded.name));
    if let Some(id) = user_id {
        response.extensions_mut().insert(UserId(id));
    }
    match asked {
        Some(asked) => asked.show(response).await,
        None => response,
    }
}

/// The account that asks, if it is known, and what was assumed of its login.
type Known = (Option<i64>, Option<Assumed>);

/// Authentication, then permission; the request goes on with its caller.
async fn admit(
    edge: &Edge,
    permission: Permission,
    at_word: bool,
    request: Request,
) -> (Known, Result<Request, Problem>) {
    let (parts, body) = request.into_parts();
    match authenticate::caller(edge, &parts, at_word).await {
        Err(problem) => (Known::default(), Err(problem)),
        Ok(caller) => {
            let known = (caller.user.as_ref().map(|user| user.id), caller.assumed.clone());
            (known, permit(edge, permission, parts, caller).map(|parts| Request::from_parts(parts, body)))
        }
    }
}

fn permit(edge: &Edge, permission: Permission, mut parts: Parts, caller: Caller) -> Result<Parts, Problem> {
    let reads = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    // Nothing but the cookie speaks for the caller, and a browser sends it by itself.
    let by_cookie = caller.by_cookie || (caller.user.is_none() && caller.session_key.is_some());
    if !reads && (by_cookie || permission == Permission::OwnPages) {
        origin::refuse_foreign_page(edge, &parts)?;
    }
    match (permission.needs(reads), &caller.user) {
        (Needed::Account | Needed::Duty(_), None) => return Err(Problem::not_authenticated()),
        (Needed::Duty(duty), Some(user)) if !user.may(duty) => return Err(Problem::forbidden()),
        _ => {}
    }
    parts.extensions.insert(caller);
    Ok(parts)
}

/// The guard of open paths: only `OPTIONS` and the `Allow` header.
async fn announce(State((allow, name)): State<(HeaderValue, Arc<str>)>, request: Request, next: Next) -> Response {
    let mut response = match *request.method() {
        Method::OPTIONS => describe(&name),
        _ => next.run(request).await,
    };
    response.headers_mut().insert(header::ALLOW, allow);
    response.extensions_mut().insert(Route(name));
    response
}

/// What Django REST Framework answers to `OPTIONS`.
fn describe(name: &str) -> Response {
    axum::Json(json!({
        "name": name,
        "description": "See /api/docs/",
        "renders": ["application/json"],
        "parses": ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
    }))
    .into_response()
}
