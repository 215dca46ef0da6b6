//! Free TCP ports for servers that must come back on the same one after a stop.

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};

/// Below what Linux (32768–60999) and macOS (49152–65535) hand out to outgoing connections, so that
/// no client takes the port while its server is stopped.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port of 127.0.0.1 nobody listens on right now. Another process may take it before the caller
/// does: whoever starts a server on it tries again with a new one.
pub fn free_port() -> u16 {
    let start = arbitrary() % u64::from(COUNT);
    (0..u64::from(COUNT))
        .map(|step| FIRST + u16::try_from((start + step) % u64::from(COUNT)).expect("COUNT is a u16"))
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("12,000 ports are not all taken")
}

/// A number that differs from call to call and from process to process, for names and ports.
pub(crate) fn arbitrary() -> u64 {
    RandomState::new().hash_one(std::process::id())
}
