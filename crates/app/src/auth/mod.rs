//! Accounts and their tokens.

mod assumed;
mod authenticate;
mod change_password;
mod hasher;
mod limits;
mod login;
mod logout;
mod mailed;
mod opened;
mod profile;
mod refresh;
mod register;
mod remembered;
mod staff_session;
mod stand_ins;
mod superuser;
mod tokens;

pub use assumed::Assumed;
pub(crate) use assumed::Assumptions;
pub use authenticate::{Authenticated, Unauthenticated};
pub(crate) use authenticate::{Bearer, Logins};
pub use change_password::ChangePasswordError;
pub(crate) use hasher::Hasher;
pub use login::{Login, LoginError};
pub use mailed::MailedError;
pub(crate) use opened::OpenedTokens;
pub use profile::{ProfileChange, ProfileError};
pub use refresh::RefreshError;
pub use register::{Registration, RegistrationError};
pub(crate) use remembered::ReadAt;
pub use staff_session::{StaffLogin, StaffLoginError};
pub(crate) use stand_ins::StandIns;
pub use superuser::{Created, SuperuserError};
pub use tokens::TokenPair;

/// `{field: [messages]}` in the order the fields were looked at.
pub type FieldErrors = Vec<(String, Vec<String>)>;

/// As Django says it of a taken address.
pub const EMAIL_TAKEN: &str = "user with this email already exists.";
