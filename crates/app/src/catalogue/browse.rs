//! `GET /products/`, `GET /products/<id>/`

use super::Listed;
use crate::{App, Failure};
use domain::catalogue::{Filter, Image, Product, Variant};
use std::sync::Arc;

/// A product with everything its page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The product.
    pub product: Product,
    /// Its variants, by position; at least one.
    pub variants: Vec<Variant>,
    /// Its pictures, first one first.
    pub images: Vec<Image>,
}

impl App {
    /// A page of the products a filter keeps, and how many it keeps in all. No page beyond the last is read. What is in
    /// memory may answer when `from_memory`; else the database does.
    pub async fn products(
        &self,
        filter: &Filter,
        limit: i64,
        offset: i64,
        from_memory: bool,
    ) -> Result<(Vec<Arc<Listed>>, i64), Failure> {
        if from_memory && let Some(found) = self.find(filter, limit, offset).await? {
            return Ok(found);
        }
        let categories = match filter.categories.is_empty() {
            true => None,
            false => Some(store::category::resolve(&self.db, &filter.categories).await?),
        };
        let count = store::product::count(&self.db, filter, categories.clone()).await?;
        if offset >= count {
            return Ok((vec![], count));
        }
        let page = store::product::page(&self.db, filter, categories, limit, offset).await?;
        Ok((page.into_iter().map(|product| Arc::new(product.into())).collect(), count))
    }

    /// One product; unpublished ones only for staff.
    pub async fn product(&self, id: i64, unpublished_too: bool) -> Result<Option<Detail>, Failure> {
        let Some(product) = store::product::by_id(&self.db, id, unpublished_too).await? else { return Ok(None) };
        let variants = store::variant::of_product(&self.db, id).await?;
        let images = store::product::images(&self.db, id).await?;
        Ok(Some(Detail { product, variants, images }))
    }
}
