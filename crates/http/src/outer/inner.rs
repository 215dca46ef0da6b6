//! What no route answers by itself: a host that is none of ours, a request that takes too long, a panic.

use super::Pace;
use crate::error::Problem;
use crate::state::Edge;
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::future::RouteFuture;
use futures_util::FutureExt;
use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use tower_service::Service;

/// The routes with what surrounds them closely. Cheap to clone.
#[derive(Clone)]
pub(super) struct Inner {
    router: Router,
    edge: Edge,
}

impl Inner {
    pub(super) fn new(router: Router, edge: Edge) -> Self {
        Self { router, edge }
    }

    pub(super) async fn answer(&self, request: Request) -> Response {
        let (routed, pace) = match self.for_us(request) {
            Ok(request) => self.route(request),
            Err(problem) => return problem.into_response(),
        };
        let answering = pin!(AssertUnwindSafe(routed).catch_unwind());
        // What a request that is given up had not committed is rolled back.
        match in_time(answering, self.edge.settings.request_timeout, pace).await {
            Some(Ok(Ok(response))) => response,
            Some(Err(panic)) => panicked(&*panic).into_response(),
            None => Problem::Unavailable(1, "The request took too long.".into()).into_response(),
        }
    }

    fn route(&self, mut request: Request) -> (RouteFuture<Infallible>, Option<Pace>) {
        // The routes are put together without a running shop: it comes with each request.
        request.extensions_mut().insert(self.edge.clone());
        let pace = request.extensions().get::<Pace>().cloned();
        (self.router.clone().call(request), pace)
    }

    /// Refuses requests for hosts that are none of ours, when the operator named ours.
    fn for_us(&self, request: Request) -> Result<Request, Problem> {
        let allowed = &self.edge.settings.allowed_hosts;
        if allowed.is_empty() {
            return Ok(request);
        }
        let (parts, body) = request.into_parts();
        let host = crate::dto::address::host_of(&self.edge, &parts).unwrap_or_default();
        let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
        let name = name.map_or(host.as_str(), |(name, _)| name);
        let ours = |allowed: &String| match allowed.strip_prefix('.') {
            Some(domain) => name == domain || name.ends_with(allowed.as_str()),
            None => allowed == "*" || allowed == name || *allowed == host,
        };
        // Health is asked by address, not by name.
        let health = matches!(parts.uri.path(), "/livez" | "/readyz");
        if health || allowed.iter().any(ours) {
            return Ok(Request::from_parts(parts, body));
        }
        let detail = format!("Invalid HTTP_HOST header: \"{host}\". Add it to allowed_hosts.");
        Err(Problem::Detail(StatusCode::BAD_REQUEST, detail))
    }
}

/// What comes of work that may take some time, which begins anew as long as a file comes for it.
async fn in_time<T>(mut work: Pin<&mut impl Future<Output = T>>, time: Duration, pace: Option<Pace>) -> Option<T> {
    let mut date = Instant::now() + time;
    loop {
        if let Ok(done) = timeout_at(date, work.as_mut()).await {
            return Some(done);
        }
        date = pace.as_ref().and_then(Pace::heard).map(|heard| heard + time).filter(|later| *later > date)?;
    }
}

impl Service<Request> for Inner {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let inner = self.clone();
        Box::pin(async move { Ok(inner.answer(request).await) })
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Problem {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::Internal(format!("panic: {}", text.unwrap_or("without a message")))
}
