//! Orders: placing them is the heart of the shop.

mod events;
mod export;
mod linked;
mod place;
mod read;
mod step;
mod timeline;

pub(crate) use events::{level_event, level_events};
pub use export::ORDER_COLUMNS;
pub(crate) use place::Place;
pub use place::{Buyer, PlaceError};
pub use read::Viewer;
pub use step::StepError;
pub use store::order::{OrderFilter, OrdersBy};
pub use timeline::{Moment, Told};
