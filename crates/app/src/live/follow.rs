//! The one task per process that follows the log.

use super::hub::WINDOW;
use crate::{App, Failure};
use domain::event::{Kind, Logged};
use std::time::{Duration, Instant};
use store::event::{Numbered, Wanted};

/// How long it waits for a nudge before it looks by itself: the most an event is late when every nudge is lost.
const LOOK: Duration = Duration::from_millis(500);
/// Looks follow each other no sooner than this while there is something to number: each waits for the disk, which placing
/// orders needs too. The first after a while is not held back.
const PAUSE: Duration = Duration::from_millis(5);
/// Events read in one statement.
const BATCH: i64 = 1_000;

impl App {
    /// Follows the event log and hands it out, for as long as the process runs.
    pub async fn follow_log(self) {
        self.shared.join_nudges();
        let mut failing = false;
        let mut head = None;
        loop {
            match self.look(&mut head).await {
                Ok(numbered) => {
                    failing = false;
                    if numbered {
                        tokio::time::sleep(PAUSE).await;
                    }
                }
                // Told once, not twice a second.
                Err(error) if !failing => {
                    tracing::warn!(%error, "the event log can't be read; trying on");
                    failing = true;
                }
                Err(_) => {}
            }
            self.next_reason_to_look(head.unwrap_or_default()).await;
        }
    }

    /// Waits until the log has, or may have, grown beyond `head`.
    async fn next_reason_to_look(&self, head: i64) {
        let nudged = async { while self.shared.nudged().await <= head {} };
        tokio::select! {
            () = self.db.events_committed() => {}
            () = nudged => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }

    /// Numbers what is committed, reads what is new and hands it out. Returns whether there was something to number.
    async fn look(&self, head: &mut Option<i64>) -> Result<bool, Failure> {
        let mut has_numbered = false;
        let mut known = match *head {
            Some(known) => known,
            None => *head.insert(self.first_look().await?),
        };
        loop {
            let began = Instant::now();
            let Numbered { events: numbered, is_all } = store::event::number(&self.db).await?;
            if let Some(last) = numbered.last() {
                self.shared.nudge(last.seq);
                has_numbered = true;
            }
            let follows_on = numbered.first().is_some_and(|first| first.seq == known + 1);
            let new = if follows_on { numbered } else { self.read_on(known).await? };
            // Of what was committed before: nothing is left without a number, and all that have one were read.
            let to_its_end = is_all && (follows_on || i64::try_from(new.len()).is_ok_and(|read| read < BATCH));
            if self.is_cut_off(known, &new).await? {
                tracing::warn!(
                    known,
                    "the event log does not go on from here; everybody who is connected has to resume"
                );
                // Before others may take it that all is known, and once more for what was read meanwhile.
                self.db.freshness().note_all();
                known = *head.insert(self.first_look().await?);
                self.db.freshness().note_all();
                continue;
            }
            let Some(last) = new.last() else {
                if is_all {
                    self.db.freshness().confirm(began);
                }
                return Ok(has_numbered);
            };
            known = last.seq;
            for event in &new {
                self.db.freshness().note(event.kind, event.subject_id);
                if matches!(event.kind, Kind::OrderPlaced | Kind::OrderStatusChanged) {
                    self.mail_bells.collect.notify_one();
                }
            }
            self.live.hand_out(new).await;
            *head = Some(known);
            if to_its_end {
                self.db.freshness().confirm(began);
                return Ok(has_numbered);
            }
        }
    }

    /// The next events.
    async fn read_on(&self, known: i64) -> Result<Vec<Logged>, Failure> {
        let wanted = Wanted { everything: true, ..Wanted::default() };
        Ok(store::event::after(&self.db, known, known.saturating_add(BATCH), wanted, BATCH).await?)
    }

    /// Whether the log can't be read on from here: this process slept for longer than events are kept, rows were
    /// deleted by hand, or the database was replaced by an older copy of itself.
    async fn is_cut_off(&self, known: i64, new: &[Logged]) -> Result<bool, Failure> {
        if new.is_empty() {
            return Ok(!store::event::bounds(&self.db).await?.reach(known));
        }
        Ok(new.iter().zip(known + 1..).any(|(event, expected)| event.seq != expected))
    }

    /// Begins with the newest events the log holds.
    async fn first_look(&self) -> Result<i64, Failure> {
        while !store::event::number(&self.db).await?.events.is_empty() {}
        let bounds = store::event::bounds(&self.db).await?;
        let window = i64::try_from(WINDOW).unwrap_or(i64::MAX);
        let from = bounds.floor.max(bounds.head - window);
        let wanted = Wanted { everything: true, ..Wanted::default() };
        let newest = store::event::after(&self.db, from, bounds.head, wanted, window).await?;
        self.live.begin(newest, bounds.head);
        Ok(bounds.head)
    }
}
