//! What docs/LIVE.md promises of the event log and its three ways of reading: WebSocket, server-sent events, polling.
//! Each test starts a shop of its own and its name is the promise. The same tests run on every set-up
//! (`OXCART_TEST_SETUP`); `cargo xtask test` runs them on all three.

mod access;
mod away;
mod bounds;
mod browser;
mod catalogue;
mod chaos;
mod ended;
mod events;
mod frames;
mod log;
mod nudges;
mod origins;
mod protocol;
mod quiet;
mod resume;
mod rights;
mod slow;
mod stock;
mod streams;
#[path = "../behaviour/support.rs"]
#[allow(dead_code, reason = "the other suite uses the rest of it")]
mod support;
mod ways;
