//! A service for each connection, which tells requests whose it is.

use super::accept::{Admission, Incoming, Outgoing, Phase};
use super::{Answering, Outer};
use crate::state::Edge;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use hyper::service::Service;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

/// The service of one connection.
pub(super) struct OfPeer {
    pub(super) outer: Arc<Outer>,
    pub(super) peer: SocketAddr,
    pub(super) connection: Arc<OfConnection>,
}

/// What the answers of one connection depend on.
pub(super) struct OfConnection {
    pub(super) edge: Edge,
    pub(super) admission: Arc<Admission>,
    pub(super) phase: Arc<Phase>,
}

impl Service<Request<hyper::body::Incoming>> for OfPeer {
    type Response = Response<Outgoing>;
    type Error = Infallible;
    type Future = Serving;

    fn call(&self, request: Request<hyper::body::Incoming>) -> Self::Future {
        self.connection.phase.answering();
        let limits = &self.connection.edge.settings.connections;
        let (parts, body) = request.into_parts();
        let (body, pace) = Incoming::within(limits.body_timeout, body);
        let mut request = Request::from_parts(parts, body);
        if let Some(pace) = pace {
            request.extensions_mut().insert(pace);
        }
        Serving { answering: self.outer.answer(self.peer, request), connection: Arc::clone(&self.connection) }
    }
}

/// An answer on its way to its connection.
pub(super) struct Serving {
    answering: Answering,
    connection: Arc<OfConnection>,
}

impl Future for Serving {
    type Output = Result<Response<Outgoing>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(Pin::new(&mut self.answering).poll(context));
        Poll::Ready(Ok(self.connection.part_with(response)))
    }
}

impl OfConnection {
    /// The answer as it goes out.
    fn part_with(&self, mut response: Response) -> Response<Outgoing> {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            self.phase.upgraded();
        } else if self.edge.stopping.load(Ordering::Relaxed) || self.admission.is_crowded() {
            // The client sends its next request elsewhere, or makes room.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response.map(|body| Outgoing::new(body, Arc::clone(&self.phase)))
    }
}
