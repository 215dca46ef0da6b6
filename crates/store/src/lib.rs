//! The only crate that knows SQL. One file for each shop noun holds its statements; `backend` is the one place that
//! knows which database runs.
//!
//! To add a query: write one text that both databases understand (`$1` placeholders, `ON CONFLICT`, `RETURNING`,
//! CTEs) in the noun's file, or two texts side by side with [`Sql::each`] where they must differ. Functions take
//! `&impl Conn`, so they run alone on a [`Db`] or inside a [`Tx`].

mod backend;
mod conditions;
mod doubts;
mod error;
mod freshness;
mod migrate;
mod paging;
mod patience;
mod retry;

pub mod account_token;
pub mod audit;
pub mod cart;
pub mod category;
pub mod customer;
pub mod dashboard;
pub mod doctor;
pub mod event;
pub mod idempotency;
pub mod mail;
pub mod order;
pub mod product;
pub mod session;
pub mod staff;
pub mod stock;
pub mod ticket;
pub mod token;
pub mod transfer;
pub mod upload;
pub mod user;
pub mod variant;

pub use backend::{
    Answer, Cells, Conn, Db, Dialect, FromCell, Options, PoolFigures, Row, Sql, Statement, Tx, Value, sqlite_file,
};
/// `term` anywhere in a text, its own `%` and `_` meant literally; for `LIKE … ESCAPE '\\'`.
fn like(term: &str) -> String {
    format!("%{}%", term.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

pub use doubts::{Doubts, Settled};
pub use error::{Error, Result};
pub use freshness::{Freshness, Moment};
pub use migrate::{Migration, MigrationState};
pub use paging::{Found, Key, Mark, Place, Slice, Sort, Start};
pub use patience::{Patience, Shedding, turn};
pub use retry::{Transient, retry};
