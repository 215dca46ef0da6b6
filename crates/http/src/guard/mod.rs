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

pub(crate) use authenticate::{CSRF_TOKEN, caller, names_session, session_cookie, staff_cookie, staff_key};
pub(crate) use by::{By, RequestId};
pub(crate) use caller::{Caller, Id};
pub(crate) use origin::is_own;
pub(crate) use resources::Resources;

use domain::staff::Duty;

/// Who may use a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    /// Everybody.
    Anyone,
    /// Everybody, but to change something no page of another site.
    OwnPages,
    /// Who is logged in.
    LoggedIn,
    /// The staff: those who have this duty; reading is open to all of them, unless it is the owner's.
    Staff(Duty),
    /// Everybody reads, those of the staff write who have this duty.
    StaffWrites(Duty),
}

/// What a caller has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needed {
    /// Anybody.
    Nothing,
    /// Somebody who is logged in.
    Account,
    /// Somebody of the staff who may do such work.
    Duty(Duty),
}

impl Permission {
    /// What a request has to bring, by whether it only reads.
    pub(crate) const fn needs(self, reads: bool) -> Needed {
        match self {
            Self::Anyone | Self::OwnPages => Needed::Nothing,
            Self::LoggedIn => Needed::Account,
            Self::Staff(Duty::Owner) => Needed::Duty(Duty::Owner),
            Self::Staff(_) if reads => Needed::Duty(Duty::Read),
            Self::StaffWrites(_) if reads => Needed::Nothing,
            Self::Staff(duty) | Self::StaffWrites(duty) => Needed::Duty(duty),
        }
    }
}
