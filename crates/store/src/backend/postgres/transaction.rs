//! A transaction on a connection of its own.

use super::super::row::Row;
use super::super::sql::Statement;
use super::{WAIT, send, tls};
use crate::error::{Error, Result};
use deadpool_postgres::Object;
use std::pin::pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// How long a rollback takes at most when nothing is in its way.
const PROMPT: Duration = Duration::from_millis(50);

pub(in super::super) struct PostgresTx {
    /// Taken when the transaction ends.
    client: Option<Object>,
    state: AtomicU8,
    watchdog: super::Watchdog,
}

/// Nothing was sent: BEGIN goes with the first statements.
const NEW: u8 = 0;
/// Statements are under way, or failed: nothing more may be sent, it could last by itself.
const BUSY: u8 = 1;
/// All statements so far succeeded.
const BEGUN: u8 = 2;

impl PostgresTx {
    pub(super) const fn new(client: Object, watchdog: super::Watchdog) -> Self {
        Self { client: Some(client), state: AtomicU8::new(NEW), watchdog }
    }

    pub(in super::super) async fn all(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>> {
        let run = async { self.run(statements, false).await.map_err(|failed| failed.error) };
        self.watchdog.guard(run).await
    }

    /// A COMMIT of a failed transaction answers ROLLBACK without an error; statements report their errors before that,
    /// so a transaction whose statements all succeeded really commits.
    pub(in super::super) async fn finish(mut self, last: Vec<Statement>) -> Result<Vec<Vec<Row>>> {
        let commit_at = last.len() + usize::from(self.state.load(Ordering::Relaxed) == NEW);
        let outcome = self.watchdog.guard(async { Ok(self.run(last, true).await) }).await;
        if let Some(client) = self.client.take()
            && !matches!(outcome, Ok(Ok(_)))
        {
            discard(client);
        }
        match outcome {
            Ok(Ok(rows)) => Ok(rows),
            // What the server itself refused, and what was never sent, is known not to have happened.
            Ok(Err(failed)) if failed.at.is_none() || (failed.by_server && failed.at != Some(commit_at)) => {
                Err(failed.error)
            }
            Ok(Err(failed)) => Err(unknown(failed.error)),
            Err(error) => Err(unknown(error)),
        }
    }

    /// Sends statements one behind the other, BEGIN ahead of the first of all and COMMIT behind the last.
    async fn run(
        &self,
        mut statements: Vec<Statement>,
        ends: bool,
    ) -> std::result::Result<Vec<Vec<Row>>, send::Failed> {
        let refused = |why: &str| send::Failed { error: Error::Other(why.into()), at: None, by_server: false };
        let client = self.client.as_ref().ok_or_else(|| refused("the transaction has ended"))?;
        let state = self.state.swap(BUSY, Ordering::AcqRel);
        if state == BUSY {
            return Err(refused("a statement of the transaction failed, or is under way"));
        }
        let begins = state == NEW;
        if begins {
            statements.insert(0, Statement::new("BEGIN", vec![]));
        }
        if ends {
            statements.push(Statement::new("COMMIT", vec![]));
        }
        let mut answers = send::run_all(client, &statements, self.watchdog.tls().pipelines()).await?;
        self.state.store(BEGUN, Ordering::Release);
        answers.truncate(answers.len() - usize::from(ends));
        answers.drain(..usize::from(begins));
        Ok(answers)
    }
}

fn unknown(error: Error) -> Error {
    match error {
        Error::Unavailable(why) => Error::OutcomeUnknown(why),
        other => other,
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        let Some(client) = self.client.take().filter(|_| *self.state.get_mut() != NEW) else { return };
        let tls = self.watchdog.tls().clone();
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
