//! What the shop promises when there is too much of something: clients that are slow on purpose, more connections than
//! may be, more work than can be done, and instances that stop while they are used. The limits are set low, so that a
//! test takes seconds; `cargo xtask overload` does the same with the limits as they are shipped.

mod full;
mod memory;
mod queues;
mod rolling;
mod slow;
mod stopping;
#[path = "../behaviour/support.rs"]
#[allow(dead_code, reason = "the other suite uses the rest of it")]
mod support;
mod ways;
