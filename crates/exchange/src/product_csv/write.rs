//! Writing: the header of the current template, then one row per variant; images stand beside the
//! variants as long as there are some, the rest on rows of their own.

use super::columns::{COLUMNS, Column, OPTIONS};
use super::group::DEFAULT_TITLE;
use super::{CsvImage, CsvProduct, CsvStatus, CsvVariant};
use crate::money::format_minor;
use std::io::{self, Write};

/// Why writing ended early.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A product without variants has no price; the format has no row for it.
    #[error("the product {handle:?} has no variant and cannot be written")]
    NoVariants {
        /// Which product.
        handle: String,
    },
    /// The target refused the bytes.
    #[error("the file could not be written: {0}")]
    Io(#[from] io::Error),
}

/// Writes the products as a file that [`super::read`] and Shopify read; returns how many there were.
///
/// What it writes reads back equal, provided that texts are trimmed, SKUs and option combinations unique
/// and positions ascending, as they are in products that were read. Text that a spreadsheet could take
/// for a formula is written as it is.
///
/// # Errors
/// A product without variants, or a target that cannot be written.
pub fn write<W: Write>(
    target: W,
    products: impl IntoIterator<Item = CsvProduct>,
    minor_digits: u32,
) -> Result<u64, WriteError> {
    let mut csv = csv::Writer::from_writer(target);
    csv.write_record(COLUMNS.iter().map(|(column, _)| column.name())).map_err(io::Error::from)?;
    let mut count = 0;
    for product in products {
        if product.variants.is_empty() {
            return Err(WriteError::NoVariants { handle: product.handle });
        }
        for place in 0..product.variants.len().max(product.images.len()) {
            csv.write_record(row(&product, place, minor_digits).0).map_err(io::Error::from)?;
        }
        count += 1;
    }
    csv.flush()?;
    Ok(count)
}

/// One row's fields in the template's order.
struct Fields(Vec<String>);

impl Fields {
    fn set(&mut self, column: Column, text: impl Into<String>) {
        self.0[column as usize] = text.into();
    }
}

/// The `place`-th row of a product: its variant and image of that number, as far as there are any.
fn row(product: &CsvProduct, place: usize, minor_digits: u32) -> Fields {
    let mut fields = Fields(vec![String::new(); COLUMNS.len()]);
    fields.set(Column::Handle, product.handle.as_str());
    if place == 0 {
        set_product(&mut fields, product);
    }
    if let Some(variant) = product.variants.get(place) {
        set_variant(&mut fields, variant, minor_digits);
    }
    if let Some(image) = product.images.get(place) {
        set_image(&mut fields, image);
    }
    fields
}

fn set_product(fields: &mut Fields, product: &CsvProduct) {
    fields.set(Column::Title, product.title.as_str());
    fields.set(Column::Body, product.body_html.as_str());
    fields.set(Column::Vendor, product.vendor.as_str());
    fields.set(Column::ProductCategory, product.product_category.as_str());
    fields.set(Column::Type, product.product_type.as_str());
    fields.set(Column::Tags, product.tags.join(", "));
    fields.set(Column::Published, product.published.to_string());
    if product.option_names.is_empty() {
        fields.set(Column::Option1Name, "Title");
    }
    for (name, (column, _)) in product.option_names.iter().zip(OPTIONS) {
        fields.set(column, name.as_str());
    }
    fields.set(Column::GiftCard, product.gift_card.to_string());
    fields.set(Column::SeoTitle, product.seo_title.as_str());
    fields.set(Column::SeoDescription, product.seo_description.as_str());
    fields.set(
        Column::Status,
        match product.status {
            CsvStatus::Active => "active",
            CsvStatus::Draft => "draft",
            CsvStatus::Archived => "archived",
        },
    );
}

fn set_variant(fields: &mut Fields, variant: &CsvVariant, minor_digits: u32) {
    let amount = |minor: Option<i64>| minor.map_or_else(String::new, |minor| format_minor(minor, minor_digits));
    if variant.option_values.is_empty() {
        fields.set(Column::Option1Value, DEFAULT_TITLE);
    }
    for (value, (_, column)) in variant.option_values.iter().zip(OPTIONS) {
        fields.set(column, value.as_str());
    }
    fields.set(Column::Sku, variant.sku.as_deref().unwrap_or(""));
    fields.set(Column::Grams, variant.grams.to_string());
    fields.set(Column::Tracker, "shopify");
    fields.set(Column::Stock, variant.stock.map(|stock| stock.to_string()).unwrap_or_default());
    fields.set(Column::Policy, "deny");
    fields.set(Column::Fulfillment, "manual");
    fields.set(Column::Price, amount(Some(variant.price_minor)));
    fields.set(Column::CompareAt, amount(variant.compare_at_minor));
    fields.set(Column::RequiresShipping, variant.requires_shipping.to_string());
    fields.set(Column::Taxable, variant.taxable.to_string());
    fields.set(Column::Barcode, variant.barcode.as_str());
    fields.set(Column::VariantImage, variant.image.as_deref().unwrap_or(""));
    fields.set(Column::WeightUnit, variant.weight_unit.as_str());
    fields.set(Column::TaxCode, variant.tax_code.as_str());
    fields.set(Column::Cost, amount(variant.cost_minor));
}

fn set_image(fields: &mut Fields, image: &CsvImage) {
    fields.set(Column::ImageSrc, image.src.as_str());
    fields.set(Column::ImagePosition, image.position.to_string());
    fields.set(Column::ImageAlt, image.alt.as_str());
}
