//! Reading the log page by page, for whoever polls and whoever was away for long.

use super::{Delivery, Entry, Subscription};
use crate::{App, Failure};
use store::event::Bounds;

/// A stretch of the log.
#[derive(Debug)]
pub struct Page {
    /// Its events, in order.
    pub events: Vec<Delivery>,
    /// Everything up to here was looked at: the place to go on from.
    pub reached: i64,
    /// Whether there is more.
    pub more: bool,
}

/// Events looked at in one statement.
const SPAN: i64 = 5_000;
/// Rows of one statement at least.
const FEWEST: i64 = 500;
/// Statements for one page, so that a long stretch without a match does not keep anybody waiting.
const STATEMENTS: usize = 20;

impl App {
    /// Where the log begins and ends.
    pub async fn log_bounds(&self) -> Result<Bounds, Failure> {
        Ok(store::event::bounds(&self.db).await?)
    }

    /// The events after `after` that belong to a subscription, at most `limit`. `None` when the log does not reach:
    /// what was missed is swept away, or the place is of another log.
    pub async fn log_page(
        &self,
        subscription: &Subscription,
        after: i64,
        limit: usize,
    ) -> Result<Option<Page>, Failure> {
        let _turn = self.live.page_turn().await;
        let before = self.log_bounds().await?;
        if !before.reach(after) {
            return Ok(None);
        }
        let (mut events, mut reached) = (vec![], after);
        for _ in 0..STATEMENTS {
            if reached == before.head || events.len() == limit {
                break;
            }
            reached = self.log_span(subscription, reached, before.head, limit, &mut events).await?;
        }
        // Swept away while it was read: there may be holes.
        if self.log_bounds().await?.floor > after {
            return Ok(None);
        }
        Ok(Some(Page { events, reached, more: reached < before.head }))
    }

    /// Reads on from `from`; returns how far it came.
    async fn log_span(
        &self,
        subscription: &Subscription,
        from: i64,
        head: i64,
        limit: usize,
        events: &mut Vec<Delivery>,
    ) -> Result<i64, Failure> {
        let to = head.min(from.saturating_add(SPAN));
        // Not fewer than are worth a statement, whatever the caller wants: most may be of other topics.
        let most = i64::try_from(limit).unwrap_or(SPAN).clamp(FEWEST, SPAN);
        let rows = store::event::after(&self.db, from, to, subscription.wanted(), most).await?;
        let whole = i64::try_from(rows.len()).unwrap_or(SPAN) < most;
        let mut reached = from;
        for row in rows {
            if events.len() == limit {
                return Ok(reached);
            }
            reached = row.seq;
            if let Some(topic) = subscription.topic_of(&row) {
                events.push((topic, Entry::new(row)));
            }
        }
        Ok(if whole { to } else { reached })
    }
}
