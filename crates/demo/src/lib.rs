//! The demo shop, "Oxcart General Store", as plain values: what a newcomer sees after asking for demo data.
//! Nothing here reads a clock, draws a random number or touches a disk, so two calls give the same shop.
//! To add a product, write it into its department under `catalogue/`; to draw a new thing, add a motif
//! under `picture/`.

mod build;
mod catalogue;
mod people;
mod picture;

pub use people::{People, Person};
pub use picture::picture;
pub use picture::{Motif, Pattern, Picture, Tone};

/// The name of the demo shop.
pub const SHOP_NAME: &str = "Oxcart General Store";

/// Everything the demo shop holds, in the order it should be saved: a parent category comes before its child.
#[derive(Debug, Clone)]
pub struct DemoShop {
    pub categories: Vec<Category>,
    pub products: Vec<Product>,
    pub people: People,
}

/// A department or one of its shelves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    pub name: &'static str,
    /// Unique among the categories.
    pub slug: &'static str,
    /// Slug of the department this shelf belongs to; `None` for a department.
    pub parent: Option<&'static str>,
    pub description: &'static str,
}

/// A thing for sale, with at least one variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub name: &'static str,
    /// Unique among the products; made from the name.
    pub slug: String,
    pub description: &'static str,
    /// Slug of its category.
    pub category: &'static str,
    pub vendor: &'static str,
    pub tags: &'static [&'static str],
    /// What the buyer chooses, e.g. `["Size", "Colour"]`; empty for a plain product.
    pub option_names: &'static [&'static str],
    /// One per choice; exactly one, without option values, for a plain product.
    pub variants: Vec<Variant>,
    /// What [`picture`] draws.
    pub picture: Picture,
}

impl Product {
    /// Units on hand over all variants.
    #[must_use]
    pub fn stock(&self) -> u32 {
        self.variants.iter().map(|variant| variant.stock).sum()
    }
}

/// One thing on the shelf with its own price and stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Unique in the shop.
    pub sku: String,
    /// One value per option name of the product, in the same order.
    pub option_values: Vec<&'static str>,
    /// US cents.
    pub price: i64,
    /// The price before a reduction in US cents, always above `price`.
    pub compare_at: Option<i64>,
    /// Units on hand.
    pub stock: u32,
    /// Shipping weight.
    pub grams: u32,
    /// EAN-13 from the range kept for use inside a shop; handmade things carry none.
    pub barcode: Option<String>,
}

/// The demo shop, the same at every call.
#[must_use]
pub fn shop() -> DemoShop {
    DemoShop { categories: catalogue::CATEGORIES.to_vec(), products: catalogue::products(), people: people::people() }
}

#[cfg(test)]
mod tests;
