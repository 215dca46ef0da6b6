//! Saves a product with its variants, pictures and stock inside a transaction of the caller. The one road on which a
//! product is written: the API, product files and the demo shop all take it.

use super::events::News;
use super::{Detail, ProductInput, VariantInput};
use crate::audit::{self, Sold};
use domain::audit::{Actor, Change};
use domain::catalogue::{Variant, search_text};
use domain::money::Currency;
use domain::stock::{Movement, Reason};
use domain::time::Timestamp;
use store::product::ProductDraft;
use store::stock::Cause;
use store::variant::VariantDraft;
use store::{Result, Tx};

/// Who saves, when, and why stock moves.
#[derive(Clone, Copy, Debug)]
pub struct Saving<'a> {
    /// Who does it.
    pub by: &'a Actor,
    /// Now.
    pub at: Timestamp,
    /// Why the stock of existing variants moves.
    pub reason: Reason,
}

/// What saving did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The product is new.
    Created(i64),
    /// Something about it changed.
    Changed(i64),
    /// It was so already; nothing was written.
    Unchanged(i64),
}

impl Saved {
    /// The product's id.
    #[must_use]
    pub const fn id(self) -> i64 {
        match self {
            Self::Created(id) | Self::Changed(id) | Self::Unchanged(id) => id,
        }
    }
}

/// Saves a product: a new one, or `current`, whose rows the caller has locked. `slug` was settled by the caller.
/// [`store::Error::Unique`] `products_slug` or `variants_sku` when one is taken.
pub(crate) async fn save(
    tx: &Tx,
    currency: &Currency,
    current: Option<&Detail>,
    input: &ProductInput,
    slug: &str,
    saving: Saving<'_>,
) -> Result<Saved> {
    let draft = draft(input, slug);
    let (id, mut touched) = match current {
        None => (store::product::insert(tx, &draft, saving.at).await?, true),
        Some(detail) => (detail.product.id, false),
    };
    let matched = match_variants(current, &input.variants);
    let Written { moved, touched: variants_touched, variants } =
        save_variants(tx, id, current, &matched, saving).await?;
    if current.is_none_or(|detail| detail.images != input.images) {
        store::product::set_images(tx, id, &input.images).await?;
        touched = true;
    }
    let same = current.is_some_and(|detail| self::draft(&ProductInput::of(detail), &detail.product.slug) == draft);
    if current.is_some() && (touched || variants_touched || !same) {
        store::product::update(tx, id, &draft, saving.at).await?;
        touched = true;
    }
    let saved = match (current, touched || !moved.is_empty()) {
        (None, _) => Saved::Created(id),
        (Some(_), true) => Saved::Changed(id),
        (Some(_), false) => return Ok(Saved::Unchanged(id)),
    };
    let events =
        News { saved, touched, moved: !moved.is_empty(), before: current, draft: &draft }.events(tx, currency).await?;
    store::event::append(tx, &events, saving.at).await?;
    let (before, after) = (
        current.map(|detail| audit::product_as_it_is(currency, detail)),
        audit::product(currency, &draft, &input.images, &variants),
    );
    let action = if current.is_none() { "product.create" } else { "product.update" };
    let change = Change::of(action, format!("product:{id}"), before.as_ref(), Some(&after));
    store::audit::append(tx, saving.by, change.as_slice(), saving.at).await?;
    Ok(saved)
}

/// A product and its variants, as they would be saved again.
pub(crate) fn drafts_of(detail: &Detail) -> (ProductDraft, Vec<Sold>) {
    let variant = |variant: &Variant| {
        let same = variant_draft(&VariantInput::of(variant), variant.position);
        (variant.id, same, variant.stock)
    };
    let draft = draft(&ProductInput::of(detail), &detail.product.slug);
    (draft, detail.variants.iter().map(variant).collect())
}

