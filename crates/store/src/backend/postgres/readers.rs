//! The connections all short reads share. Each sends statements without waiting for the answers to those before
//! (pipelining), so that many callers need few connections and none waits for one to be free.

use crate::error::Result;
use deadpool_postgres::Object;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// More than one, so that a statement that takes its time holds up half of the others at most.
pub(super) const CONNECTIONS: usize = 2;

#[derive(Default)]
pub(super) struct Readers {
    connections: [Mutex<Option<Arc<Object>>>; CONNECTIONS],
    turn: AtomicUsize,
}

impl Readers {
    /// The connection whose turn it is; `fresh` brings another when there is none yet or it was closed.
    pub(super) async fn next(&self, fresh: impl Future<Output = Result<Object>>) -> Result<Arc<Object>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % CONNECTIONS;
        let slot = &self.connections[turn];
        let open = slot.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(open) = open.filter(|connection| !connection.is_closed()) {
            return Ok(open);
        }
        let fresh = Arc::new(fresh.await?);
        // Of several who bring one the last stays; the others go back to the pool with those who use them.
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}
