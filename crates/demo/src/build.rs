//! The short hand the departments are written in: an `item` gets its tags and drawing, then its variants.
//! Slugs, SKUs and barcodes are made here from names and positions, so the catalogue holds only what a
//! shopkeeper would write on a card.

use crate::picture::{Motif, Pattern, Picture, Tone};
use crate::{Product, Variant};

/// A product that has no variants yet.
pub(crate) struct Item(Product);

/// Starts a product; it is finished by [`Item::alone`], [`Item::in_variants`] or [`Item::in_grid`].
pub(crate) fn item(
    name: &'static str,
    category: &'static str,
    vendor: &'static str,
    description: &'static str,
) -> Item {
    let picture = Picture { motif: Motif::Packet, main: Tone::Oat, accent: Tone::Clay, pattern: Pattern::Plain };
    Item(Product {
        name,
        slug: slug(name),
        description,
        category,
        vendor,
        tags: &[],
        option_names: &[],
        variants: Vec::new(),
        picture,
    })
}

/// A variant: option values, price in cents, units on hand, grams.
pub(crate) fn v(values: &[&'static str], price: i64, stock: u32, grams: u32) -> Variant {
    Variant { sku: String::new(), option_values: values.to_vec(), price, compare_at: None, stock, grams, barcode: None }
}

impl Variant {
    /// Marks the variant as reduced from `price` cents.
    pub(crate) fn was(mut self, price: i64) -> Self {
        self.compare_at = Some(price);
        self
    }
}

impl Item {
    pub(crate) fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.0.tags = tags;
        self
    }

    pub(crate) fn drawn(mut self, motif: Motif, main: Tone, accent: Tone) -> Self {
        self.0.picture = Picture { motif, main, accent, ..self.0.picture };
        self
    }

    pub(crate) fn pattern(mut self, pattern: Pattern) -> Self {
        self.0.picture.pattern = pattern;
        self
    }

    /// A plain product: price in cents, units on hand, grams.
    pub(crate) fn alone(self, code: &str, price: i64, stock: u32, grams: u32) -> Product {
        self.in_variants(code, &[], [v(&[], price, stock, grams)])
    }

    pub(crate) fn in_variants<const N: usize>(
        mut self,
        code: &str,
        options: &'static [&'static str],
        variants: [Variant; N],
    ) -> Product {
        self.0.option_names = options;
        self.0.variants = variants.into();
        for variant in &mut self.0.variants {
            variant.sku = sku(code, &variant.option_values);
        }
        self.0
    }

    /// Every pair of two options at one price; `stock` has a row per value of the first.
    pub(crate) fn in_grid<const R: usize, const C: usize>(
        self,
        code: &str,
        options: &'static [&'static str],
        (rows, columns): ([&'static str; R], [&'static str; C]),
        (price, grams): (i64, u32),
        stock: [[u32; C]; R],
    ) -> Product {
        let mut product = self.in_variants(code, options, []);
        for (row, units) in rows.into_iter().zip(stock) {
            for (column, units) in columns.into_iter().zip(units) {
                let mut variant = v(&[row, column], price, units, grams);
                variant.sku = sku(code, &variant.option_values);
                product.variants.push(variant);
            }
        }
        product
    }
}

impl Product {
    /// Marks every variant as reduced from `price` cents.
    pub(crate) fn was(mut self, price: i64) -> Self {
        for variant in &mut self.variants {
            variant.compare_at = Some(price);
        }
        self
    }
}

fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'');
    let words: Vec<String> =
        words.filter(|word| !word.is_empty()).map(|word| word.replace('\'', "").to_lowercase()).collect();
    words.join("-")
}

/// `MUG` with `["Sea Blue"]` is `MUG-SEAB`: four characters of each value tell variants apart on a label.
fn sku(code: &str, values: &[&str]) -> String {
    let mut sku = code.to_owned();
    for value in values {
        sku.push('-');
        sku.extend(value.chars().filter(char::is_ascii_alphanumeric).take(4).map(|c| c.to_ascii_uppercase()));
    }
    sku
}

/// Numbers every variant that is not handmade, in the order of the catalogue.
pub(crate) fn number(products: &mut [Product]) {
    let made = products.iter_mut().filter(|product| !product.tags.contains(&"handmade"));
    for (number, variant) in (1_u64..).zip(made.flat_map(|product| &mut product.variants)) {
        variant.barcode = Some(ean13(200_410_000_000 + number));
    }
}

/// Twelve digits and their check digit: odd places count once, even places three times.
fn ean13(twelve: u64) -> String {
    let digits = format!("{twelve:012}");
    let sum: u32 =
        digits.bytes().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
