//! Passwords: which ones are accepted ([`policy`]), how they are kept ([`hash`]), and what takes the place of a kept one
//! when there is none ([`stand_in`]).

pub mod hash;
pub mod policy;
pub mod stand_in;
