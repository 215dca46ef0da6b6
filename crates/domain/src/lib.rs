//! The rules of the shop as pure functions on plain values: no I/O, no clock, no randomness, no SQL, no HTTP.
//!
//! A rule takes what was read and returns a decision; whoever called it saves the decision. To change what the shop
//! allows (which order may be cancelled, how much fits in a cart line), change it here and nowhere else.

pub mod audit;
pub mod cart;
pub mod catalogue;
pub mod customer;
pub mod event;
pub mod finder;
pub mod mail;
pub mod money;
pub mod order;
pub mod staff;
pub mod stock;
pub mod time;
