//! `GET /products/`, `GET /products/<id>/`

use super::Listed;
use crate::gather::{Job, each};
use crate::{App, Failure};
use domain::catalogue::{Filter, Image, Product, Variant};
use std::collections::HashMap;
use std::sync::Arc;
use store::{Found, Slice, Tx};

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
    /// A page of the products a filter keeps, and how many it keeps in all. What is in memory may answer when
    /// `from_memory`, but for pages that begin at a row; else the database does.
    pub async fn products(
        &self,
        filter: &Filter,
        slice: &Slice,
        from_memory: bool,
    ) -> Result<Found<Arc<Listed>>, Failure> {
        if from_memory && let Some(found) = self.find(filter, slice).await? {
            return Ok(found);
        }
        let categories = match filter.categories.is_empty() {
            true => None,
            false => Some(store::category::resolve(&self.db, &filter.categories).await?),
        };
        let page = store::product::page(&self.db, filter, categories, slice).await?;
        Ok(page.map(|product| Arc::new(product.into())))
    }

    /// One product; unpublished ones only for staff.
    pub async fn product(&self, id: i64, unpublished_too: bool) -> Result<Option<Detail>, Failure> {
        let found = self.gatherers.details.ask(self, ReadDetail(id)).await??;
        Ok(found.filter(|detail| unpublished_too || detail.product.published))
    }
}

/// A product that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadDetail(i64);

impl Job for ReadDetail {
    const NAME: &'static str = "product_details";
    type Answer = Result<Option<Detail>, Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        let mut ids: Vec<i64> = jobs.iter().map(|Self(id)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(each(shown(app, ids).await, jobs.iter(), |details, Self(id)| details.get(id).cloned()))
    }
}

/// These products, published or not, by id. The products themselves first: one that was just made has its variants then.
async fn shown(app: &App, ids: Vec<i64>) -> store::Result<HashMap<i64, Detail>> {
    let products = store::product::by_ids(&app.db, ids.clone()).await?;
    let (variants, images) =
        tokio::try_join!(store::variant::of_products(&app.db, ids.clone()), store::product::images_of(&app.db, ids),)?;
    Ok(joined(products, variants, images))
}

/// These products, published or not, by id; in a transaction, which runs one statement at a time.
pub(super) async fn details(tx: &Tx, ids: Vec<i64>) -> store::Result<HashMap<i64, Detail>> {
    let products = store::product::by_ids(tx, ids.clone()).await?;
    let variants = store::variant::of_products(tx, ids.clone()).await?;
    Ok(joined(products, variants, store::product::images_of(tx, ids).await?))
}

fn joined(products: Vec<Product>, variants: Vec<Variant>, images: Vec<(i64, Image)>) -> HashMap<i64, Detail> {
    let empty = |product: Product| (product.id, Detail { product, variants: vec![], images: vec![] });
    let mut details: HashMap<i64, Detail> = products.into_iter().map(empty).collect();
    for variant in variants {
        if let Some(detail) = details.get_mut(&variant.product_id) {
            detail.variants.push(variant);
        }
    }
    for (product_id, image) in images {
        if let Some(detail) = details.get_mut(&product_id) {
            detail.images.push(image);
        }
    }
    details
}
