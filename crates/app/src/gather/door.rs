//! Who is let in to the shop's tills while more comes than can be done: nothing is looked up for the others, who would
//! only find out later that they have to come back.

use super::{Gatherer, Job, refused};
use crate::{App, Failure};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Callers inside, so many batches of them, when nobody more may put something into a cart: one is under way, one waits.
const ADDITIONS: usize = 2;
/// And when nobody more may order. Whoever orders has filled a cart before: were they sent away as early, that work would
/// have been done in vain.
const ORDERS: usize = 4;

/// How long those who come are counted.
const WHILE: Duration = Duration::from_millis(250);
/// More comes than can be done when more than one in so many is sent away. A pause of the disk, too, makes a crowd at the
/// door for a moment; it must not be the reason to send away those who come after it.
const MANY: u32 = 10;

/// Counts who is inside, and who comes.
#[derive(Debug, Default)]
pub(super) struct Door {
    inside: Arc<AtomicUsize>,
    lately: Mutex<Lately>,
}

/// Those who came in a while, and how many of them were sent away.
#[derive(Debug, Default)]
struct Lately {
    since: Option<Instant>,
    came: u32,
    refused: u32,
}

/// Somebody who was let in. Leaves when dropped.
#[must_use]
#[derive(Debug)]
pub struct Pass(Arc<AtomicUsize>);

impl Door {
    /// Lets somebody in who is going to ask this gatherer. While more comes than can be done, only as long as fewer than
    /// so many batches are inside.
    fn admit<J: Job>(&self, gatherer: &Gatherer<J>, batches: usize) -> Result<Pass, Failure> {
        let others = self.inside.fetch_add(1, Ordering::Relaxed);
        let pass = Pass(Arc::clone(&self.inside));
        let is_refused = others >= batches * J::MOST && gatherer.queue().patience.more_comes_than_can_be_done();
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        if lately.note(is_refused, Instant::now()) {
            gatherer.queue().patience.refused();
        }
        drop(lately);
        if is_refused { Err(refused::<J>()) } else { Ok(pass) }
    }
}

impl Lately {
    /// Notes that somebody came now. At the end of a while, tells whether many were refused in it.
    fn note(&mut self, is_refused: bool, now: Instant) -> bool {
        let is_over = self.since.is_some_and(|since| now.duration_since(since) >= WHILE);
        let were_many = is_over && self.refused > self.came / MANY;
        if is_over || self.since.is_none() {
            *self = Self { since: Some(now), came: 0, refused: 0 };
        }
        self.came += 1;
        self.refused += u32::from(is_refused);
        were_many
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl App {
    /// Lets somebody in who is going to put something into a cart.
    ///
    /// # Errors
    /// As for [`App::admit_order`], sooner.
    pub fn admit_addition(&self) -> Result<Pass, Failure> {
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
    use super::{ADDITIONS, Door, Lately, ORDERS, Pass, WHILE};
    use crate::gather::{Gatherer, Job};
    use crate::{App, Failure};
    use std::sync::Arc;
    use std::time::{Duration, Instant};

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

    /// Whether more comes than can be done, when of two hundred so many are sent away.
    fn are_many(refused: u32) -> bool {
        let (mut lately, began) = (Lately::default(), Instant::now());
        for at in 0..200 {
            let now = began + Duration::from_millis(at.into());
            assert!(!lately.note(at < refused, now), "the while is not over");
        }
        lately.note(true, began + WHILE)
    }

    #[test]
    fn a_crowd_for_a_moment_is_no_reason_to_refuse_those_who_come_after_it() {
        assert!(!are_many(0));
        assert!(!are_many(15));
        assert!(are_many(100));
    }
}
