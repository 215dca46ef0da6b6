//! `POST /products/`, `PUT`, `PATCH` and `DELETE /products/<id>/`

use super::browse::details;
use super::events::deleted;
use super::save::save;
use super::{Detail, ProductInput, Saved, Saving};
use crate::auth::FieldErrors;
use crate::failure::carries_failure;
use crate::once::{self, Once};
use crate::{App, Failure, audit};
use domain::audit::{Actor, Change};
use domain::stock::Reason;
use exchange::slug::slugify;
use store::Tx;
use thiserror::Error;

/// Why the product stays as it is.
#[derive(Debug, Error)]
pub enum ProductError {
    /// There is none.
    #[error("No Product matches the given query.")]
    NotFound,
    /// Whoever wants it may only set the stock, and it would change more.
    #[error("Your role may change the stock of a product and nothing else of it.")]
    StockOnly,
    /// Something in it won't do.
    #[error("the product is not valid")]
    Invalid(FieldErrors),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(ProductError);

/// Numbers tried behind a slug that is taken.
const SLUGS: i32 = 10_000;

fn invalid(field: &str, message: impl Into<String>) -> ProductError {
    ProductError::Invalid(vec![(field.to_owned(), vec![message.into()])])
}

impl App {
    /// Adds a product on behalf of a member of staff.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn create_product(
        &self,
        input: ProductInput,
        by: &Actor,
        once: Once<Detail>,
    ) -> Result<Detail, ProductError> {
        let saving = Saving { by, at: self.now(), reason: Reason::Adjustment };
        store::retry(|| async {
            let tx = self.db.begin().await?;
            let id = self.save_product(&tx, None, clean(&input), saving).await?.id();
            let made = details(&tx, vec![id]).await?.remove(&id).ok_or(ProductError::NotFound)?;
            once::keep(&once, &tx, &made, saving.at).await?;
            tx.commit().await?;
            Ok(made)
        })
        .await
    }

    /// Changes a product on behalf of a member of staff: `change` makes what it is to be from what it is, while its
    /// rows are locked, so that nothing read before can overwrite what happened since. With `stock_only` nothing else may
    /// come out of it.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn change_product(
        &self,
        id: i64,
        by: &Actor,
        stock_only: bool,
        change: impl Fn(&Detail) -> Result<ProductInput, FieldErrors> + Send + Sync,
    ) -> Result<Detail, ProductError> {
        let saving = Saving { by, at: self.now(), reason: Reason::Adjustment };
        store::retry(|| async {
            let tx = self.db.begin().await?;
            let current = locked(&tx, id).await?.ok_or(ProductError::NotFound)?;
            let input = change(&current).map_err(ProductError::Invalid)?;
            if stock_only && !input.keeps_all_but_stock_of(&current) {
                return Err(ProductError::StockOnly);
            }
            self.save_product(&tx, Some(&current), clean(&input), saving).await?;
            let changed = details(&tx, vec![id]).await?.remove(&id).ok_or(ProductError::NotFound)?;
            tx.commit().await?;
            Ok(changed)
        })
        .await
    }

    /// Takes a product off sale. It stays in the orders that hold it and in the stock ledger.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn delete_product(&self, id: i64, by: &Actor) -> Result<(), ProductError> {
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let current = locked(&tx, id).await?.ok_or(ProductError::NotFound)?;
            store::product::archive(&tx, id, now).await?;
            store::event::append(&tx, &[deleted(&current.product)], now).await?;
            let before = audit::product_as_it_is(&self.settings.currency, &current);
            let change = Change::of("product.delete", format!("product:{id}"), Some(&before), None);
            store::audit::append(&tx, by, change.as_slice(), now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Saves a product in a transaction of the caller, with the refusals a form can show.
    pub(crate) async fn save_product(
        &self,
        tx: &Tx,
        current: Option<&Detail>,
        input: ProductInput,
        saving: Saving<'_>,
    ) -> Result<Saved, ProductError> {
        if let Some(category) = input.category_id
            && store::category::by_id(tx, category).await?.is_none()
        {
            return Err(invalid("category", format!("Invalid pk \"{category}\" - object does not exist.")));
        }
        let own = current.map(|detail| detail.product.id);
        let slug = match &input.slug {
            Some(slug) => slug.clone(),
            None => free_slug(tx, &input.name).await?,
        };
        if store::product::id_by_slug(tx, &slug).await?.is_some_and(|taken| Some(taken) != own) {
            return Err(invalid("slug", "product with this slug already exists."));
        }
        save(tx, &self.settings.currency, current, &input, &slug, saving).await.map_err(|error| match &error {
            store::Error::Unique(what) if what == "products_slug" => {
                invalid("slug", "product with this slug already exists.")
            }
            store::Error::Unique(what) if what == "variants_sku" => {
                invalid("sku", "variant with this sku already exists.")
            }
            _ => error.into(),
        })
    }
}

/// Takes scripts out of a description that holds HTML; plain text stays as it was typed.
pub(crate) fn clean(input: &ProductInput) -> ProductInput {
    ProductInput { description: clean_text(&input.description), ..input.clone() }
}

/// The same of a text alone.
pub(crate) fn clean_text(text: &str) -> String {
    let tag = |at: usize| text[at + 1..].starts_with(|sign: char| sign.is_ascii_alphabetic() || "/!?".contains(sign));
    match text.match_indices('<').any(|(at, _)| tag(at)) {
        true => exchange::html::sanitize(text),
        false => text.to_owned(),
    }
}

/// A product with its rows locked: the product first, then its variants by id.
pub(crate) async fn locked(tx: &Tx, id: i64) -> Result<Option<Detail>, Failure> {
    if !store::product::lock(tx, id).await? {
        return Ok(None);
    }
    store::variant::lock_of_product(tx, id).await?;
    Ok(details(tx, vec![id]).await?.remove(&id))
}

/// The name as a slug, with a number behind it when it is taken.
async fn free_slug(tx: &Tx, name: &str) -> Result<String, Failure> {
    let base = match slugify(name) {
        slug if slug.is_empty() => "product".to_owned(),
        slug => slug,
    };
    for number in 1..SLUGS {
        let slug = if number == 1 { base.clone() } else { format!("{base}-{number}") };
        if store::product::id_by_slug(tx, &slug).await?.is_none() {
            return Ok(slug);
        }
    }
    Ok(base)
}
