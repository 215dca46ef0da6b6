//! What bodies look like, one file per noun. Money goes out as decimal text, instants as ISO 8601 with `Z`.

pub(crate) mod account;
pub(crate) mod address;
pub(crate) mod audit;
pub(crate) mod cart;
pub(crate) mod category;
pub(crate) mod errors;
pub(crate) mod mail;
pub(crate) mod order;
pub(crate) mod product;
pub(crate) mod staff;
