//! Orders: placing them is the heart of the shop.

mod events;
mod place;
mod read;
mod step;

pub(crate) use events::{level_event, level_events};
pub(crate) use place::Place;
pub use place::PlaceError;
pub use read::Viewer;
pub use step::StepError;
pub use store::order::OrderFilter;
