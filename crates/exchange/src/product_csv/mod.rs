//! Shopify's product CSV: one row per variant, the rows of a product one after the other, the product's
//! own columns on the first of them, further images on rows with nothing but a handle and an address.
//! [`read`] streams a file product by product and reports bad rows as values; [`write`](write()) makes
//! the same format, and what it writes reads back equal.

mod columns;
mod group;
mod lines;
mod read;
#[cfg(test)]
mod round_trip;
mod row;
mod write;

pub use read::{HeaderError, Products, ReadOptions, read};
pub use write::{WriteError, write};

/// One product with its variants and images, as the file has it.
///
/// Texts are trimmed except `body_html`, which is kept to the byte; it has to pass
/// [`crate::html::sanitize`] before anyone sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsvProduct {
    /// Physical line of the product's first row, from 1; 0 in a product made for writing.
    pub line: u64,
    /// The handle stood earlier in the file already: add `variants` and `images` to that product and leave
    /// the rest alone (`title` and `option_names` repeat what was said there).
    pub continues: bool,
    /// Key of the product in its shop and in the file; a slug. Never blank.
    pub handle: String,
    /// Name for people. Never blank.
    pub title: String,
    /// Description, raw HTML, not to be trusted.
    pub body_html: String,
    /// Maker or brand; blank when not told.
    pub vendor: String,
    /// Category of Shopify's own taxonomy, such as `Apparel & Accessories > Clothing`; blank when not told.
    pub product_category: String,
    /// The merchant's own category; blank when not told.
    pub product_type: String,
    /// Tags in the file's order, none blank, none twice.
    pub tags: Vec<String>,
    /// Shown in the online store; true when the file does not tell.
    pub published: bool,
    /// For sale, in preparation or put away.
    pub status: CsvStatus,
    /// Names of up to three options (`Size`, `Color`). Empty for a plain product, which files write as the
    /// option `Title` with the one value `Default Title`.
    pub option_names: Vec<String>,
    /// At least one.
    pub variants: Vec<CsvVariant>,
    /// In the order of their positions.
    pub images: Vec<CsvImage>,
    /// Buys credit, not goods.
    pub gift_card: bool,
    /// Title for search engines; blank when not told.
    pub seo_title: String,
    /// Description for search engines; blank when not told.
    pub seo_description: String,
    /// What the file has columns for. What it lacks a column for it does not say, and must not change what is known.
    pub told: Told,
}

/// Which columns a file has, of those it may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// `Body (HTML)`
    pub body: bool,
    /// `Vendor`
    pub vendor: bool,
    /// `Type`
    pub product_type: bool,
    /// `Tags`
    pub tags: bool,
    /// `Published` or `Status`
    pub published: bool,
    /// `Option1 Name` and `Option1 Value`
    pub options: bool,
    /// `Variant SKU`
    pub sku: bool,
    /// `Variant Grams`
    pub grams: bool,
    /// `Variant Compare At Price`
    pub compare_at: bool,
    /// `Variant Barcode`
    pub barcode: bool,
    /// `Variant Image`
    pub variant_image: bool,
}

impl Told {
    /// A file with every column.
    pub const EVERYTHING: Self = Self {
        body: true,
        vendor: true,
        product_type: true,
        tags: true,
        published: true,
        options: true,
        sku: true,
        grams: true,
        compare_at: true,
        barcode: true,
        variant_image: true,
    };
}

impl Default for Told {
    fn default() -> Self {
        Self::EVERYTHING
    }
}

/// Whether a product is for sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CsvStatus {
    /// For sale; also when the file does not tell.
    #[default]
    Active,
    /// Being prepared.
    Draft,
    /// Put away.
    Archived,
}

/// One thing that can be bought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsvVariant {
    /// Physical line of its row, from 1; 0 in a variant made for writing.
    pub line: u64,
    /// Stock keeping unit; unique in the file where it is given.
    pub sku: Option<String>,
    /// One value for each of the product's `option_names`; no two variants of a product have the same.
    pub option_values: Vec<String>,
    /// Weight in grams, rounded, 0 when not told.
    pub grams: i64,
    /// Pieces at hand, 0 or more; `None` when the file does not say, and must not change what is known.
    pub stock: Option<i64>,
    /// Price in minor units, 0 or more.
    pub price_minor: i64,
    /// Price before a reduction in minor units, above 0.
    pub compare_at_minor: Option<i64>,
    /// What it costs the shop, in minor units.
    pub cost_minor: Option<i64>,
    /// Goods to send; true when the file does not tell.
    pub requires_shipping: bool,
    /// Tax is due; true when the file does not tell.
    pub taxable: bool,
    /// Tax code of a tax service; blank when not told.
    pub tax_code: String,
    /// GTIN, ISBN or the like; blank when not told.
    pub barcode: String,
    /// Address of the variant's own picture.
    pub image: Option<String>,
    /// Unit the weight is shown in: `g`, `kg`, `lb`, `oz`; blank when not told.
    pub weight_unit: String,
}

/// A picture of a product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsvImage {
    /// Its address.
    pub src: String,
    /// Place among the product's pictures, from 1; the next free one when the file does not tell.
    pub position: u32,
    /// Text for who cannot see it; blank when not told.
    pub alt: String,
}

/// How much a [`RowProblem`] cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Read differently than written; nothing was left out.
    Notice,
    /// The row, or the product where the message says so, was left out.
    Error,
    /// Reading stopped here.
    Fatal,
}

/// What is wrong with one row, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct RowProblem {
    /// What it cost.
    pub severity: Severity,
    /// Physical line where the row begins, from 1.
    pub line: u64,
    /// Product the row belongs to, when that can be told.
    pub handle: Option<String>,
    /// Column at fault, as the file's header spells it.
    pub column: Option<String>,
    /// What is wrong and what to do.
    pub message: String,
}
