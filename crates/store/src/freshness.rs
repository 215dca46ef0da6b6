//! How current what this process remembers of the catalogue is. Whoever keeps an answer notes the version of what it
//! shows *before* reading it from the database, and throws it away when that is another one.
//!
//! Versions move on when a transaction of this process that changed the catalogue has committed, before its caller is
//! answered, and when the follower of the event log reads of a change by anybody else. As long as the log could be read
//! within the last second, nothing older than that counts as current; else nothing does.

use domain::event::Kind;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The longest that a change by another process may stay unnoticed.
const CONFIRMED: Duration = Duration::from_secs(1);
/// Products share versions when there are more; a change of one then also ages others.
const SHARES: usize = 4_096;

/// The versions of the catalogue in this process.
#[derive(Debug)]
pub struct Freshness {
    whole: AtomicU64,
    lists: AtomicU64,
    products: Box<[AtomicU64]>,
    /// As `products`, stock apart.
    contents: Box<[AtomicU64]>,
    /// Counts changes of carts, accounts and sessions.
    moments: AtomicU64,
    /// The last change of each share of the carts.
    carts: Box<[AtomicU64]>,
    /// As `carts`, of accounts, their logins, and sessions.
    access: Box<[AtomicU64]>,
    confirmed: Confirmed,
    changes: Mutex<Changes>,
    has_changes: AtomicBool,
    /// How often there were too many changes to note.
    lost: AtomicU64,
}

/// A moment, see [`Freshness::moment`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    whole: u64,
    change: u64,
}

/// Products that changed since somebody watches.
#[derive(Debug, Default)]
struct Changes {
    watching: bool,
    /// Counts changes.
    stamp: u64,
    /// By id, with the stamp of its last change.
    products: HashMap<i64, u64>,
}

/// Changed products that are noted at most.
const MOST_CHANGES: usize = 50_000;

/// Until when all is known: asked several times for each request, by all threads at once.
#[derive(Debug)]
struct Confirmed {
    /// What `at` counts from.
    origin: Instant,
    /// When the log was last read to its end, in nanoseconds; 0 while that is not known. Written under the lock.
    at: AtomicU64,
    /// When the database last failed to answer.
    doubted: Mutex<Option<Instant>>,
}

impl Default for Confirmed {
    fn default() -> Self {
        Self { origin: Instant::now(), at: AtomicU64::new(0), doubted: Mutex::default() }
    }
}

impl Confirmed {
    fn doubted(&self) -> MutexGuard<'_, Option<Instant>> {
        self.doubted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long ago the log was read to its end.
    fn ago(&self) -> Option<Duration> {
        let at = self.at.load(Ordering::Acquire);
        (at != 0).then(|| self.origin.elapsed().saturating_sub(Duration::from_nanos(at)))
    }
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            whole: AtomicU64::default(),
            lists: AtomicU64::default(),
            products: counters(),
            contents: counters(),
            moments: AtomicU64::default(),
            carts: counters(),
            access: counters(),
            confirmed: Confirmed::default(),
            changes: Mutex::default(),
            has_changes: AtomicBool::new(false),
            lost: AtomicU64::default(),
        }
    }
}

impl Freshness {
    /// How long ago the log was read to its end; `None` when it never was, or the database failed since.
    #[must_use]
    pub fn unread_for(&self) -> Option<Duration> {
        self.confirmed.ago()
    }

    /// The version of one product with all that it shows; `None` while the log can't be read.
    #[must_use]
    pub fn of_product(&self, id: i64) -> Option<u64> {
        self.is_confirmed().then(|| self.product(id))
    }

    /// As [`Freshness::of_product`], of several at once, in their order.
    #[must_use]
    pub fn of_products(&self, ids: &[i64]) -> Option<Vec<u64>> {
        self.is_confirmed().then(|| ids.iter().map(|id| self.product(*id)).collect())
    }

    /// Whether these products are still of these versions, as far as is known; false while the log can't be read.
    #[must_use]
    pub fn products_are_of(&self, versions: &[(i64, u64)]) -> bool {
        self.is_confirmed() && versions.iter().all(|(id, version)| self.product(*id) == *version)
    }

    fn product(&self, id: i64) -> u64 {
        share(&self.products, id).load(Ordering::Acquire).wrapping_add(self.whole())
    }

    /// As [`Freshness::of_product`], but for how many there are.
    #[must_use]
    pub fn of_content(&self, id: i64) -> Option<u64> {
        self.is_confirmed().then(|| share(&self.contents, id).load(Ordering::Acquire).wrapping_add(self.whole()))
    }

    /// A moment in the life of all carts, accounts (with their logins) and sessions; `None` while the log can't be read.
    /// What is read of one after this was called holds as long as [`Freshness::cart_is_as_at`] and
    /// [`Freshness::access_is_as_at`] say so.
    #[must_use]
    pub fn moment(&self) -> Option<Moment> {
        self.is_confirmed().then(|| Moment { whole: self.whole(), change: self.moments.load(Ordering::Acquire) })
    }

