//! Live reading over HTTP: WebSocket at `/ws/`, server-sent events at `/events/stream`. `docs/LIVE.md` is what both
//! promise. (Polling and tickets are plain requests, in `routes/live.rs`.)

mod asked;
mod connection;
mod counted;
mod credentials;
mod frame;
mod inbound;
mod socket;
mod stream;

pub(crate) use asked::Asked;
pub(crate) use credentials::identify;
pub(crate) use frame::event_frame;

use crate::state::Edge;
use axum::Router;
use axum::routing::get;

/// The routes that stay open; none of them is a request with an answer, so the API's document leaves them out.
pub(crate) fn routes() -> Router<Edge> {
    let sockets =
        ["/ws", "/ws/", "/ws/orders", "/ws/orders/", "/ws/cart", "/ws/cart/", "/ws/products", "/ws/products/"];
    let streams = ["/events/stream", "/events/stream/"];
    let router = sockets.into_iter().fold(Router::new(), |router, path| router.route(path, get(socket::open)));
    streams.into_iter().fold(router, |router, path| router.route(path, get(stream::open)))
}
