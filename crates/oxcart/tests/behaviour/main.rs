//! What the shop promises over HTTP, one file a noun; each test starts a shop of its own and its name is the promise.
//! The same tests run on every set-up (`OXCART_TEST_SETUP`); `cargo xtask test` runs them on all three.

mod accounts;
mod concurrency;
mod failure;
mod product_filters;
mod sessions;
mod story;
mod support;
mod tokens;
