//! Accounts: what an address must look like and how long names may be.

use crate::staff::{Duty, Role};
use crate::time::Timestamp;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: i64,
    /// The address as its owner writes it, domain in lower case.
    pub email: String,
    /// The encoded hash (`argon2$…`), never shown.
    pub password: String,
    /// Given name, possibly empty.
    pub first_name: String,
    /// Family name, possibly empty.
    pub last_name: String,
    /// Telephone, possibly empty.
    pub phone: String,
    /// Whether its owner has shown that the address is theirs.
    pub email_confirmed: bool,
    /// May log in.
    pub is_active: bool,
    /// What they do in the shop; `None` for customers.
    pub role: Option<Role>,
    /// May do everything.
    pub is_superuser: bool,
    /// Counts up when every session of the account is to end (password change); tokens carry it.
    pub auth_version: i64,
    /// Registered.
    pub date_joined: Timestamp,
}

impl User {
    /// Whether they work in the shop.
    #[must_use]
    pub const fn is_staff(&self) -> bool {
        self.role.is_some()
    }

    /// Whether they have shown that this address is theirs.
    #[must_use]
    pub fn has_confirmed(&self, email: &str) -> bool {
        self.email_confirmed && email_key(&self.email) == email_key(email)
    }

    /// Whether they may do work of this kind.
    #[must_use]
    pub fn may(&self, duty: Duty) -> bool {
        self.role.is_some_and(|role| role.may(duty))
    }
}

/// The longest address (RFC 5321).
pub const EMAIL_LENGTH: usize = 254;
/// The longest first or last name, in characters.
pub const NAME_LENGTH: usize = 150;
/// The longest telephone number, in characters.
pub const PHONE_LENGTH: usize = 32;
/// The longest password, in characters; longer ones only cost hashing time.
pub const PASSWORD_LENGTH: usize = 1024;

/// The form in which addresses are compared: two addresses with the same key are one account.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// As Django's `normalize_email`: the domain in lower case, the local part as it is.
#[must_use]
pub fn normalize_email(email: &str) -> String {
    match email.trim().rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => email.trim().to_owned(),
    }
}

/// Whether a text is an address, by the rules of Django's validator: a dot-atom or quoted local part and a domain
/// with at least one dot (or `localhost`).
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= EMAIL_LENGTH && is_local_part(local) && is_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    if quoted {
        return local[1..local.len() - 1]
            .chars()
            .all(|c| c.is_ascii() && !c.is_ascii_control() && c != '"' && c != '\\');
    }
    let atom = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{}|~-".contains(c))
    };
    local.split('.').all(atom)
}

fn is_domain(domain: &str) -> bool {
    if domain == "localhost" {
        return true;
    }
    let label = |part: &str| {
        let word = |c: char| c.is_alphanumeric() || c == '-';
        (1..=63).contains(&part.len()) && part.chars().all(word) && !part.starts_with('-') && !part.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.') && domain.split('.').all(label) && last.len() >= 2 && !last.chars().all(|c| c.is_ascii_digit())
}
