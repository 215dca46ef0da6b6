//! What somebody wants a product to be: from a form, a product file or a fixture.

use super::{Detail, clean};
use domain::catalogue::{Image, Variant};

/// A product as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductInput {
    /// Name.
    pub name: String,
    /// Address part; made from the name when `None`.
    pub slug: Option<String>,
    /// HTML or text.
    pub description: String,
    /// Who makes it.
    pub vendor: String,
    /// Free words.
    pub tags: Vec<String>,
    /// Option names; empty for a plain product.
    pub options: Vec<String>,
    /// Where it stands.
    pub category_id: Option<i64>,
    /// Whether customers see it.
    pub published: bool,
    /// Pictures, first one first.
    pub images: Vec<Image>,
    /// Variants, in order; at least one. Those the product has and this list lacks are taken off sale.
    pub variants: Vec<VariantInput>,
}

/// A variant as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantInput {
    /// The variant that is meant; otherwise found by SKU or option values, or new.
    pub id: Option<i64>,
    /// SKU.
    pub sku: Option<String>,
    /// One value for each option of the product.
    pub option_values: Vec<String>,
    /// Minor units.
    pub price: i64,
    /// Minor units.
    pub compare_at: Option<i64>,
    /// The level; `None` leaves it as it is (0 for a new one).
    pub stock: Option<i64>,
    /// Weight of one.
    pub grams: i64,
    /// GTIN.
    pub barcode: Option<String>,
    /// Its own picture.
    pub image: Option<String>,
}

impl VariantInput {
    /// A variant of a plain product.
    #[must_use]
    pub const fn plain(price: i64, stock: Option<i64>) -> Self {
        Self {
            id: None,
            sku: None,
            option_values: vec![],
            price,
            compare_at: None,
            stock,
            grams: 0,
            barcode: None,
            image: None,
        }
    }

    /// This variant as it is, stock left alone.
    #[must_use]
    pub fn of(variant: &Variant) -> Self {
        Self {
            id: Some(variant.id),
            sku: variant.sku.clone(),
            option_values: variant.option_values.clone(),
            price: variant.price,
            compare_at: variant.compare_at,
            stock: None,
            grams: variant.grams,
            barcode: variant.barcode.clone(),
            image: variant.image.clone(),
        }
    }
}

impl ProductInput {
    /// This product as it is, stock left alone.
    #[must_use]
    pub fn of(detail: &Detail) -> Self {
        let product = &detail.product;
        Self {
            name: product.name.clone(),
            slug: Some(product.slug.clone()),
            description: product.description.clone(),
            vendor: product.vendor.clone(),
            tags: product.tags.clone(),
            options: product.options.clone(),
            category_id: product.category.as_ref().map(|category| category.id),
            published: product.published,
            images: detail.images.clone(),
            variants: detail.variants.iter().map(VariantInput::of).collect(),
        }
    }

    /// Whether a product that is saved so stays as it is, but for its stock.
    #[must_use]
    pub fn keeps_all_but_stock_of(&self, detail: &Detail) -> bool {
        let without_stock = |input: &Self| {
            let mut input = clean(input);
            input.variants.iter_mut().for_each(|variant| variant.stock = None);
            input
        };
        without_stock(self) == without_stock(&Self::of(detail))
    }
}