    /// Whether a cart has not changed since then, as far as is known; false while the log can't be read.
    #[must_use]
    pub fn cart_is_as_at(&self, cart_id: i64, then: Moment) -> bool {
        self.is_as_at(&self.carts, cart_id, then)
    }

    /// As [`Freshness::cart_is_as_at`], of the account and the session of this number.
    #[must_use]
    pub fn access_is_as_at(&self, id: i64, then: Moment) -> bool {
        self.is_as_at(&self.access, id, then)
    }

    fn is_as_at(&self, shares: &[AtomicU64], id: i64, then: Moment) -> bool {
        self.is_confirmed() && self.whole() == then.whole && share(shares, id).load(Ordering::Acquire) <= then.change
    }

    fn note_moment(&self, shares: &[AtomicU64], id: i64) {
        let change = self.moments.fetch_add(1, Ordering::AcqRel) + 1;
        share(shares, id).fetch_max(change, Ordering::AcqRel);
    }

    /// The version of everything that lists show; `None` while the log can't be read.
    #[must_use]
    pub fn of_lists(&self) -> Option<u64> {
        self.is_confirmed().then(|| self.lists.load(Ordering::Acquire).wrapping_add(self.whole()))
    }

    /// The version of everything but single products: those that change while somebody watches are told by
    /// [`Freshness::changes`]. `None` while the log can't be read.
    #[must_use]
    pub fn of_memory(&self) -> Option<u64> {
        self.is_confirmed().then(|| self.lost.load(Ordering::Acquire).wrapping_add(self.whole()))
    }

    /// Begins to note which products change.
    pub fn watch(&self) {
        self.changes_now().watching = true;
    }

    /// Whether products changed that were not settled.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.has_changes.load(Ordering::Acquire)
    }

    /// The products that changed and were not settled, each with a stamp of its last change.
    #[must_use]
    pub fn changes(&self) -> Vec<(i64, u64)> {
        self.changes_now().products.iter().map(|(id, stamp)| (*id, *stamp)).collect()
    }

    /// Notes that these products were read since: those that have not changed again are done with.
    pub fn settle(&self, changes: &[(i64, u64)]) {
        let mut now = self.changes_now();
        for (id, stamp) in changes {
            if now.products.get(id) == Some(stamp) {
                now.products.remove(id);
            }
        }
        self.has_changes.store(!now.products.is_empty(), Ordering::Release);
    }

    fn changes_now(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_product(&self, id: i64) {
        let mut changes = self.changes_now();
        if !changes.watching {
            return;
        }
        changes.stamp += 1;
        let stamp = changes.stamp;
        changes.products.insert(id, stamp);
        if changes.products.len() > MOST_CHANGES {
            // In this order: who finds none noted and then this count unchanged knows that none was lost.
            self.lost.fetch_add(1, Ordering::AcqRel);
            changes.products.clear();
        }
        self.has_changes.store(!changes.products.is_empty(), Ordering::Release);
    }

    /// Notes that the log was read to its end by somebody who began to read it at `began`.
    pub fn confirm(&self, began: Instant) {
        let doubted = self.confirmed.doubted();
        if doubted.is_none_or(|doubted| doubted < began) {
            // Before anything was kept here: as good as never.
            let at = began.checked_duration_since(self.confirmed.origin);
            let at = at.map_or(0, |at| u64::try_from(at.as_nanos()).unwrap_or(u64::MAX).max(1));
            self.confirmed.at.store(at, Ordering::Release);
        }
    }

    /// Notes that the database does not answer: what is remembered must not hide it.
    pub fn doubt(&self) {
        let mut doubted = self.confirmed.doubted();
        *doubted = Some(Instant::now());
        self.confirmed.at.store(0, Ordering::Release);
    }

    /// Notes a change of the catalogue, if the event tells of one.
    pub fn note(&self, kind: Kind, subject_id: i64) {
        match kind {
            Kind::ProductCreated
            | Kind::ProductUpdated
            | Kind::ProductDeleted
            | Kind::StockChanged
            | Kind::SoldOut
            | Kind::BackInStock => {
                self.note_product(subject_id);
                if !matches!(kind, Kind::StockChanged | Kind::SoldOut | Kind::BackInStock) {
                    share(&self.contents, subject_id).fetch_add(1, Ordering::AcqRel);
                }
                share(&self.products, subject_id).fetch_add(1, Ordering::AcqRel);
                self.lists.fetch_add(1, Ordering::AcqRel);
            }
            // A newer release may mean anything by an unknown one.
            Kind::CatalogueChanged | Kind::Unknown => {
                self.whole.fetch_add(1, Ordering::AcqRel);
            }
            Kind::CartChanged => self.note_moment(&self.carts, subject_id),
            // The end of a session touches the account of the same number too: it is read once more, no harm done.
            Kind::AccountChanged | Kind::AccessEnded => self.note_moment(&self.access, subject_id),
            Kind::OrderPlaced | Kind::OrderStatusChanged | Kind::OrderCancelled => {}
        }
    }

    /// Notes that anything may have changed.
    pub fn note_all(&self) {
        self.whole.fetch_add(1, Ordering::AcqRel);
    }

    fn whole(&self) -> u64 {
        self.whole.load(Ordering::Acquire)
    }

    fn is_confirmed(&self) -> bool {
        self.confirmed.ago().is_some_and(|ago| ago < CONFIRMED)
    }
}

