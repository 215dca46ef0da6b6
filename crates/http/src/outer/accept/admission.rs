//! Who gets in: so many connections in all, and so many of each address.

use super::refusal::{self, Refused};
use crate::state::Edge;
use metrics::Gauge;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// Refusals that are told at the same time, for each reason: one address must not keep all others from being told.
/// Beyond, connections are closed without a word.
const TOLD_AT_ONCE: usize = 128;

/// Counts connections.
pub(crate) struct Admission {
    edge: Edge,
    open: AtomicUsize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
    telling_full: Arc<Semaphore>,
    telling_address: Arc<Semaphore>,
    closing: AtomicBool,
    gauge: Gauge,
}

/// A connection's place, given back when it is dropped.
pub(super) struct Permit {
    admission: Arc<Admission>,
    /// What it is counted under, if it is.
    address: Option<IpAddr>,
}

impl Admission {
    pub(super) fn new(edge: Edge) -> Self {
        Self {
            edge,
            open: AtomicUsize::new(0),
            by_address: Mutex::default(),
            telling_full: Arc::new(Semaphore::new(TOLD_AT_ONCE)),
            telling_address: Arc::new(Semaphore::new(TOLD_AT_ONCE)),
            closing: AtomicBool::new(false),
            gauge: metrics::gauge!("oxcart_connections"),
        }
    }

    /// A place for a connection from this address.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Result<Permit, Refused> {
        let limits = &self.edge.settings.connections;
        if self.open.fetch_add(1, Ordering::Relaxed) >= limits.total {
            self.open.fetch_sub(1, Ordering::Relaxed);
            return Err(Refused::Full);
        }
        self.gauge.increment(1.0);
        let mut permit = Permit { admission: Arc::clone(self), address: None };
        // Behind a proxy are many.
        if limits.per_address > 0 && !self.edge.trusts(peer) {
            let address = network(peer);
            let mut counts = self.by_address();
            let count = counts.entry(address).or_default();
            if *count >= limits.per_address {
                drop(counts);
                return Err(Refused::Address);
            }
            *count += 1;
            permit.address = Some(address);
        }
        Ok(permit)
    }

    /// Tells a client why it gets no place, unless too many are told so already.
    pub(super) fn turn_away(&self, stream: TcpStream, refused_for: Refused) {
        refused(refused_for.reason());
        let telling = match refused_for {
            Refused::Full => &self.telling_full,
            Refused::Address => &self.telling_address,
        };
        match Arc::clone(telling).try_acquire_owned() {
            Ok(turn) => drop(tokio::spawn(async move {
                refusal::tell(stream, refused_for).await;
                drop(turn);
            })),
            // A connection that is reset leaves nothing behind; failing closes it the slower way.
            Err(_) => drop(stream.set_zero_linger()),
        }
    }

    /// Whether places are getting rare: clients that keep connections open without need should let go of them.
    pub(crate) fn is_crowded(&self) -> bool {
        let total = self.edge.settings.connections.total;
        self.open.load(Ordering::Relaxed) > total - total / 8
    }

    /// No connection is taken any more.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// Whether [`Self::close`] was called.
    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    fn by_address(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.admission.open.fetch_sub(1, Ordering::Relaxed);
        self.admission.gauge.decrement(1.0);
        let Some(address) = self.address else { return };
        if let Entry::Occupied(mut count) = self.admission.by_address().entry(address) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// Counts a connection that was not taken.
pub(super) fn refused(reason: &'static str) {
    metrics::counter!("oxcart_connections_refused_total", "reason" => reason).increment(1);
}

/// Counts a connection that was ended because of its client.
pub(super) fn ended(reason: &'static str) {
    metrics::counter!("oxcart_connections_ended_total", "reason" => reason).increment(1);
}

/// What an address is counted under: with IPv6, one customer has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_customer_count_as_one() {
        let network = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:10.0.0.1"), network("10.0.0.1"));
        assert_ne!(network("10.0.0.1"), network("10.0.0.2"));
    }
}
