//! What is written reads back equal, line numbers aside, and no bytes break the reader.

use super::{CsvImage, CsvProduct, CsvStatus, CsvVariant, ReadOptions, Told, read, write};
use proptest::prelude::*;
use std::collections::HashSet;

const EUR: ReadOptions = ReadOptions { minor_digits: 2 };

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9éß茶,;\"'\n<>&=. -]{0,24}".prop_map(|text| text.trim().to_owned())
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z茶\"][a-z ,\"\r\n]{0,10}[a-z\"]"
}

fn variant() -> impl Strategy<Value = CsvVariant> {
    let amounts = (0..10_000_000_i64, prop::option::of(1..10_000_000_i64), prop::option::of(0..10_000_000_i64));
    let texts = (text(), "[0-9]{0,13}", prop::option::of("https://[a-z]{1,8}/[a-z,]{1,8}"), "(kg|lb|g|oz|)");
    ("[A-Z0-9-]{0,4}", 0..50_000_i64, prop::option::of(0..1000_i64), amounts, any::<bool>(), any::<bool>(), texts)
        .prop_map(|(sku, grams, stock, amounts, requires_shipping, taxable, texts)| CsvVariant {
            line: 0,
            sku: Some(sku).filter(|sku| !sku.is_empty()),
            option_values: Vec::new(),
            grams,
            stock,
            price_minor: amounts.0,
            compare_at_minor: amounts.1,
            cost_minor: amounts.2,
            requires_shipping,
            taxable,
            tax_code: texts.0,
            barcode: texts.1,
            image: texts.2,
            weight_unit: texts.3,
        })
}

/// Option names with variants that each have their own combination of values.
fn variants() -> impl Strategy<Value = (Vec<String>, Vec<CsvVariant>)> {
    let with_options = (1..=3_usize).prop_flat_map(|options| {
        let values = prop::collection::hash_set(prop::collection::vec(name(), options), 1..5);
        let variants = values.prop_flat_map(|values| {
            values
                .into_iter()
                .map(|values| {
                    variant().prop_map(move |variant| CsvVariant { option_values: values.clone(), ..variant })
                })
                .collect::<Vec<_>>()
        });
        (prop::collection::vec(name(), options), variants)
    });
    let plain = variant().prop_map(|variant| (Vec::new(), vec![variant]));
    prop_oneof![plain, with_options]
}

fn images() -> impl Strategy<Value = Vec<CsvImage>> {
    prop::collection::vec(("https://[a-z]{1,8}/[a-z,\"]{1,8}x", text()), 0..5).prop_map(|images| {
        let number = |((src, alt), position)| CsvImage { src, position, alt };
        images.into_iter().zip(1..).map(number).collect()
    })
}

fn product() -> impl Strategy<Value = CsvProduct> {
    let status = prop::sample::select(vec![CsvStatus::Active, CsvStatus::Draft, CsvStatus::Archived]);
    let tags = prop::collection::hash_set("[a-z\"][a-z ]{0,5}[a-z]", 0..4).prop_map(|tags| tags.into_iter().collect());
    let texts = (name(), "[ -~\r\né]{0,40}", text(), text(), text(), text(), text());
    (texts, tags, any::<bool>(), any::<bool>(), status, variants(), images()).prop_map(
        |(texts, tags, published, gift_card, status, (option_names, variants), images)| CsvProduct {
            line: 0,
            continues: false,
            handle: String::new(),
            title: texts.0,
            body_html: texts.1,
            vendor: texts.2,
            product_category: texts.3,
            product_type: texts.4,
            tags,
            published,
            status,
            option_names,
            variants,
            images,
            gift_card,
            seo_title: texts.5,
            seo_description: texts.6,
            told: Told::EVERYTHING,
        },
    )
}

fn catalogue() -> impl Strategy<Value = Vec<CsvProduct>> {
    prop::collection::vec(product(), 0..5).prop_map(|mut products| {
        let mut skus = HashSet::new();
        for (number, product) in products.iter_mut().enumerate() {
            product.handle = format!("product-{number}");
            for variant in &mut product.variants {
                variant.sku = variant.sku.take().filter(|sku| skus.insert(sku.clone()));
            }
        }
        products
    })
}

proptest! {
    #[test]
    fn a_written_catalogue_reads_back_equal(products in catalogue()) {
        let mut file = Vec::new();
        write(&mut file, products.clone(), 2).expect("memory takes every byte");
        let mut read_back = Vec::new();
        for item in read(file.as_slice(), &EUR).expect("the header is complete") {
            let mut product = item.map_err(|problem| TestCaseError::fail(problem.to_string()))?;
            product.line = 0;
            product.variants.iter_mut().for_each(|variant| variant.line = 0);
            read_back.push(product);
        }
        prop_assert_eq!(read_back, products);
    }

    #[test]
    fn no_bytes_break_the_reader(mut bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[a,\"\r\n;-]{0,80}") {
        bytes.extend_from_slice(text.as_bytes());
        let _ = read(bytes.as_slice(), &EUR);
        let file = [b"Handle,Title,Variant Price,Option1 Name,Option1 Value\n", bytes.as_slice()].concat();
        let items = read(file.as_slice(), &EUR).expect("the header is complete").count();
        prop_assert!(items <= 2 * file.len(), "{} items from {} bytes", items, file.len());
    }
}
