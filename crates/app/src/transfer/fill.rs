//! Fills a shop that sells nothing yet, all or nothing: how a demo shop comes about.

use crate::catalogue::{ProductError, ProductInput, Saving, insert_category};
use crate::{App, catalogue::CategoryInput};
use domain::audit::Actor;
use domain::stock::Reason;
use exchange::slug::slugify;
use std::collections::HashMap;
use store::category::CategoryDraft;

/// A category to make.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The category; its slug is made from the name when there is none, its `parent_id` is not looked at.
    pub category: CategoryInput,
    /// The slug of one before it that it stands below.
    pub below: Option<String>,
}

/// A product to put up for sale.
#[derive(Clone, Debug)]
pub struct Goods {
    /// The product; its `category_id` is not looked at.
    pub product: ProductInput,
    /// The slug of its shelf.
    pub shelf: String,
}

impl App {
    /// Makes these categories and products, in this order; false when the shop sells something already.
    ///
    /// # Errors
    /// When a product can't be saved; then nothing was.
    pub async fn fill_empty_shop(&self, shelves: &[Shelf], goods: &[Goods], by: &Actor) -> Result<bool, ProductError> {
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            if store::product::total(&tx).await? > 0 {
                return Ok(false);
            }
            let mut ids: HashMap<String, i64> = HashMap::new();
            for Shelf { category, below } in shelves {
                let slug = category.slug.clone().unwrap_or_else(|| slugify(&category.name));
                let known = store::category::by_slug(&tx, &slug).await?.map(|category| category.id);
                let draft = CategoryDraft {
                    name: category.name.clone(),
                    slug: slug.clone(),
                    description: category.description.clone(),
                    parent_id: below.as_ref().and_then(|slug| ids.get(slug)).copied(),
                };
                let id = match known {
                    Some(id) => id,
                    None => insert_category(&tx, &draft, by, now).await?,
                };
                ids.insert(slug, id);
            }
            let saving = Saving { by, at: now, reason: Reason::Initial };
            for Goods { product, shelf } in goods {
                let product = ProductInput { category_id: ids.get(shelf).copied(), ..product.clone() };
                self.save_product(&tx, None, product, saving).await?;
            }
            tx.commit().await?;
            Ok(true)
        })
        .await
    }
}
