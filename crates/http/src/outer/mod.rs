//! What surrounds every route: request id and log line, metrics, time limit, panics, security headers, unknown
//! addresses, hosts, other sites' pages, pictures.

mod headers;
mod observe;
mod unknown;

use crate::error::Problem;
use crate::openapi;
use crate::routes::docs;
use crate::state::Edge;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Extension, Router};
use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::services::ServeDir;

/// How long a client may leave what it is sent unread before its connection is given up.
#[cfg(target_os = "linux")]
const UNREAD: std::time::Duration = std::time::Duration::from_secs(30);

/// Answers requests until `stop` ends; those under way are finished.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    edge: Edge,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = service(edge).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|connection| {
        // Failing leaves the system's own ways, which are slower but not wrong.
        let _ = connection.set_nodelay(true);
        #[cfg(target_os = "linux")]
        let _ = rustix::net::sockopt::set_tcp_user_timeout(connection, UNREAD.as_millis() as u32);
    });
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}

/// The whole shop as a service.
fn service(edge: Edge) -> Router {
    let (router, document) = openapi::routes();
    let known = unknown::Known::of(document.paths.paths.keys().map(String::as_str));
    let document = docs::Document(Arc::from(document.to_json().unwrap_or_default()));
    let pictures = ServeDir::new(&edge.settings.media_root).append_index_html_on_directories(false);
    let mut router = router
        .route("/api/docs/{*file}", get(docs::asset))
        .merge(crate::live::routes())
        .nest_service(edge.settings.media_url.trim_end_matches('/'), pictures)
        .fallback(unknown::answer)
        .layer(Extension(known))
        .layer(Extension(edge.clone()))
        .layer(Extension(document))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(edge.clone(), within_time))
        .layer(from_fn_with_state(edge.clone(), for_us));
    if let Some(cors) = cors(&edge) {
        router = router.layer(cors);
    }
    router.layer(from_fn(headers::add)).layer(from_fn(observe::observe)).with_state(edge)
}

fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::Internal(format!("panic: {}", text.unwrap_or("without a message"))).into_response()
}

/// Gives up on a request that takes too long; whatever it had not committed is rolled back.
async fn within_time(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(edge.settings.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::Unavailable(1, "The request took too long.".into()).into_response(),
    }
}

/// Refuses requests for hosts that are none of ours, when the operator named ours.
async fn for_us(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    if edge.settings.allowed_hosts.is_empty() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let host = crate::dto::address::host(&edge, &parts).unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = name.map_or(host.as_str(), |(name, _)| name);
    let ours = |allowed: &String| match allowed.strip_prefix('.') {
        Some(domain) => name == domain || name.ends_with(allowed.as_str()),
        None => allowed == "*" || allowed == name || *allowed == host,
    };
    // Health is asked by address, not by name.
    let health = matches!(parts.uri.path(), "/livez" | "/readyz");
    if health || edge.settings.allowed_hosts.iter().any(ours) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let detail = format!("Invalid HTTP_HOST header: \"{host}\". Add it to allowed_hosts.");
    Problem::Detail(StatusCode::BAD_REQUEST, detail).into_response()
}

fn cors(edge: &Edge) -> Option<CorsLayer> {
    let origins = &edge.settings.cors_allowed_origins;
    if origins.is_empty() {
        return None;
    }
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let layer = CorsLayer::new()
        .allow_methods(methods)
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT])
        .expose_headers([header::LOCATION, header::RETRY_AFTER]);
    if origins.iter().any(|origin| origin == "*") {
        // Any page may read what is public; cookies stay at home.
        return Some(layer.allow_origin(AllowOrigin::any()));
    }
    let origins: Vec<_> = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    Some(layer.allow_origin(origins).allow_credentials(true))
}
