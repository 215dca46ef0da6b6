//! The live clients against a small server that says what the test tells it to.

mod server;
mod socket;
mod stream;

use std::time::Duration;

const NO_TIME: Duration = Duration::ZERO;
const SHORT: Duration = Duration::from_millis(200);
