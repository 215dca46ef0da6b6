//! A service for each connection, which tells requests whose it is.

use super::Outer;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;

/// Makes the services.
pub(super) struct Peers(pub(super) Arc<Outer>);

/// The service of one connection.
#[derive(Clone)]
pub(super) struct OfPeer {
    outer: Arc<Outer>,
    peer: SocketAddr,
}

impl<L: Listener<Addr = SocketAddr>> Service<IncomingStream<'_, L>> for Peers {
    type Response = OfPeer;
    type Error = Infallible;
    type Future = Ready<Result<OfPeer, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, connection: IncomingStream<'_, L>) -> Self::Future {
        ready(Ok(OfPeer { outer: Arc::clone(&self.0), peer: *connection.remote_addr() }))
    }
}

impl Service<Request> for OfPeer {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let outer = Arc::clone(&self.outer);
        Box::pin(async move { Ok(outer.call(request).await) })
    }
}
