//! Products found in memory ([`domain::finder`]), as current as the answers that are kept ready: what a change by this
//! process touched is read anew before the next answer, what others change follows with the event log. The database
//! answers by itself while there is nothing in memory yet, when the catalogue is larger than the operator allows, and
//! whenever it is not certain that all is known.

use super::Listed;
use crate::gather::{Job, each};
use crate::{App, Failure};
use domain::catalogue::{Filter, StaffFilter};
use domain::finder::{Finder, Item, Wanted};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use store::{Found, Slice};

/// Products read in one statement while everything is read.
const BATCH: i64 = 5_000;
/// Up to so many products their texts are kept too; searches of larger catalogues go to the database.
const MOST_TEXTS: i64 = 100_000;
/// Bytes of bodies that are kept at most, about, and how many bodies that may be.
const BODIES: (u64, usize) = (64 * 1024 * 1024, 32_768);
/// Names of categories that are remembered.
const NAMES: usize = 1_000;

/// What is in memory.
pub(crate) struct Memory {
    shelf: RwLock<Shelf>,
    building: AtomicBool,
    /// By id, with the version they have.
    bodies: Cache<i64, (u64, Arc<Listed>), Weight>,
    /// By names, with the version of everything.
    categories: Cache<Vec<String>, (u64, Arc<[i64]>)>,
}

#[derive(Default)]
struct Shelf {
    /// The version of everything that is known.
    version: Option<u64>,
    /// `None` when there are too many.
    finder: Option<Finder>,
    has_texts: bool,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            shelf: RwLock::default(),
            building: AtomicBool::new(false),
            bodies: Cache::with_weighter(BODIES.1, BODIES.0, Weight),
            categories: Cache::new(NAMES),
        }
    }
}

/// A body with its texts, once as they are and once as JSON.
#[derive(Clone)]
struct Weight;

impl Weighter<i64, (u64, Arc<Listed>)> for Weight {
    fn weight(&self, _: &i64, (_, body): &(u64, Arc<Listed>)) -> u64 {
        body.weight() as u64 * 2
    }
}

impl Memory {
    fn shelf(&self) -> RwLockReadGuard<'_, Shelf> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn shelf_to_change(&self) -> RwLockWriteGuard<'_, Shelf> {
        self.shelf.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// What can find by this filter, if it is of this version.
    fn finder(&self, version: u64, filter: &Filter) -> Option<&Finder> {
        let finder = self.finder.as_ref().filter(|_| self.version == Some(version))?;
        (self.has_texts || filter.terms.is_empty()).then_some(finder)
    }
}

impl App {
    /// A page of the products a filter keeps, and how many it keeps in all; `None` when the database has to say.
    pub(super) async fn find(&self, filter: &Filter, slice: &Slice) -> Result<Option<Found<Arc<Listed>>>, Failure> {
        let Some(version) = self.freshness().of_memory() else { return Ok(None) };
        let for_staff = filter.unpublished_too || filter.for_staff != StaffFilter::default();
        if for_staff || self.settings.catalogue_in_memory == 0 {
            return Ok(None);
        }
        match self.memory.shelf() {
            shelf if shelf.version != Some(version) => {
                drop(shelf);
                self.begin_to_read_everything();
                return Ok(None);
            }
            shelf if shelf.finder(version, filter).is_none() => return Ok(None),
            _ => {}
        }
        if self.freshness().has_changes() {
            self.gatherers.refreshes.ask(self, Refresh).await??;
        }
        if self.freshness().of_memory() != Some(version) {
            return Ok(None);
        }
        let categories = match filter.categories.is_empty() {
            true => None,
            false => Some(self.named(version, &filter.categories).await?),
        };
        let found = {
            let shelf = self.memory.shelf();
            let Some(finder) = shelf.finder(version, filter) else { return Ok(None) };
            slice.numbered(|offset, limit| {
                let found = finder.find(Wanted {
                    filter,
                    categories: categories.as_deref(),
                    limit: usize::try_from(limit).unwrap_or_default(),
                    offset: usize::try_from(offset).unwrap_or(usize::MAX),
                });
                (found.ids, i64::try_from(found.count).unwrap_or(i64::MAX))
            })
        };
        let Some(found) = found else { return Ok(None) };
        Ok(self.bodies(&found.rows).await?.map(|bodies| found.with(bodies)))
    }

    /// The categories of these names and those below them.
    async fn named(&self, version: u64, names: &[String]) -> Result<Arc<[i64]>, Failure> {
        let names = names.to_vec();
        if let Some((_, known)) = self.memory.categories.get(&names).filter(|(known, _)| *known == version) {
            return Ok(known);
        }
        let ids: Arc<[i64]> = store::category::resolve(&self.db, &names).await?.into();
        self.memory.categories.insert(names, (version, Arc::clone(&ids)));
        Ok(ids)
    }

