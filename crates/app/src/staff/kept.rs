//! The dashboard's figures, kept for a moment: everybody who has the console open asks for the same, and asks again
//! whenever something happens. Of those who ask at the same moment one looks, and the others wait for what it finds.

use super::Dashboard;
use crate::Failure;
use domain::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long figures are good for, in seconds.
const KEPT: i64 = 3;

/// What was asked for: days, and what counts as little.
type Asked = (i64, i64);
/// When the figures were added up, and what came out; locked while somebody adds up.
type Slot = tokio::sync::Mutex<Option<(Timestamp, Arc<Dashboard>)>>;

/// Figures by what was asked for.
#[derive(Default)]
pub(crate) struct Dashboards(Mutex<HashMap<Asked, Arc<Slot>>>);

impl Dashboards {
    /// The figures as they are kept, or as `look` finds them at `now`.
    pub(super) async fn get(
        &self,
        asked: Asked,
        now: impl Fn() -> Timestamp,
        look: impl AsyncFnOnce() -> Result<Dashboard, Failure>,
    ) -> Result<Arc<Dashboard>, Failure> {
        let slot = self.slot(asked, now());
        let mut kept = slot.lock().await;
        if let Some((at, dashboard)) = &*kept
            && is_good(*at, now())
        {
            return Ok(dashboard.clone());
        }
        // The moment before looking: what happens meanwhile may be missing.
        let at = now();
        let dashboard = Arc::new(look().await?);
        *kept = Some((at, dashboard.clone()));
        Ok(dashboard)
    }

    /// Where the answer to a question is kept; forgets those that are good no more and that nobody waits for.
    fn slot(&self, asked: Asked, now: Timestamp) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| {
            let good =
                |kept: &Option<(Timestamp, Arc<Dashboard>)>| kept.as_ref().is_some_and(|(at, _)| is_good(*at, now));
            slot.try_lock().map_or(true, |kept| good(&kept))
        });
        slots.entry(asked).or_default().clone()
    }
}

fn is_good(at: Timestamp, now: Timestamp) -> bool {
    (at..at.plus_seconds(KEPT)).contains(&now)
}

#[cfg(test)]
mod tests {
    use super::{Dashboards, KEPT};
    use crate::staff::Dashboard;
    use domain::time::Timestamp;
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    fn empty() -> Dashboard {
        Dashboard { days: vec![], statuses: vec![], best_sellers: vec![], low_stock: vec![] }
    }

    #[tokio::test]
    async fn of_many_who_ask_at_once_one_looks_and_its_figures_are_good_for_a_moment() {
        let (kept, looks, clock) = (Dashboards::default(), AtomicUsize::new(0), AtomicI64::new(0));
        let ask = async |days: i64| {
            let look = async || {
                looks.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok(empty())
            };
            kept.get((days, 5), || Timestamp(clock.load(Ordering::Relaxed)), look).await.expect("figures");
        };
        tokio::join!(ask(7), ask(7), ask(7), ask(30));
        assert_eq!(looks.load(Ordering::Relaxed), 2, "one for each question");
        clock.store(Timestamp(0).plus_seconds(KEPT).0, Ordering::Relaxed);
        ask(7).await;
        assert_eq!(looks.load(Ordering::Relaxed), 3, "figures that are too old");
        assert_eq!(kept.0.lock().expect("nobody panicked").len(), 1, "what is good no more is forgotten");
    }

    #[tokio::test]
    async fn what_went_wrong_is_not_kept() {
        let kept = Dashboards::default();
        let failed = kept.get((7, 5), || Timestamp(0), async || Err(crate::Failure::Busy(1))).await;
        assert!(failed.is_err());
        kept.get((7, 5), || Timestamp(0), async || Ok(empty())).await.expect("the next one looks");
    }
}
