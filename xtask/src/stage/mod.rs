//! What `bench` and `live` stand on: the programs they measure, the servers below a shop, crowds of sockets, and the
//! few sums that make figures of what was seen.

mod crowd;
mod programs;
mod servers;
mod sums;

pub(crate) use crowd::{Crowd, PLAIN, Seat, allow_open_files};
pub(crate) use programs::{BARE, OXCART, Program, development, profiling, release};
pub(crate) use servers::{Servers, memory, new_session, setup, with_cookie};
pub(crate) use sums::{median, micros, percentile};
