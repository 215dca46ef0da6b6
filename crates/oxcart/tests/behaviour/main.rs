//! What the shop promises over HTTP, one file a noun; each test starts a shop of its own and its name is the promise.
//! The same tests run on every set-up (`OXCART_TEST_SETUP`); `cargo xtask test` runs them on all three.

mod accounts;
mod audit;
mod authorization;
mod canaries;
mod cart;
mod categories;
mod concurrency;
mod edge;
mod ends;
mod failure;
mod figures;
mod foreign_pages;
mod gathered;
mod hostile;
mod idempotency;
mod logins;
mod logs;
mod merge;
mod order_status;
mod orders;
mod pages;
mod product_filters;
mod products;
mod ready;
mod schema;
mod sessions;
mod statements;
mod story;
mod support;
mod tokens;
mod tour;
mod traces;