fn counters() -> Box<[AtomicU64]> {
    std::iter::repeat_with(AtomicU64::default).take(SHARES).collect()
}

fn share(counters: &[AtomicU64], id: i64) -> &AtomicU64 {
    let place = usize::try_from(id.unsigned_abs() % SHARES as u64).unwrap_or_default();
    &counters[place]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_ages_its_product_and_the_lists_and_nothing_else() {
        let freshness = Freshness::default();
        freshness.confirm(Instant::now());
        let seen = |freshness: &Freshness| (freshness.of_product(1), freshness.of_product(2), freshness.of_lists());
        let before = seen(&freshness);
        freshness.note(Kind::CartChanged, 1);
        assert_eq!(seen(&freshness), before, "a cart is nothing the catalogue shows");
        freshness.note(Kind::StockChanged, 1);
        let after = seen(&freshness);
        assert_ne!(after.0, before.0);
        assert_eq!(after.1, before.1);
        assert_ne!(after.2, before.2);
        freshness.note(Kind::CatalogueChanged, 0);
        let all = seen(&freshness);
        assert!(all.0 != after.0 && all.1 != after.1 && all.2 != after.2);
    }

    #[test]
    fn stock_ages_a_product_but_not_what_it_is() {
        let freshness = Freshness::default();
        freshness.confirm(Instant::now());
        let (content, all) = (freshness.of_content(1), freshness.of_product(1));
        freshness.note(Kind::StockChanged, 1);
        assert_eq!(freshness.of_content(1), content);
        assert_ne!(freshness.of_product(1), all);
        freshness.note(Kind::ProductUpdated, 1);
        assert_ne!(freshness.of_content(1), content);
    }

    #[test]
    fn a_cart_is_as_it_was_until_it_changes() {
        let freshness = Freshness::default();
        assert_eq!(freshness.moment(), None, "nothing is known yet");
        freshness.confirm(Instant::now());
        let then = freshness.moment().unwrap();
        freshness.note(Kind::CartChanged, 2);
        assert!(freshness.cart_is_as_at(1, then) && !freshness.cart_is_as_at(2, then));
        assert!(freshness.cart_is_as_at(2, freshness.moment().unwrap()));
        freshness.note_all();
        assert!(!freshness.cart_is_as_at(1, then));
        freshness.doubt();
        assert_eq!(freshness.moment(), None);
    }

    #[test]
    fn nothing_is_current_while_the_log_is_not_read() {
        let freshness = Freshness::default();
        assert_eq!((freshness.of_lists(), freshness.of_product(1)), (None, None));
        freshness.confirm(Instant::now());
        assert!(freshness.of_lists().is_some() && freshness.of_product(1).is_some());
        if let Some(long_ago) = Instant::now().checked_sub(CONFIRMED) {
            freshness.confirm(long_ago);
            assert_eq!((freshness.of_lists(), freshness.of_product(1)), (None, None));
        }
    }

    #[test]
    fn a_product_that_changed_again_while_it_was_read_is_not_done_with() {
        let freshness = Freshness::default();
        freshness.note(Kind::StockChanged, 7);
        assert!(!freshness.has_changes(), "nobody watches");
        freshness.watch();
        freshness.note(Kind::StockChanged, 7);
        let read = freshness.changes();
        freshness.note(Kind::StockChanged, 7);
        freshness.settle(&read);
        assert!(freshness.has_changes());
        freshness.settle(&freshness.changes());
        assert!(!freshness.has_changes());
    }

    #[test]
    fn more_changes_than_can_be_noted_age_everything_in_memory() {
        let freshness = Freshness::default();
        freshness.confirm(Instant::now());
        freshness.watch();
        let before = freshness.of_memory();
        for id in 0..=i64::try_from(MOST_CHANGES).unwrap() {
            freshness.note(Kind::StockChanged, id);
        }
        assert_ne!(freshness.of_memory(), before);
    }

    #[test]
    fn a_look_that_began_before_the_database_failed_confirms_nothing() {
        let freshness = Freshness::default();
        let before = Instant::now();
        freshness.confirm(before);
        freshness.doubt();
        freshness.confirm(before);
        assert_eq!(freshness.of_lists(), None);
        freshness.confirm(Instant::now());
        assert!(freshness.of_lists().is_some());
    }
}
