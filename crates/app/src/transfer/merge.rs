//! What a product of a file and the product of the shop make together: the file's variants and pictures, and those it
//! does not mention.

use super::import::RowLoss;
use crate::catalogue::{Detail, VariantInput};
use domain::catalogue::{Image, Variant};
use exchange::product_csv::{CsvProduct, CsvVariant, Told};

/// The file's variants, each with the existing one it stands for, and those the file does not mention: behind them, or
/// before them when the file only adds. One whose options no longer fit the product's is left behind.
pub(super) fn merged_variants(
    current: Option<&Detail>,
    wanted: Vec<&CsvVariant>,
    options: usize,
    product: &CsvProduct,
) -> Vec<VariantInput> {
    let mut free: Vec<&Variant> = current.map(|detail| detail.variants.iter().collect()).unwrap_or_default();
    let mut found: Vec<Option<&Variant>> = vec![None; wanted.len()];
    let rules: [fn(&CsvVariant, &Variant) -> bool; 2] = [
        |wanted, variant| wanted.sku.is_some() && wanted.sku == variant.sku,
        |wanted, variant| wanted.option_values == variant.option_values,
    ];
    for rule in rules {
        for (wanted, place) in wanted.iter().zip(&mut found) {
            if place.is_none()
                && let Some(at) = free.iter().position(|variant| rule(wanted, variant))
            {
                *place = Some(free.remove(at));
            }
        }
    }
    let fits = |variant: &&Variant| {
        variant.option_values.len() == options
            && !wanted.iter().any(|wanted| wanted.option_values == variant.option_values)
    };
    let kept: Vec<_> = free.into_iter().filter(fits).map(VariantInput::of).collect();
    let inputs: Vec<_> =
        wanted.into_iter().zip(found).map(|(variant, known)| input(variant, known, product.told)).collect();
    if !product.continues {
        return [inputs, kept].concat();
    }
    // A part that only adds must not reorder what is there.
    let place = |id: Option<i64>| {
        let variants = current.map(|detail| detail.variants.as_slice()).unwrap_or_default();
        variants.iter().position(|variant| Some(variant.id) == id).unwrap_or(usize::MAX)
    };
    let mut all = [kept, inputs].concat();
    all.sort_by_key(|variant| place(variant.id));
    all
}

/// The variant as the file has it; what the file has no column for stays as it is known.
fn input(variant: &CsvVariant, known: Option<&Variant>, told: Told) -> VariantInput {
    let mut input = VariantInput {
        id: known.map(|known| known.id),
        sku: variant.sku.clone(),
        option_values: variant.option_values.clone(),
        price: variant.price_minor,
        compare_at: variant.compare_at_minor,
        stock: variant.stock,
        grams: variant.grams,
        barcode: Some(variant.barcode.clone()).filter(|barcode| !barcode.is_empty()),
        image: variant.image.clone().filter(|address| is_address(address)),
    };
    let Some(known) = known else { return input };
    let known = VariantInput::of(known);
    if !told.sku {
        input.sku = known.sku;
    }
    if !told.grams {
        input.grams = known.grams;
    }
    if !told.compare_at {
        // A price that no longer is reduced has nothing to be compared with.
        input.compare_at = known.compare_at.filter(|before| *before > input.price);
    }
    if !told.barcode {
        input.barcode = known.barcode;
    }
    if !told.variant_image {
        input.image = known.image;
    }
    input
}

/// The file's pictures, and behind them those it does not mention; before them when the file only adds.
pub(super) fn merged_images(current: Option<&Detail>, product: &CsvProduct, losses: &mut Vec<RowLoss>) -> Vec<Image> {
    let existing = current.map(|detail| detail.images.clone()).unwrap_or_default();
    let mut wanted: Vec<Image> = vec![];
    for image in &product.images {
        if !is_address(&image.src) {
            let message = format!("the picture {:?} was left out: it is no http address and no path", image.src);
            losses.push(RowLoss { line: product.line, message, rows: 0 });
        } else if !wanted.iter().any(|known| known.url == image.src) {
            wanted.push(Image { url: image.src.clone(), alt: image.alt.clone() });
        }
    }
    let (mut first, then) = if product.continues { (existing, wanted) } else { (wanted, existing) };
    for image in then {
        if !first.iter().any(|known| known.url == image.url) {
            first.push(image);
        }
    }
    first
}

/// Something a browser may load a picture from: http, https, or a path.
pub(super) fn is_address(text: &str) -> bool {
    if text.contains('\0') {
        return false;
    }
    let scheme = text.split_once(':').map(|(before, _)| before).filter(|before| !before.contains(['/', '?', '#']));
    scheme.is_none_or(|scheme| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
}
