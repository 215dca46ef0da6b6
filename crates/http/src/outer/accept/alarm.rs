//! A date that keeps moving away.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep, sleep_until};

/// Wakes its task when a date has come. Dates that move away, as those of a busy connection do with each request, cost
/// nothing: the timer is set anew when it goes off too early, not each time the date moves.
#[derive(Default)]
pub(super) struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Ready once `date` has come.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, date: Instant) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(date)));
        if date < sleep.deadline() {
            sleep.as_mut().reset(date);
        }
        loop {
            ready!(sleep.as_mut().poll(context));
            if date <= sleep.deadline() {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(date);
        }
    }
}
