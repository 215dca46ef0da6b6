//! Who is let in to the shop's tills while more comes than can be done: nothing is looked up for the others, who would
//! only find out later that they have to come back.

use super::{Gatherer, Job, refused};
use crate::{App, Failure};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Callers inside, so many batches of them, when nobody more may put something into a cart: one is under way, one waits.
const ADDITIONS: usize = 2;
/// And when nobody more may order. Whoever orders has filled a cart before: were they sent away as early, that work would
/// have been done in vain.
const ORDERS: usize = 4;

/// Counts who is inside.
#[derive(Debug, Default)]
pub(super) struct Door(Arc<AtomicUsize>);

/// Somebody who was let in. Leaves when dropped.
#[must_use]
#[derive(Debug)]
pub struct Pass(Arc<AtomicUsize>);

impl Door {
    /// Lets somebody in who is going to ask this gatherer. While more comes than can be done, only as long as fewer than
    /// so many batches are inside.
    fn admit<J: Job>(&self, gatherer: &Gatherer<J>, batches: usize) -> Result<Pass, Failure> {
        let others = self.0.fetch_add(1, Ordering::Relaxed);
        let pass = Pass(Arc::clone(&self.0));
        if others >= batches * J::MOST {
            let patience = &gatherer.queue().patience;
            if patience.more_comes_than_can_be_done() {
                patience.refused();
                return Err(refused::<J>());
            }
        }
        Ok(pass)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl App {
    /// Lets somebody in who is going to put something into a cart.
    pub(crate) fn admit_addition(&self) -> Result<Pass, Failure> {
        self.gatherers.door.admit(&self.gatherers.cart_adds, ADDITIONS)
    }

    /// Lets somebody in who is going to place an order.
    ///
    /// # Errors
    /// [`Failure::Busy`] while more comes than can be done, and too much of it is inside.
    pub fn admit_order(&self) -> Result<Pass, Failure> {
        self.gatherers.door.admit(&self.gatherers.orders, ORDERS)
    }
}

#[cfg(test)]
mod tests {
    use super::{ADDITIONS, Door, ORDERS, Pass};
    use crate::gather::{Gatherer, Job};
    use crate::{App, Failure};
    use std::sync::Arc;

    struct Nothing;

    impl Job for Nothing {
        const NAME: &'static str = "nothing";
        type Answer = ();

        async fn do_all(_: &App, jobs: Vec<Self>) -> Result<Vec<()>, Vec<Self>> {
            Ok(jobs.iter().map(|_| ()).collect())
        }
    }

    fn gatherer() -> Gatherer<Nothing> {
        Gatherer::among(&Arc::default())
    }

    fn admitted(door: &Door, gatherer: &Gatherer<Nothing>, batches: usize) -> Vec<Pass> {
        (0..1_000).filter_map(|_| door.admit(gatherer, batches).ok()).collect()
    }

    #[test]
    fn in_a_rush_everybody_is_let_in() {
        assert_eq!(admitted(&Door::default(), &gatherer(), ADDITIONS).len(), 1_000);
    }

    #[test]
    fn while_more_comes_than_can_be_done_those_who_order_are_let_in_before_those_who_fill_a_cart() {
        let (door, gatherer) = (Door::default(), gatherer());
        gatherer.queue().patience.refused();
        let mut inside = admitted(&door, &gatherer, ADDITIONS);
        assert_eq!(inside.len(), ADDITIONS * Nothing::MOST);
        inside.extend(admitted(&door, &gatherer, ORDERS));
        assert_eq!(inside.len(), ORDERS * Nothing::MOST, "those who order as well");
        assert!(matches!(door.admit(&gatherer, ORDERS), Err(Failure::Busy(_))));
        inside.truncate(inside.len() - 3);
        assert!(door.admit(&gatherer, ADDITIONS).is_err(), "too many are inside still");
        inside.extend(admitted(&door, &gatherer, ORDERS));
        assert_eq!(inside.len(), ORDERS * Nothing::MOST, "as many as have left");
    }
}
