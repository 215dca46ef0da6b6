//! A service for each connection, which tells requests whose it is.

use super::{Answering, Outer};
use axum::extract::Request;
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use futures_util::FutureExt;
use futures_util::future::Map;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
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
    type Future = Map<Answering, fn(Response) -> Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        self.outer.answer(self.peer, request).map(Ok)
    }
}
