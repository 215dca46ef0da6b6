//! What a body wants of a product, and how that looks on top of what the product is.

use crate::body::{Form, Payload, Text};
use crate::error::Answer;
use app::auth::FieldErrors;
use app::catalogue::{Detail, ProductInput, VariantInput};
use domain::catalogue::Image;
use domain::money::Currency;
use domain::stock;
use serde_json::{Value, json};

const NAME_LENGTH: usize = 255;
const SKU_LENGTH: usize = 100;
const URL_LENGTH: usize = 2000;
const OPTION_LENGTH: usize = 100;
/// Most variants of a product, and most options of a variant.
const MOST_VARIANTS: usize = 250;
const MOST_OPTIONS: usize = 5;

/// What a body wants; `None` stays as it is.
pub(super) struct Change {
    name: Option<String>,
    slug: Option<String>,
    description: Option<String>,
    vendor: Option<String>,
    tags: Option<Vec<String>>,
    category: Option<Option<i64>>,
    image: Option<Option<String>>,
    published: Option<bool>,
    price: Option<i64>,
    stock: Option<i64>,
    sku: Option<Option<String>>,
    variants: Option<(Vec<String>, Vec<VariantInput>)>,
}

impl Change {
    pub(super) fn read(payload: Payload, partial: bool, currency: &Currency) -> Answer<Self> {
        Self::read_for(payload, partial, currency, None)
    }

    /// Reads the body. A price is required of what is, or becomes, a plain product.
    pub(super) fn read_for(
        payload: Payload,
        partial: bool,
        currency: &Currency,
        current: Option<&Detail>,
    ) -> Answer<Self> {
        let mut form = payload.form(partial)?;
        let name = form.text("name", Text::filled(NAME_LENGTH));
        let name = form.required("name", name);
        let price = form.money("price", currency);
        let has_variants = form.has("variants") || current.is_some_and(|detail| !detail.product.options.is_empty());
        let price = if has_variants { price } else { form.required("price", price) };
        let change = Self {
            name,
            slug: super::slug(&mut form, NAME_LENGTH),
            description: form.text("description", Text::any(100_000)),
            vendor: form.text("vendor", Text::any(NAME_LENGTH)),
            tags: form.texts("tags", 100, 100),
            category: form.optional_integer("category", 1, i64::MAX),
            image: form.optional_text("image", URL_LENGTH),
            published: form.flag("published"),
            price,
            stock: form.integer("stock", 0, stock::HIGHEST),
            sku: form.optional_text("sku", SKU_LENGTH),
            variants: variants(&mut form, currency),
        };
        form.finish()?;
        Ok(change)
    }

    /// The product as it is to be: this change on top of what it is.
    pub(super) fn onto(&self, current: Option<&Detail>) -> Result<ProductInput, FieldErrors> {
        let mut input = current.map_or_else(empty, ProductInput::of);
        set(&mut input.name, &self.name);
        set(&mut input.description, &self.description);
        set(&mut input.vendor, &self.vendor);
        set(&mut input.tags, &self.tags);
        set(&mut input.category_id, &self.category);
        set(&mut input.published, &self.published);
        if self.slug.is_some() {
            input.slug.clone_from(&self.slug);
        }
        if let Some(image) = &self.image {
            replace_first(&mut input.images, image.as_deref());
        }
        match &self.variants {
            Some((options, variants)) => (input.options, input.variants) = (options.clone(), variants.clone()),
            None => self.set_plain(&mut input)?,
        }
        Ok(input)
    }

    /// Price, stock and SKU of a plain product. One with several variants has none of its own to set.
    fn set_plain(&self, input: &mut ProductInput) -> Result<(), FieldErrors> {
        let named = [("price", self.price.is_some()), ("stock", self.stock.is_some()), ("sku", self.sku.is_some())];
        match input.variants.as_mut_slice() {
            [] => {
                let mut plain = VariantInput::plain(self.price.unwrap_or_default(), self.stock);
                plain.sku = self.sku.clone().flatten();
                input.variants.push(plain);
            }
            [only] if input.options.is_empty() => {
                set(&mut only.price, &self.price);
                set(&mut only.sku, &self.sku);
                only.stock = self.stock;
            }
            _ => {
                let wrong = "This product has several variants: give the whole list of them as \"variants\".";
                let errors: FieldErrors = named
                    .iter()
                    .filter(|(_, given)| *given)
                    .map(|(name, _)| ((*name).to_owned(), vec![wrong.to_owned()]))
                    .collect();
                if !errors.is_empty() {
                    return Err(errors);
                }
            }
        }
        Ok(())
    }
}

