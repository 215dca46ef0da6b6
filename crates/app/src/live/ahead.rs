//! Whether this process knows of everything that is committed.

use super::Live;
use crate::gather::{Job, each};
use crate::{App, Failure};
use std::sync::atomic::Ordering;
use store::Settled;

/// Somebody who wants to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookAhead;

impl Job for LookAhead {
    const NAME: &'static str = "log_ends";
    type Answer = Result<bool, Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        let has_read_all = async {
            let Some(head) = app.live.head_now() else { return Ok(false) };
            Ok(!app.live.compared(store::event::is_behind(&app.db, head).await?))
        };
        Ok(each(has_read_all.await, jobs.iter(), |has_read_all, _| *has_read_all))
    }
}

/// How things stood before anything was taken from memory. What is read of the log makes memory age before it moves the
/// head: whoever took from memory first and looked for the head then could miss a change between the two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outset {
    /// How far the log was read; `None` until it was first looked at.
    pub(crate) head: Option<i64>,
    /// Whether others had written when that was last compared with the log, so that they are likely to have again.
    pub(crate) others_write: bool,
}

impl Live {
    /// How things stand now.
    pub(crate) fn outset(&self) -> Outset {
        Outset { head: self.head_now(), others_write: self.others_write.load(Ordering::Relaxed) }
    }

    /// Whether others may have changed what this process knows, by what a transaction has found out.
    pub(crate) fn may_be_behind(&self, settled: &Settled) -> bool {
        settled.is_behind.is_none_or(|is_behind| self.compared(is_behind))
    }

    /// Notes whether there was anything in the log that others wrote and this process has not read; returns the same.
    fn compared(&self, is_behind: bool) -> bool {
        if self.others_write.load(Ordering::Relaxed) != is_behind {
            self.others_write.store(is_behind, Ordering::Relaxed);
        }
        is_behind
    }
}

impl App {
    /// Whether every change that was committed when this was called is known here. Changes of this process always are;
    /// on SQLite, where one process serves, those are all that can have been answered.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_read_all(&self) -> Result<bool, Failure> {
        if self.db.path().is_some() {
            return Ok(true);
        }
        self.gatherers.log_ends.ask(self, LookAhead).await?
    }
}
