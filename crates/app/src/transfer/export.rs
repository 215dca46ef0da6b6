//! The shop's products as a product file holds them, page by page in the order of their ids.

use super::PAGE;
use crate::{App, Failure};
use domain::catalogue::{Image, Product, Variant};
use exchange::product_csv::{CsvImage, CsvProduct, CsvVariant};
use std::collections::HashMap;

/// Some products on their way out.
#[derive(Debug)]
pub struct ExportPage {
    /// The products; none at the end.
    pub products: Vec<CsvProduct>,
    /// Where the next page starts.
    pub last_id: i64,
}

impl App {
    /// How many products an export will hold.
    pub async fn export_total(&self) -> Result<i64, Failure> {
        Ok(store::product::total(&self.db).await?)
    }

    /// The products after `after_id` (0 at first), published or not.
    pub async fn export_page(&self, after_id: i64) -> Result<ExportPage, Failure> {
        let products = store::product::after(&self.db, after_id, PAGE).await?;
        let ids: Vec<_> = products.iter().map(|product| product.id).collect();
        let last_id = ids.last().copied().unwrap_or(after_id);
        let mut variants: HashMap<i64, Vec<Variant>> = HashMap::new();
        for variant in store::variant::of_products(&self.db, ids.clone()).await? {
            variants.entry(variant.product_id).or_default().push(variant);
        }
        let mut images = store::transfer::images_of(&self.db, ids).await?;
        let whole = products.into_iter().filter_map(|product| {
            // A product taken off sale between the two reads has no variants left.
            let variants = variants.remove(&product.id)?;
            let images = images.remove(&product.id).unwrap_or_default();
            Some(row(product, variants, images))
        });
        Ok(ExportPage { products: whole.collect(), last_id })
    }
}

fn row(product: Product, variants: Vec<Variant>, images: Vec<Image>) -> CsvProduct {
    CsvProduct {
        handle: product.slug,
        title: product.name,
        body_html: product.description,
        vendor: product.vendor,
        product_type: product.category.map(|category| category.name).unwrap_or_default(),
        tags: product.tags,
        published: product.published,
        option_names: product.options,
        variants: variants.into_iter().map(variant).collect(),
        images: images.into_iter().zip(1..).map(image).collect(),
        ..CsvProduct::default()
    }
}

fn variant(variant: Variant) -> CsvVariant {
    CsvVariant {
        line: 0,
        sku: variant.sku,
        option_values: variant.option_values,
        grams: variant.grams,
        stock: Some(variant.stock),
        price_minor: variant.price,
        compare_at_minor: variant.compare_at,
        cost_minor: None,
        requires_shipping: true,
        taxable: true,
        tax_code: String::new(),
        barcode: variant.barcode.unwrap_or_default(),
        image: variant.image,
        weight_unit: "g".into(),
    }
}

fn image((image, position): (Image, u32)) -> CsvImage {
    CsvImage { src: image.url, position, alt: image.alt }
}
