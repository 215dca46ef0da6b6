//! From a place in the log to the present: pages from the database until this process remembers the rest, then the
//! hub, without a gap in between and nothing twice.

use super::hub::Joined;
use super::{Delivery, Seat, Subscription};
use crate::{App, Failure};

/// Events of one step, so that a long absence does not fill the memory.
const PAGE: usize = 200;

/// Somebody on the way to the present.
#[derive(Clone, Debug)]
pub struct CatchUp {
    subscription: Subscription,
    pub(super) after: i64,
}

/// What to do after a step.
#[derive(Debug)]
pub enum Step {
    /// Send these; there is more.
    More(Vec<Delivery>),
    /// Send these; what comes later comes to the seat. Holds the membership's id.
    Done(u64, Vec<Delivery>),
    /// What was missed can't be had. What comes after this place comes to the seat. Holds the membership's id.
    Lost(u64, i64),
}

impl CatchUp {
    /// Everything of `subscription` after the place.
    #[must_use]
    pub const fn new(subscription: Subscription, after: i64) -> Self {
        Self { subscription, after }
    }

    /// One step on.
    ///
    /// # Errors
    /// When the database fails; the step can be taken again.
    pub async fn step(&mut self, app: &App, seat: &mut Seat) -> Result<Step, Failure> {
        match seat.try_follow(&self.subscription, self.after) {
            Joined::At { id, missed, .. } => return Ok(Step::Done(id, missed)),
            Joined::Behind => {}
            Joined::Ahead => return self.step_ahead(app, seat).await,
        }
        let Some(page) = app.log_page(&self.subscription, self.after, PAGE).await? else { return Ok(self.lost(seat)) };
        self.after = page.reached;
        Ok(Step::More(page.events))
    }

    /// The place is ahead of what this process has read: fine if the log has got there.
    async fn step_ahead(&self, app: &App, seat: &mut Seat) -> Result<Step, Failure> {
        if app.log_bounds().await?.head < self.after {
            return Ok(self.lost(seat));
        }
        // This process may have come past the place meanwhile: then the next step joins as usual.
        Ok(match seat.try_follow_ahead(&self.subscription, self.after) {
            Some(id) => Step::Done(id, vec![]),
            None => Step::More(vec![]),
        })
    }

    fn lost(&self, seat: &mut Seat) -> Step {
        let (id, head) = seat.follow(&self.subscription);
        Step::Lost(id, head)
    }
}
