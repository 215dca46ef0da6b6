//! File formats the shop reads and writes, as plain values: no database, no HTTP, no clock.
//!
//! - To take a catalogue from a spreadsheet or another shop: [`product_csv::read`]; to hand one out:
//!   [`product_csv::write`](product_csv::write()).
//! - To move over from a Django project: [`fixture::read`](fixture::read()) gives records, and
//!   [`fixture::FixtureProduct::from_record`] and its siblings make typed values of them;
//!   [`fixture::Writer`] writes the same shape.
//!
//! Readers stream and go on after a bad row: every problem is a value that says where it is and what
//! to do about it. Amounts are integer minor units, instants microseconds since 1970 in UTC.

pub mod fixture;
pub mod html;
pub mod instant;
pub mod money;
pub mod product_csv;
pub mod slug;
pub mod spreadsheet;