fn set<T: Clone>(place: &mut T, wanted: &Option<T>) {
    if let Some(wanted) = wanted {
        place.clone_from(wanted);
    }
}

/// The first picture becomes this one; without one it goes, and the next takes its place.
fn replace_first(images: &mut Vec<Image>, url: Option<&str>) {
    match (url, images.first_mut()) {
        (Some(url), Some(first)) if first.url != url => *first = Image { url: url.to_owned(), alt: String::new() },
        (Some(_), Some(_)) => {}
        (Some(url), None) => images.push(Image { url: url.to_owned(), alt: String::new() }),
        (None, Some(_)) => drop(images.remove(0)),
        (None, None) => {}
    }
}

fn empty() -> ProductInput {
    ProductInput {
        name: String::new(),
        slug: None,
        description: String::new(),
        vendor: String::new(),
        tags: vec![],
        options: vec![],
        category_id: None,
        published: true,
        images: vec![],
        variants: vec![],
    }
}

/// The `options` and `variants` of a body, checked against each other.
fn variants(form: &mut Form, currency: &Currency) -> Option<(Vec<String>, Vec<VariantInput>)> {
    let names = form.texts("options", MOST_OPTIONS, OPTION_LENGTH);
    let forms = form.forms("variants", MOST_VARIANTS)?;
    let read: Vec<_> = forms.into_iter().map(|form| variant(form, currency)).collect();
    if read.iter().any(|(_, errors)| !errors.is_empty()) {
        let problems = read.into_iter().map(|(_, errors)| Value::Object(errors)).collect();
        form.refuse_with("variants", Value::Array(problems));
        return None;
    }
    let pairs: Vec<_> = read.into_iter().map(|(variant, _)| variant).collect();
    // Without a list of names, the options are those of the first variant, in its order.
    let names = names.unwrap_or_else(|| {
        pairs.first().map(|(_, options)| options.iter().map(|(name, _)| name.clone()).collect()).unwrap_or_default()
    });
    match arrange(&names, pairs) {
        Ok(variants) => Some((names, variants)),
        Err(problem) => {
            form.refuse("variants", problem);
            None
        }
    }
}

type Named = (VariantInput, Vec<(String, String)>);

fn variant(mut form: Form, currency: &Currency) -> (Named, serde_json::Map<String, Value>) {
    let options = form.text_map("options", OPTION_LENGTH);
    let options = form.required("options", options);
    let price = form.money("price", currency);
    let price = form.required("price", price);
    let input = VariantInput {
        id: form.optional_integer("id", 1, i64::MAX).flatten(),
        sku: form.optional_text("sku", SKU_LENGTH).flatten(),
        option_values: vec![],
        price: price.unwrap_or_default(),
        compare_at: form.optional_money("compare_at", currency).flatten(),
        stock: form.integer("stock", 0, stock::HIGHEST),
        grams: form.integer("grams", 0, 1_000_000_000).unwrap_or_default(),
        barcode: form.optional_text("barcode", OPTION_LENGTH).flatten(),
        image: form.optional_text("image", URL_LENGTH).flatten(),
    };
    ((input, options.unwrap_or_default()), form.into_errors())
}

/// Puts each variant's values into the order of the option names; every name needs one, and no two variants are alike.
fn arrange(names: &[String], pairs: Vec<Named>) -> Result<Vec<VariantInput>, String> {
    if names.is_empty() || pairs.is_empty() {
        return Err("Give at least one variant, each with its options, or leave the list away and give a price.".into());
    }
    let mut seen: Vec<Vec<String>> = vec![];
    let mut variants = vec![];
    for (mut input, options) in pairs {
        let value = |name: &String| options.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
        let values: Option<Vec<_>> = names.iter().map(value).collect();
        let values = values.filter(|values| values.len() == options.len());
        let values = values.ok_or_else(|| format!("Each variant needs exactly the options {}.", json!(names)))?;
        if seen.contains(&values) {
            return Err(format!("Two variants have the options {}.", json!(values)));
        }
        seen.push(values.clone());
        input.option_values = values;
        variants.push(input);
    }
    Ok(variants)
}
