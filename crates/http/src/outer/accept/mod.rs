//! How connections come in and are bounded. A loop of the shop's own takes them, because clients that hold connections
//! open without using them cost as much as those that do: each has a place among all and among those of its address
//! ([`admission`]), and a date for whatever it owes ([`transport`], [`body`]).
//!
//! HTTP/1.1 without TLS is spoken, by hyper; whatever else is wanted comes from the proxy in front.

mod admission;
mod alarm;
mod body;
mod connection;
mod ending;
mod phase;
mod refusal;
mod transport;

pub(super) use admission::Admission;
pub(super) use body::{Incoming, Outgoing};
pub(crate) use body::{Pace, TooSlow};
pub(super) use phase::Phase;

use crate::state::Edge;
use connection::Host;
use futures_util::FutureExt;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How many connections there may be, and how long each may take for what.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// All connections at once, sockets and streams included.
    pub total: usize,
    /// Those of one address; 0 for any number. Trusted proxies are not counted by address.
    pub per_address: usize,
    /// The request line and the headers of a request, in bytes.
    pub header_bytes: usize,
    /// From a request's first byte (of a new connection: from its beginning) to the end of its headers.
    pub header_timeout: Duration,
    /// From the end of a request's headers to the end of its body.
    pub body_timeout: Duration,
    /// From an answer to the next request.
    pub idle_timeout: Duration,
    /// Without anything of an answer being taken.
    pub unread_timeout: Duration,
}

/// After the system could not hand out a connection, mostly because there are no more open files.
const PAUSE: Duration = Duration::from_millis(100);
/// Between log lines about that.
const TELL: Duration = Duration::from_secs(10);

/// Answers requests until `stop` ends; those under way are finished.
///
/// # Errors
/// None today: a listener that fails is tried again.
pub async fn serve(
    listener: TcpListener,
    edge: Edge,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let admission = Arc::new(Admission::new(edge.clone()));
    let host = Arc::new(Host::new(edge, Arc::clone(&admission)));
    let (closing, told) = watch::channel(false);
    let door = Door { host, admission, told };
    door.receive(&listener, stop).await;
    // Who has been let in by the system already is served too.
    while let Some(Ok((stream, peer))) = listener.accept().now_or_never() {
        door.open(stream, peer);
    }
    drop(listener);
    door.admission.close();
    closing.send_replace(true);
    // Each connection holds a receiver.
    drop(door);
    closing.closed().await;
    Ok(())
}

/// Where connections come in.
struct Door {
    host: Arc<Host>,
    admission: Arc<Admission>,
    told: watch::Receiver<bool>,
}

impl Door {
    async fn receive(&self, listener: &TcpListener, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut last_told: Option<Instant> = None;
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut stop => return,
                accepted = listener.accept() => accepted,
            };
            let error = match accepted {
                Ok((stream, peer)) => {
                    self.open(stream, peer);
                    continue;
                }
                Err(error) if is_of_one_client(&error) => continue,
                Err(error) => error,
            };
            admission::refused("system");
            if last_told.is_none_or(|told| told.elapsed() > TELL) {
                last_told = Some(Instant::now());
                tracing::error!(%error, "connections can't be accepted; trying again (too few open files? see ulimit -n)");
            }
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    fn open(&self, stream: TcpStream, peer: SocketAddr) {
        // Failing leaves the system's own ways, which are slower but not wrong.
        let _ = stream.set_nodelay(true);
        match self.admission.admit(peer.ip()) {
            Ok(permit) => {
                let told = self.told.clone();
                tokio::spawn(Arc::clone(&self.host).serve(stream, peer, permit, told));
            }
            Err(refused) => self.admission.turn_away(stream, refused),
        }
    }
}

/// The client was gone before it was looked at: nothing is wrong here.
fn is_of_one_client(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}
