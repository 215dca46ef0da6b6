//! A transaction on a connection of its own.

use super::super::row::Row;
use super::super::sql::Statement;
use super::{WAIT, send, tls};
use crate::error::{Error, Result};
use deadpool_postgres::Object;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a rollback takes at most when nothing is in its way.
const PROMPT: Duration = Duration::from_millis(50);

pub(in super::super) struct PostgresTx {
    /// Taken when the transaction ends.
    client: Option<Object>,
    /// Whether BEGIN was sent: it goes with the first statements.
    begun: AtomicBool,
    watchdog: super::Watchdog,
}

impl PostgresTx {
    pub(super) const fn new(client: Object, watchdog: super::Watchdog) -> Self {
        Self { client: Some(client), begun: AtomicBool::new(false), watchdog }
    }

    pub(in super::super) async fn all(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>> {
        self.watchdog.guard(self.run(statements, false)).await
    }

    /// A COMMIT of a failed transaction answers ROLLBACK without an error; statements report their errors before that,
    /// so a transaction whose statements all succeeded really commits.
    pub(in super::super) async fn finish(mut self, last: Vec<Statement>) -> Result<Vec<Vec<Row>>> {
        let outcome = self.watchdog.guard(self.run(last, true)).await;
        if let Some(client) = self.client.take()
            && outcome.is_err()
        {
            discard(client);
        }
        // What the server itself said it refused is known not to have happened.
        outcome.map_err(|problem| match problem {
            Error::Unavailable(why) => Error::OutcomeUnknown(why),
            other => other,
        })
    }

    /// Sends statements one behind the other, BEGIN ahead of the first of all and COMMIT behind the last.
    async fn run(&self, mut statements: Vec<Statement>, ends: bool) -> Result<Vec<Vec<Row>>> {
        let client = self.client.as_ref().ok_or_else(|| Error::Other("the transaction has ended".into()))?;
        let begins = !self.begun.swap(true, Ordering::Relaxed);
        if begins {
            statements.insert(0, Statement::new("BEGIN", vec![]));
        }
        if ends {
            statements.push(Statement::new("COMMIT", vec![]));
        }
        let mut answers = send::run_all(client, &statements).await?;
        answers.truncate(answers.len() - usize::from(ends));
        answers.drain(..usize::from(begins));
        Ok(answers)
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        let Some(client) = self.client.take().filter(|_| *self.begun.get_mut()) else { return };
        let tls = self.watchdog.tls();
        let rollback = async move {
            if !roll_back(&client, tls).await {
                discard(client);
            }
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(rollback)),
            Err(_) => drop(rollback),
        }
    }
}

/// Whether the transaction on this connection was rolled back.
async fn roll_back(client: &Object, tls: tls::Tls) -> bool {
    let mut rolled_back = pin!(client.batch_execute("ROLLBACK"));
    let mut answered = tokio::time::timeout(PROMPT, &mut rolled_back).await;
    if answered.is_err() {
        // A statement of it waits for a row that somebody holds, and all it has locked waits with it.
        let _ = tokio::time::timeout(WAIT, client.cancel_token().cancel_query(tls)).await;
        answered = tokio::time::timeout(WAIT, &mut rolled_back).await;
    }
    matches!(answered, Ok(Ok(())))
}

/// Closes a connection whose state is unknown instead of giving it back to the pool.
fn discard(client: Object) {
    drop(Object::take(client));
}
