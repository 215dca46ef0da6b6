//! The catalogue: what customers browse, and what staff change.

mod browse;
mod category;
mod change;
mod draft;
mod events;
mod find;
mod goods;
mod listed;
mod save;

pub use browse::Detail;
pub(crate) use browse::ReadDetail;
pub(crate) use category::insert as insert_category;
pub use category::{CategoryError, CategoryInput};
pub use change::ProductError;
pub(crate) use change::{clean, clean_text, locked};
pub use draft::{ProductInput, VariantInput};
pub(crate) use find::{Bodies, Memory, Refresh};
pub(crate) use goods::{Goods, ReadOffers};
pub use listed::Listed;
pub(crate) use save::drafts_of;
pub use save::{Saved, Saving};
pub use store::product::ProductsBy;
