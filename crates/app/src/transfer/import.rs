//! A product file into the shop: each product in a transaction of its own, found again by its handle, its variants by
//! SKU or option values. Nothing the file does not mention is deleted, and what is so already is not written, so that
//! a file may be imported as often as one likes.

use super::merge::{merged_images, merged_variants};
use super::{slug_of, slug_of_handle, too_long};
use crate::catalogue::{Detail, ProductError, ProductInput, Saved, Saving, clean, insert_category, locked};
use crate::{App, Failure};
use domain::audit::Actor;
use domain::money;
use domain::stock::{HIGHEST, Reason};
use exchange::product_csv::{CsvProduct, CsvStatus, CsvVariant};
use std::collections::HashMap;
use store::Tx;
use store::category::CategoryDraft;

/// What importing a product did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Created,
    Changed,
    Unchanged,
    Refused,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowLoss {
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Why, and what to do.
    pub message: String,
    /// How many rows it cost; 0 when only a picture was left out.
    pub rows: u64,
}

/// How many products of a file ended how; parts of one product count once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// New products.
    pub created: u64,
    /// Products that changed.
    pub changed: u64,
    /// Products that were so already.
    pub unchanged: u64,
    /// Products that were left out.
    pub refused: u64,
}

/// Takes the products of one file, in its order.
pub struct Importer<'a> {
    app: &'a App,
    by: Actor,
    dry_run: bool,
    /// Slug → the handle it was made from, and what was done.
    seen: HashMap<String, (String, Outcome)>,
    /// Products that do not even have a slug.
    nameless: u64,
}

/// The product stays out as a whole.
struct Refusal(String);

impl App {
    /// Starts importing a file on somebody's behalf; with `dry_run` nothing lasts.
    #[must_use]
    pub fn importer(&self, by: Actor, dry_run: bool) -> Importer<'_> {
        Importer { app: self, by, dry_run, seen: HashMap::new(), nameless: 0 }
    }
}

impl Importer<'_> {
    /// Takes one product, or a further part of one; returns what was left out of it.
    ///
    /// # Errors
    /// When the database fails; products taken before are in.
    pub async fn take(&mut self, product: &CsvProduct) -> Result<Vec<RowLoss>, Failure> {
        let slug = match self.slug(product) {
            Ok(slug) => slug,
            Err(refusal) => {
                self.nameless += 1;
                return Ok(vec![refused(product, refusal, 0)]);
            }
        };
        let before = self.seen.get(&slug).map(|(_, outcome)| *outcome).filter(|_| product.continues);
        if self.dry_run && before == Some(Outcome::Created) {
            // Its first part was not kept, so there is nothing this one could be tried on.
            return Ok(vec![]);
        }
        let (outcome, losses) = self.save(product, &slug).await?;
        let outcome = match before {
            Some(before) if before != Outcome::Unchanged || outcome == Outcome::Refused => before,
            _ => outcome,
        };
        self.seen.insert(slug, (product.handle.clone(), outcome));
        Ok(losses)
    }

    /// What was done so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let count = |wanted| self.seen.values().filter(|(_, outcome)| *outcome == wanted).count() as u64;
        Tally {
            created: count(Outcome::Created),
            changed: count(Outcome::Changed),
            unchanged: count(Outcome::Unchanged),
            refused: count(Outcome::Refused) + self.nameless,
        }
    }

    fn slug(&self, product: &CsvProduct) -> Result<String, Refusal> {
        let refuse = |what: &str| Err(Refusal(what.to_owned()));
        let Some(slug) = slug_of_handle(&product.handle) else {
            return refuse("no address can be made of the handle; use letters, digits and -");
        };
        if too_long(&slug) || too_long(&product.title) || too_long(&product.product_type) {
            return refuse("the handle, title or type has more than 255 characters; shorten it");
        }
        let texts = [&product.title, &product.vendor, &product.product_type].into_iter();
        if texts.chain(&product.tags).chain(&product.option_names).any(|text| text.contains('\0')) {
            return refuse("a text holds a NUL character; remove it");
        }
        match self.seen.get(&slug) {
            Some((handle, _)) if *handle != product.handle => {
                Err(Refusal(format!("the handle stands for the same address as {handle:?} before it; change one")))
            }
            _ => Ok(slug),
        }
    }

    async fn save(&self, product: &CsvProduct, slug: &str) -> Result<(Outcome, Vec<RowLoss>), Failure> {
        let saved = store::retry(|| async {
            let tx = self.app.db.begin().await?;
            let mut losses = vec![];
            let saving = Saving { by: &self.by, at: self.app.now(), reason: Reason::Import };
            let saved = save(self.app, &tx, product, slug, &mut losses, saving).await?;
            if !self.dry_run && saved.is_ok() {
                tx.commit().await?;
            }
            Ok::<_, Failure>((saved, losses))
        });
        let (saved, mut losses) = saved.await?;
        let outcome = match saved {
            Ok(Saved::Created(_)) => Outcome::Created,
            Ok(Saved::Changed(_)) => Outcome::Changed,
            Ok(Saved::Unchanged(_)) => Outcome::Unchanged,
            Err(refusal) => {
                let told = losses.iter().map(|loss| loss.rows).sum();
                losses.push(refused(product, refusal, told));
                Outcome::Refused
            }
        };
        Ok((outcome, losses))
    }
}

/// All rows of a product but those told of already.
fn refused(product: &CsvProduct, Refusal(message): Refusal, told: u64) -> RowLoss {
    let rows = product.variants.len().max(product.images.len()) as u64;
    let message = format!("{message}; the product was left out");
    RowLoss { line: product.line, message, rows: rows.saturating_sub(told) }
}

