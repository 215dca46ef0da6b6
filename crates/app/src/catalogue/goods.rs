//! What products are, as carts show them, kept in memory as long as nothing but their stock changes. How many there are
//! is read anew for whoever puts something into a cart; what is shown has to be of the very version.

use crate::gather::{Job, each};
use crate::live::Outset;
use crate::{App, Failure};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::collections::HashMap;
use std::sync::Arc;
use store::cart::Offer;

/// Bytes that are kept at most, about, and of how many products that may be.
const KEPT: (u64, usize) = (32 * 1024 * 1024, 32_768);

/// The variants on sale of a product, drafts included; none when it is gone.
pub(crate) type Offers = Arc<[Offer]>;

/// The version of what a product is, and of all it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version {
    content: u64,
    all: u64,
}

/// What is in memory, by product.
pub(crate) struct Goods(Cache<i64, (Version, Offers), Weight>);

#[derive(Clone)]
struct Weight;

impl Weighter<i64, (Version, Offers)> for Weight {
    fn weight(&self, _: &i64, (_, offers): &(Version, Offers)) -> u64 {
        let product = offers.first().map_or(0, |offer| offer.product.weight());
        (product + (offers.len() + 1) * 256) as u64
    }
}

impl Default for Goods {
    fn default() -> Self {
        Self(Cache::with_weighter(KEPT.1, KEPT.0, Weight))
    }
}

impl App {
    fn version_of(&self, id: i64) -> Option<Version> {
        let freshness = self.freshness();
        Some(Version { content: freshness.of_content(id)?, all: freshness.of_product(id)? })
    }

    /// The offers of products as they are now but for their stock, as far as that is in memory and likely to be
    /// current.
    pub(crate) fn offers_but_for_stock(&self, ids: &[i64], outset: Outset) -> Known {
        let mut known = Known::default();
        for id in ids {
            let now = self.version_of(*id);
            let is_now = |then: Version| now.is_some_and(|now| then.content == now.content);
            match self.goods.0.get(id).filter(|(then, _)| !outset.others_write && is_now(*then)) {
                Some((_, offers)) => drop(known.offers.insert(*id, offers)),
                None => known.unknown.push((*id, now)),
            }
        }
        known
    }

    /// The offers of products, and the versions they are of as [`store::Freshness::of_product`] tells them; from memory
    /// as far as `from_memory` and they are current.
    pub(crate) async fn offers(
        &self,
        ids: &[i64],
        from_memory: bool,
    ) -> Result<HashMap<i64, (Option<u64>, Offers)>, Failure> {
        let mut found = HashMap::with_capacity(ids.len());
        let mut missing = vec![];
        for id in ids {
            // Before anything is read.
            let now = self.version_of(*id);
            let known = self.goods.0.get(id).filter(|(then, _)| from_memory && Some(*then) == now);
            match known {
                Some((version, offers)) => drop(found.insert(*id, (Some(version.all), offers))),
                None => missing.push((*id, now)),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let read = self.gatherers.offers.ask(self, ReadOffers(missing.iter().map(|(id, _)| *id).collect())).await??;
        for (id, version) in missing {
            let offers = read.get(&id).cloned().unwrap_or_default();
            self.goods.keep(id, version, &offers);
            found.insert(id, (version.map(|version| version.all), offers));
        }
        Ok(found)
    }
}

impl Goods {
    fn keep(&self, id: i64, version: Option<Version>, offers: &Offers) {
        if let Some(version) = version {
            self.0.insert(id, (version, Arc::clone(offers)));
        }
    }
}

/// What is known of products, and which of them are not, with the versions they have.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) offers: HashMap<i64, Offers>,
    unknown: Vec<(i64, Option<Version>)>,
}

impl Known {
    /// The products that are not known.
    pub(crate) fn unknown(&self) -> Vec<i64> {
        self.unknown.iter().map(|(id, _)| *id).collect()
    }

    /// Takes in what was read of the unknown since.
    pub(crate) fn learn(mut self, app: &App, read: Vec<Offer>) -> HashMap<i64, Offers> {
        let mut read = by_product(read);
        for (id, version) in self.unknown {
            let offers = read.remove(&id).unwrap_or_default();
            app.goods.keep(id, version, &offers);
            self.offers.insert(id, offers);
        }
        self.offers
    }
}

fn by_product(offers: Vec<Offer>) -> HashMap<i64, Offers> {
    let mut by_product: HashMap<i64, Vec<Offer>> = HashMap::new();
    for offer in offers {
        by_product.entry(offer.product.id).or_default().push(offer);
    }
    by_product.into_iter().map(|(id, offers)| (id, offers.into())).collect()
}

/// Products whose offers are read.
#[derive(Debug)]
pub(crate) struct ReadOffers(Vec<i64>);

impl Job for ReadOffers {
    const NAME: &'static str = "offers";
    type Answer = Result<HashMap<i64, Offers>, Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        let mut ids: Vec<i64> = jobs.iter().flat_map(|Self(ids)| ids).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let read = store::cart::offers(&app.db, ids).await.map(by_product);
        Ok(each(read, jobs.iter(), |read, Self(ids)| {
            ids.iter().filter_map(|id| Some((*id, Arc::clone(read.get(id)?)))).collect()
        }))
    }
}
