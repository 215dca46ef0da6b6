//! Whether this process knows of everything that is committed.

use super::Live;
use crate::gather::{Job, each};
use crate::{App, Failure};
use std::sync::atomic::Ordering;

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

impl Live {
    /// Whether other processes write, so that what is remembered is likely to be out of date the next time, too.
    pub(crate) fn others_write(&self) -> bool {
        self.others_write.load(Ordering::Relaxed)
    }

    /// Notes whether there was anything in the log that others wrote and this process has not read; returns the same.
    pub(crate) fn compared(&self, is_behind: bool) -> bool {
        if self.others_write() != is_behind {
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