/// Everything between BEGIN and COMMIT of one product.
async fn save(
    app: &App,
    tx: &Tx,
    product: &CsvProduct,
    slug: &str,
    losses: &mut Vec<RowLoss>,
    saving: Saving<'_>,
) -> Result<Result<Saved, Refusal>, Failure> {
    let current = match store::product::id_by_slug(tx, slug).await? {
        Some(id) => locked(tx, id).await?,
        None => None,
    };
    let variants = usable_variants(tx, product, current.as_ref(), losses).await?;
    let mut input = match (&current, product.continues) {
        (None, true) => return Ok(Err(Refusal("the first part of the product is not in the shop".into()))),
        (Some(current), true) => ProductInput::of(current),
        (Some(current), false) if !product.told.options && !current.product.options.is_empty() => {
            let message = "the product has options here, and the file has no columns for them; add Option1 Name and \
                           Option1 Value";
            return Ok(Err(Refusal(message.into())));
        }
        (current, false) => described(tx, product, current.as_ref(), slug, saving).await?,
    };
    input.variants = merged_variants(current.as_ref(), variants, input.options.len(), product);
    input.images = merged_images(current.as_ref(), product, losses);
    if input.variants.is_empty() {
        return Ok(Err(Refusal("none of its variants can be taken over".into())));
    }
    match app.save_product(tx, current.as_ref(), clean(&input), saving).await {
        Ok(saved) => Ok(Ok(saved)),
        Err(ProductError::Failure(failure)) => Err(failure),
        Err(ProductError::Invalid(errors)) => {
            let told = errors.into_iter().map(|(field, messages)| format!("{field}: {}", messages.join(" ")));
            Ok(Err(Refusal(told.collect::<Vec<_>>().join("; "))))
        }
        Err(error @ (ProductError::NotFound | ProductError::StockOnly)) => Ok(Err(Refusal(error.to_string()))),
    }
}

/// The product's own fields, without variants and pictures; what the file has no column for stays as it is known.
async fn described(
    tx: &Tx,
    product: &CsvProduct,
    current: Option<&Detail>,
    slug: &str,
    saving: Saving<'_>,
) -> Result<ProductInput, Failure> {
    let from_file = ProductInput {
        name: product.title.clone(),
        slug: Some(slug.to_owned()),
        // No database text holds a NUL.
        description: product.body_html.replace('\0', ""),
        vendor: product.vendor.clone(),
        tags: product.tags.clone(),
        options: product.option_names.clone(),
        category_id: category(tx, &product.product_type, current, saving).await?,
        published: product.published && product.status == CsvStatus::Active,
        images: vec![],
        variants: vec![],
    };
    let (Some(current), told) = (current, product.told) else { return Ok(from_file) };
    let known = ProductInput::of(current);
    Ok(ProductInput {
        description: if told.body { from_file.description } else { known.description },
        vendor: if told.vendor { from_file.vendor } else { known.vendor },
        tags: if told.tags { from_file.tags } else { known.tags },
        category_id: if told.product_type { from_file.category_id } else { known.category_id },
        published: if told.published { from_file.published } else { known.published },
        ..from_file
    })
}

/// The category a type stands for: the one the product is in when it has that name, else one of that slug or name, else
/// a new one.
async fn category(tx: &Tx, name: &str, current: Option<&Detail>, saving: Saving<'_>) -> Result<Option<i64>, Failure> {
    let Some(slug) = slug_of(name) else { return Ok(None) };
    let own = current.and_then(|detail| detail.product.category.as_ref());
    if let Some(own) = own.filter(|own| own.name == name) {
        return Ok(Some(own.id));
    }
    if let Some(found) = store::transfer::category_named(tx, &slug, name).await? {
        return Ok(Some(found));
    }
    let draft = CategoryDraft { name: name.to_owned(), slug, description: String::new(), parent_id: None };
    Ok(Some(insert_category(tx, &draft, saving.by, saving.at).await?))
}

/// The variants that can be taken over; the others are told of.
async fn usable_variants<'p>(
    tx: &Tx,
    product: &'p CsvProduct,
    current: Option<&Detail>,
    losses: &mut Vec<RowLoss>,
) -> Result<Vec<&'p CsvVariant>, Failure> {
    let own = current.map(|detail| detail.product.id);
    let mut usable = vec![];
    for variant in &product.variants {
        match problem(tx, variant, own).await? {
            None => usable.push(variant),
            Some(message) => losses.push(RowLoss { line: variant.line, message, rows: 1 }),
        }
    }
    Ok(usable)
}

async fn problem(tx: &Tx, variant: &CsvVariant, own: Option<i64>) -> Result<Option<String>, Failure> {
    if variant.price_minor > money::LARGEST || variant.compare_at_minor.is_some_and(|price| price > money::LARGEST) {
        return Ok(Some("the price is beyond what the shop handles; correct it".into()));
    }
    if variant.stock.is_some_and(|stock| stock > HIGHEST) {
        return Ok(Some(format!("the stock is above {HIGHEST}; correct it")));
    }
    let texts = [&variant.sku, &variant.image].into_iter().flatten();
    if texts.chain([&variant.barcode]).chain(&variant.option_values).any(|text| text.contains('\0')) {
        return Ok(Some("a text holds a NUL character; remove it".into()));
    }
    let Some(sku) = &variant.sku else { return Ok(None) };
    if too_long(sku) {
        return Ok(Some("the SKU has more than 255 characters; shorten it".into()));
    }
    let holder = store::variant::by_sku(tx, sku).await?.map(|holder| holder.product_id);
    let other = holder.filter(|holder| Some(*holder) != own);
    Ok(other.map(|id| format!("the SKU {sku:?} belongs to another product (id {id}); every variant needs its own")))
}
