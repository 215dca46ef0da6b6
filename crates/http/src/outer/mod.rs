//! What surrounds every route: request id and log line, metrics, time limit, panics, security headers, unknown
//! addresses, hosts, other sites' pages, pictures. One service does it all, from the outside in: [`Outer::answer`].

mod accept;
mod headers;
mod inner;
mod observe;
mod peer;
mod pictures;
mod traced;
mod unknown;

use crate::error::Problem;
use crate::guard::RequestId;
use crate::idempotency;
use crate::openapi;
use crate::ready::shortcut;
use crate::routes::{ORDER_TOKEN, docs, pages};
use crate::state::Edge;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::future::Either;
use headers::Policies;
use inner::Inner;
use observe::{Meters, Seen, labelled};
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use tower_http::cors::{AllowOrigin, Cors, CorsLayer};
use tower_layer::Layer;
use tower_service::Service;
use tracing::Instrument;

pub use accept::{ConnectionLimits, serve};
pub(crate) use accept::{Pace, TooSlow};
pub use observe::SERVED;
pub(crate) use observe::{Route, UserId};
pub use pictures::{PictureSource, Sent};

/// The whole shop as a service.
struct Outer {
    edge: Edge,
    inside: Inside,
    meters: Meters,
}

/// With or without an answer to pages of other sites.
enum Inside {
    Closed(Inner),
    Open(Box<Cors<Inner>>),
}

/// An answer that is there, or one to wait for.
type Answering = Either<Ready<Response>, Pin<Box<dyn Future<Output = Response> + Send>>>;

impl Outer {
    fn new(edge: Edge) -> Self {
        let inner = Inner::new(routes(&edge), edge.clone());
        let inside = match cors(&edge) {
            Some(cors) => Inside::Open(Box::new(cors.layer(inner))),
            None => Inside::Closed(inner),
        };
        Self { edge, inside, meters: Meters::default() }
    }

    /// The answer that is kept at the request's address, if there is one, else that of its route.
    fn answer(self: &Arc<Self>, peer: SocketAddr, mut request: Request) -> Answering {
        let seen = Seen::of(&request);
        let address = match self.inside {
            Inside::Closed(_) => shortcut::address(&self.edge, peer.ip(), &request),
            // Who else may read the answer depends on who asks.
            Inside::Open(_) => None,
        };
        if let Some(kept) = address.as_deref().and_then(|address| self.edge.shortcuts.find(&self.edge, address)) {
            return Either::Left(ready(seen.tell(kept.response(), kept.meters())));
        }
        let policies = Policies::of(&self.edge, peer.ip(), &request);
        if head_bytes(&request) > self.edge.settings.connections.header_bytes {
            return Either::Left(ready(self.too_large(&seen, policies)));
        }
        request.extensions_mut().insert(ConnectInfo(peer));
        if !request.method().is_safe() {
            request.extensions_mut().insert(RequestId(seen.id.clone()));
        }
        Either::Right(Box::pin(Arc::clone(self).call(seen, policies, address, request)))
    }

    /// The answer to a request whose address and headers are longer than they may be.
    fn too_large(&self, seen: &Seen, policies: Policies) -> Response {
        let detail = "The address and headers of the request are too long.";
        let problem = Problem::Detail(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, detail.into());
        let mut response = problem.into_response();
        policies.add(response.headers_mut());
        let meters = self.meters.of(&response, seen.method());
        seen.tell(response, &meters)
    }

    #[expect(clippy::manual_async_fn, reason = "it would hold each parameter twice, and is moved as a whole")]
    fn call(
        self: Arc<Self>,
        mut seen: Seen,
        policies: Policies,
        address: Option<String>,
        request: Request,
    ) -> impl Future<Output = Response> + Send {
        async move {
            let span = traced::of(&self.edge, &seen, &request);
            let answering = async {
                match &self.inside {
                    Inside::Closed(inner) => inner.answer(request).await,
                    // Never fails.
                    Inside::Open(cors) => Cors::clone(cors).call(request).await.unwrap_or_default(),
                }
            };
            let mut response = seen.watch(answering).instrument(span.clone()).await;
            seen.user_id = response.extensions_mut().remove::<UserId>().map(|UserId(id)| id);
            traced::end(&self.edge, &span, &seen, &response);
            policies.add(response.headers_mut());
            let meters = self.meters.of(&response, seen.method());
            if let Some(address) = address {
                self.edge.shortcuts.keep(address, &mut response, &meters);
            }
            seen.tell(response, &meters)
        }
    }
}

/// What a request's address and headers take on the wire.
fn head_bytes(request: &Request) -> usize {
    // Between them stand a colon, a space and the end of the line.
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let uri = request.uri();
    uri.path().len() + uri.query().map_or(0, str::len) + headers.sum::<usize>()
}

fn routes(edge: &Edge) -> Router {
    let (router, document) = openapi::routes();
    let known = unknown::Known::of(document.paths.paths.keys().map(String::as_str));
    let others = Router::new()
        .route("/api/docs/{*file}", get(docs::asset))
        .merge(crate::live::routes())
        .merge(pages::routes())
        .route(&format!("{}{{*file}}", edge.settings.media_url), get(pictures::serve))
        .layer(from_fn(labelled));
    router.merge(others).fallback(move |request| unknown::answer(known.clone(), request)).with_state(edge.clone())
}

fn cors(edge: &Edge) -> Option<CorsLayer> {
    let origins = &edge.settings.cors_allowed_origins;
    if origins.is_empty() {
        return None;
    }
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let layer = CorsLayer::new()
        .allow_methods(methods)
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT, idempotency::KEY, ORDER_TOKEN])
        .expose_headers([header::LOCATION, header::RETRY_AFTER, idempotency::REPLAYED]);
    if origins.iter().any(|origin| origin == "*") {
        // Any page may read what is public; cookies stay at home.
        return Some(layer.allow_origin(AllowOrigin::any()));
    }
    let origins: Vec<_> = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    Some(layer.allow_origin(origins).allow_credentials(true))
}