fn draft(input: &ProductInput, slug: &str) -> ProductDraft {
    let skus: Vec<_> = input.variants.iter().filter_map(|variant| variant.sku.as_deref()).collect();
    ProductDraft {
        name: input.name.clone(),
        slug: slug.to_owned(),
        description: input.description.clone(),
        vendor: input.vendor.clone(),
        tags: input.tags.clone(),
        options: input.options.clone(),
        search_text: search_text(&input.name, &input.description, &input.vendor, &input.tags, &skus),
        category_id: input.category_id,
        price: input.variants.iter().map(|variant| variant.price).min().unwrap_or_default(),
        published: input.published,
    }
}

/// Each wanted variant with the existing one it stands for: by id, else by SKU, else by option values.
fn match_variants<'a>(
    current: Option<&'a Detail>,
    inputs: &'a [VariantInput],
) -> Vec<(&'a VariantInput, Option<&'a Variant>)> {
    let mut free: Vec<&Variant> = current.map(|detail| detail.variants.iter().collect()).unwrap_or_default();
    let mut found: Vec<Option<&Variant>> = vec![None; inputs.len()];
    let rules: [fn(&VariantInput, &Variant) -> bool; 3] = [
        |input, variant| input.id == Some(variant.id),
        |input, variant| input.id.is_none() && input.sku.is_some() && input.sku == variant.sku,
        |input, variant| input.id.is_none() && input.option_values == variant.option_values,
    ];
    for rule in rules {
        for (input, place) in inputs.iter().zip(&mut found) {
            if place.is_none()
                && let Some(at) = free.iter().position(|variant| rule(input, variant))
            {
                *place = Some(free.swap_remove(at));
            }
        }
    }
    inputs.iter().zip(found).collect()
}

/// What writing variants did.
struct Written {
    /// The stock that moved.
    moved: Vec<Movement>,
    /// Whether anything else changed.
    touched: bool,
    /// All there are now.
    variants: Vec<Sold>,
}

/// Writes what differs.
async fn save_variants(
    tx: &Tx,
    product_id: i64,
    current: Option<&Detail>,
    matched: &[(&VariantInput, Option<&Variant>)],
    saving: Saving<'_>,
) -> Result<Written> {
    let existing = current.map(|detail| detail.variants.as_slice()).unwrap_or_default();
    let mut touched = false;
    // Those that go first: they may hold a SKU that another one takes over.
    for gone in existing
        .iter()
        .filter(|variant| !matched.iter().any(|(_, kept)| kept.is_some_and(|kept| kept.id == variant.id)))
    {
        store::variant::archive(tx, gone.id, saving.at).await?;
        touched = true;
    }
    let (mut initial, mut adjusted, mut variants) = (vec![], vec![], vec![]);
    for (position, (input, variant)) in (1..).zip(matched) {
        let wanted = variant_draft(input, position);
        match variant {
            None => {
                let id = store::variant::insert(tx, product_id, &wanted).await?;
                initial.push((id, input.stock.unwrap_or_default()));
                variants.push((id, wanted, input.stock.unwrap_or_default()));
                touched = true;
            }
            Some(variant) => {
                if variant_draft(&VariantInput::of(variant), variant.position) != wanted {
                    store::variant::update(tx, variant.id, &wanted).await?;
                    touched = true;
                }
                adjusted.push((variant.id, input.stock.map_or(0, |level| level - variant.stock)));
                variants.push((variant.id, wanted, input.stock.unwrap_or(variant.stock)));
            }
        }
    }
    let cause = |reason| Cause { reason, order_id: None, actor_id: saving.by.user_id, at: saving.at };
    let mut moved = store::stock::move_levels(tx, &initial, cause(Reason::Initial)).await?;
    moved.extend(store::stock::move_levels(tx, &adjusted, cause(saving.reason)).await?);
    Ok(Written { moved, touched, variants })
}

fn variant_draft(input: &VariantInput, position: i64) -> VariantDraft {
    VariantDraft {
        sku: input.sku.clone(),
        option_values: input.option_values.clone(),
        price: input.price,
        compare_at: input.compare_at,
        grams: input.grams,
        barcode: input.barcode.clone(),
        image: input.image.clone(),
        position,
    }
}
