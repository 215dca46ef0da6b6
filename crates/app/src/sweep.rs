//! Forgets what has expired: sessions with their carts, token families, tickets, old answers, old events, old rows of
//! the audit log, and old mails. Adds up the counts of orders that have gathered.

use crate::{App, Failure, seconds};

/// Rows removed per transaction, so that a sweep never holds anything for long.
const BATCH: i64 = 500;

impl App {
    /// Removes what has expired in small transactions; returns how many rows.
    pub async fn sweep(&self) -> Result<usize, Failure> {
        let mut removed = 0;
        loop {
            let batch = store::retry(|| self.sweep_once()).await?;
            removed += batch;
            // A full batch of any sort makes at least half as many: adding up leaves a row for each sum.
            if batch < usize::try_from(BATCH / 2).unwrap_or(usize::MAX) {
                return Ok(removed);
            }
        }
    }

    async fn sweep_once(&self) -> Result<usize, Failure> {
        let now = self.now();
        let tx = self.db.begin().await?;
        let sessions = store::session::sweep(&tx, now, BATCH).await?;
        let families = store::token::sweep(&tx, now, BATCH).await?;
        let tickets = store::ticket::sweep(&tx, now, BATCH).await?;
        let kept_since = now.plus_seconds(-seconds(self.settings.event_retention));
        let events = store::event::sweep(&tx, kept_since, BATCH).await?;
        let answered_since = now.plus_seconds(-seconds(self.settings.idempotency_retention));
        let answers = store::idempotency::sweep(&tx, answered_since, BATCH).await?;
        let audit_since = now.plus_seconds(-seconds(self.settings.audit_retention));
        let changes = store::audit::sweep(&tx, audit_since, BATCH).await?;
        let links = store::account_token::sweep(&tx, now, BATCH).await?;
        let mailed_since = now.plus_seconds(-seconds(self.settings.mails.retention));
        let mails = store::mail::sweep(&tx, mailed_since, BATCH).await?;
        let counts = store::order::add_up_counts(&tx, BATCH).await?;
        tx.commit().await?;
        Ok(sessions + families + tickets + events + answers + changes + links + mails + counts)
    }
}
