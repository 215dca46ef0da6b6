//! Live reading of the event log.
//!
//! One task per process ([`App::follow_log`]) reads the log and hands each new event to the [`Live`] hub, which knows
//! who follows what and puts the event into their mailboxes. Whoever was away first catches up from the hub's window of
//! recent events, or from the database when that does not reach back far enough ([`CatchUp`]), and joins the hub at
//! exactly the place where catching up ended. The database holds the only truth: nudges, windows and mailboxes may all
//! be lost.

mod ahead;
mod catch_up;
mod entry;
mod follow;
mod hub;
mod identity;
mod mailbox;
mod page;
mod seat;
#[cfg(test)]
mod tests;

pub(crate) use ahead::{LookAhead, Outset};
pub use catch_up::{CatchUp, Step};
pub use entry::{Entry, Subscription};
pub use hub::{Live, Refused};
pub use identity::{Identity, TICKET_SECONDS, TicketError};
pub use mailbox::{Delivery, End};
pub use page::Page;
pub use seat::{Seat, Waiting};

/// What the operator can set of live reading.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Sockets and streams one instance holds open.
    pub sockets: usize,
    /// Sockets and streams of one account or session on one instance.
    pub sockets_per_caller: usize,
}

/// Events waiting for one socket at most; whoever lets more gather catches up from the log.
pub const MAILBOX: usize = 256;