    /// These products, in this order, but for those that were taken away a moment ago; `None` when it is not certain
    /// that all is known.
    async fn bodies(&self, ids: &[i64]) -> Result<Option<Vec<Arc<Listed>>>, Failure> {
        // Before anything is read.
        let Some(versions) = self.freshness().of_products(ids) else { return Ok(None) };
        let known = |(id, version): (&i64, &u64)| {
            let (of, body) = self.memory.bodies.get(id)?;
            (of == *version).then_some(body)
        };
        let mut found: Vec<_> = ids.iter().zip(&versions).map(known).collect();
        let missing: Vec<i64> = ids.iter().zip(&found).filter(|(_, body)| body.is_none()).map(|(id, _)| *id).collect();
        if missing.is_empty() {
            return Ok(Some(found.into_iter().flatten().collect()));
        }
        let read = self.gatherers.products.ask(self, Bodies(missing)).await??;
        for ((id, version), place) in ids.iter().zip(versions).zip(&mut found) {
            if let (None, Some(body)) = (&place, read.get(id)) {
                self.memory.bodies.insert(*id, (version, Arc::clone(body)));
                *place = Some(Arc::clone(body));
            }
        }
        Ok(Some(found.into_iter().flatten().collect()))
    }

    /// Lets everything be read in the background, unless it is under way.
    fn begin_to_read_everything(&self) {
        if !self.memory.building.swap(true, Ordering::AcqRel) {
            let app = self.clone();
            tokio::spawn(async move {
                if let Err(error) = app.read_everything().await {
                    tracing::warn!(%error, "the catalogue was not read into memory; trying again later");
                }
                app.memory.building.store(false, Ordering::Release);
            });
        }
    }

    async fn read_everything(&self) -> Result<(), Failure> {
        let Some(version) = self.freshness().of_memory() else { return Ok(()) };
        // From here on what changes is noted, and read again before the first answer.
        self.freshness().watch();
        let count = store::product::count_seen(&self.db).await?;
        let allowed = count <= i64::from(self.settings.catalogue_in_memory);
        let has_texts = count <= MOST_TEXTS;
        let mut items: Vec<Item> = vec![];
        if allowed {
            loop {
                let after = items.last().map_or(0, |item| item.id);
                let read = store::product::items_after(&self.db, after, BATCH).await?;
                if read.is_empty() {
                    break;
                }
                items.extend(read.into_iter().map(|item| trimmed(item, has_texts)));
            }
        }
        let sorting = tokio::task::spawn_blocking(move || allowed.then(|| items.into_iter().collect()));
        let finder = sorting.await.map_err(|error| store::Error::Other(error.to_string()))?;
        *self.memory.shelf_to_change() = Shelf { version: Some(version), finder, has_texts };
        Ok(())
    }
}

fn trimmed(item: Item, has_texts: bool) -> Item {
    if has_texts { item } else { Item { search_text: String::new(), ..item } }
}

/// Products that are read.
#[derive(Debug)]
pub(crate) struct Bodies(Vec<i64>);

impl Job for Bodies {
    const NAME: &'static str = "product_bodies";
    type Answer = Result<HashMap<i64, Arc<Listed>>, Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        let mut ids: Vec<i64> = jobs.iter().flat_map(|Self(ids)| ids).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let read = store::product::seen_by_ids(&app.db, ids).await;
        let read =
            read.map(|found| found.into_iter().map(|body| (body.id, Arc::new(body.into()))).collect::<HashMap<_, _>>());
        Ok(each(read, jobs.iter(), |read, Self(ids)| {
            ids.iter().filter_map(|id| Some((*id, Arc::clone(read.get(id)?)))).collect()
        }))
    }
}

/// Somebody who waits until all changes are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refresh;

impl Job for Refresh {
    const NAME: &'static str = "changed_products";
    type Answer = Result<(), Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        let changes = app.freshness().changes();
        let ids: Vec<i64> = changes.iter().map(|(id, _)| *id).collect();
        let read = store::product::items_of(&app.db, ids).await.map(|items| {
            let mut now: HashMap<i64, Item> = items.into_iter().map(|item| (item.id, item)).collect();
            let mut shelf = app.memory.shelf_to_change();
            let has_texts = shelf.has_texts;
            if let Some(finder) = &mut shelf.finder {
                for (id, _) in &changes {
                    match now.remove(id) {
                        Some(item) => finder.put(trimmed(item, has_texts)),
                        None => finder.remove(*id),
                    }
                }
            }
            // What is being read into memory anew may have read one of them before it changed. Looked at while the shelf
            // can't be exchanged for it.
            let is_building = app.memory.building.load(Ordering::Acquire);
            drop(shelf);
            if !is_building {
                app.freshness().settle(&changes);
            }
        });
        Ok(each(read, jobs.iter(), |(), _| ()))
    }
}
