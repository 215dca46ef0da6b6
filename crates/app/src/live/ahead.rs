//! Whether this process knows of everything that is committed.

use crate::gather::{Job, each};
use crate::{App, Failure};

/// Somebody who wants to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookAhead;

impl Job for LookAhead {
    /// The last event that has a place in the log, and whether others wait for theirs.
    type Answer = Result<(i64, bool), Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        Ok(each(store::event::end(&app.db).await, jobs.iter(), |end, _| *end))
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
        let (last, more_wait) = self.gatherers.log_ends.ask(self, LookAhead).await??;
        Ok(!more_wait && self.live.head_now() == Some(last))
    }
}
