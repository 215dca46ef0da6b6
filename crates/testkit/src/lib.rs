//! What the shop's tests stand on: throw-away database servers, a running shop to talk to, and a
//! client that says plainly what went wrong. Development only: nothing that ships depends on it.
//!
//! To write a behavioural test:
//!
//! ```no_run
//! # use serde_json::json;
//! # use oxcart_testkit as testkit;
//! # async fn a_customer_fills_a_cart() {
//! // in crates/oxcart/tests, pass env!("CARGO_BIN_EXE_oxcart")
//! let shop = testkit::Shop::builder("target/debug/oxcart").demo().start().await;
//! let customer = shop.customer().await;
//! customer.post("/cart/add/", json!({"product_id": 1})).await.expect(201);
//! assert_eq!(customer.get("/cart/items/").await.expect(200).json()[0]["quantity"], 1);
//! # }
//! ```
//!
//! The same test runs on every set-up: `OXCART_TEST_SETUP` chooses (see [`Setup`]), and
//! `cargo xtask test` runs the suite once on each. A test that stops or freezes a server launches its
//! own ([`servers::Postgres`], [`servers::Redis`]) and hands its address to the builder.

pub mod browser;
pub mod client;
mod find;
pub mod live;
mod ports;
mod process;
mod scratch;
pub mod servers;
mod setup;
mod shop;
mod terminal;
mod waiting;
mod wire;

pub use browser::Browser;
pub use client::{Answer, Body, Client};
pub use ports::free_port;
pub use scratch::in_memory;
pub use setup::Setup;
pub use shop::{Builder, Person, SECRET_KEY, Shop};
pub use terminal::Terminal;
pub use waiting::run_to_end;
pub use wire::{Dial, Wire, WireAnswer};
