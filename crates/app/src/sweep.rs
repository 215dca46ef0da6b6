//! Forgets what has expired: sessions with their carts, and token families.

use crate::{App, Failure};

/// Rows removed per transaction, so that a sweep never holds anything for long.
const BATCH: i64 = 500;

impl App {
    /// Removes expired sessions and token families in small transactions; returns how many of both.
    pub async fn sweep(&self) -> Result<usize, Failure> {
        let mut removed = 0;
        loop {
            let batch = store::retry(|| self.sweep_once()).await?;
            removed += batch;
            if batch < usize::try_from(BATCH).unwrap_or(usize::MAX) {
                return Ok(removed);
            }
        }
    }

    async fn sweep_once(&self) -> Result<usize, Failure> {
        let now = self.now();
        let tx = self.db.begin().await?;
        let sessions = store::session::sweep(&tx, now, BATCH).await?;
        let families = store::token::sweep(&tx, now, BATCH).await?;
        tx.commit().await?;
        Ok(sessions + families)
    }
}
