//! What stands before every handler, in the order Django REST Framework does it: authentication, permission, method.
//!
//! [`Resources`] collects paths: each with its permission and its handlers, so that the `Allow` header, the answer to
//! `OPTIONS`, the 405 and the document's common errors can't drift from the routes.

mod address;
mod authenticate;
mod by;
mod caller;
mod documented;
mod origin;
mod resources;

pub(crate) use authenticate::{caller, names_session, session_cookie};
pub(crate) use by::{By, RequestId};
pub(crate) use caller::{Caller, Id};
pub(crate) use origin::is_own;
pub(crate) use resources::Resources;

/// Who may use a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    /// Everybody.
    Anyone,
    /// Who is logged in.
    LoggedIn,
    /// The staff.
    Staff,
    /// Everybody reads, the staff writes.
    StaffWrites,
}
