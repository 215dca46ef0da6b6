//! Passwords: which ones are accepted ([`policy`]) and how they are kept ([`hash`]).

pub mod hash;
pub mod policy;
