//! One connection: what it speaks, and how it ends when the process stops.

use super::admission::{Admission, Permit};
use super::phase::Phase;
use super::transport::Transport;
use crate::outer::Outer;
use crate::outer::peer::{OfConnection, OfPeer};
use crate::state::Edge;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// Bytes of an answer that wait in the system for their turn to be sent: enough for any network to be busy, and all that
/// a client can make the system keep by not reading.
#[cfg(target_os = "linux")]
const NOT_SENT: u32 = 128 * 1024;

/// Serves connections.
pub(super) struct Host {
    outer: Arc<Outer>,
    edge: Edge,
    admission: Arc<Admission>,
    http: http1::Builder,
}

impl Host {
    pub(super) fn new(edge: Edge, admission: Arc<Admission>) -> Self {
        let mut http = http1::Builder::new();
        // The head's own limit lies below: those beyond it are told so in words. Requests sent ahead wait in here too.
        http.max_buf_size(edge.settings.connections.header_bytes.max(4_096) * 2);
        Self { outer: Arc::new(Outer::new(edge.clone())), edge, admission, http }
    }

    pub(super) async fn serve(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        permit: Permit,
        mut told: watch::Receiver<bool>,
    ) {
        let limits = self.edge.settings.connections;
        give_up_unread(&stream, &limits);
        let phase = Arc::new(Phase::new());
        let mut transport = Transport::new(stream, Arc::clone(&phase), limits, Arc::clone(&self.admission), permit);
        if !begins(&mut transport, told.clone()).await {
            return;
        }
        let connection = OfConnection { edge: self.edge.clone(), admission: Arc::clone(&self.admission), phase };
        let service = OfPeer { outer: Arc::clone(&self.outer), peer, connection: Arc::new(connection) };
        let mut connection = pin!(self.http.serve_connection(TokioIo::new(transport), service).with_upgrades());
        let mut closing = pin!(told.wait_for(|closing| *closing));
        // Whether the end was asked for, and whether it has begun.
        let (mut asked, mut ending) = (false, false);
        poll_fn(|context| {
            // What is wrong with one connection is its client's affair.
            if connection.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            // Asked once, it wakes this task; until then there is no need to ask again.
            if ending || (asked && !self.admission.is_closing()) {
                return Poll::Pending;
            }
            asked = true;
            if closing.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            ending = true;
            // Between requests it ends now, else with the answer under way.
            connection.as_mut().graceful_shutdown();
            connection.as_mut().poll(context).map(drop)
        })
        .await;
    }
}

/// Waits for a client's first request. Whether it came.
async fn begins(transport: &mut Transport, mut told: watch::Receiver<bool>) -> bool {
    let mut closing = pin!(told.wait_for(|closing| *closing));
    let (mut begun, mut is_closing) = (vec![], false);
    poll_fn(|context| {
        // What the client owes is due sooner when the process stops: then it is asked for again.
        is_closing = is_closing || closing.as_mut().poll(context).is_ready();
        transport.poll_beginning(context, &mut begun).map(|begun| begun.is_ok())
    })
    .await
}

/// Lets the system see to it, where it can, that what a client left unread does not outlive its connection.
#[cfg(target_os = "linux")]
fn give_up_unread(stream: &TcpStream, limits: &super::ConnectionLimits) {
    let most = u32::try_from(limits.unread_timeout.as_millis()).unwrap_or(u32::MAX);
    // Failing leaves the system's own ways, which are slower but not wrong.
    let _ = rustix::net::sockopt::set_tcp_user_timeout(stream, most);
    let _ = socket2::SockRef::from(stream).set_tcp_notsent_lowat(NOT_SENT);
}

#[cfg(not(target_os = "linux"))]
fn give_up_unread(_: &TcpStream, _: &super::ConnectionLimits) {}
