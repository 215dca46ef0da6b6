//! The writer thread: transactions take turns (a fair semaphore), and the statements of the one whose turn it is go
//! to the thread in order. A transaction that is dropped is rolled back before the next one starts, because its
//! rollback is in the thread's queue ahead of that one's BEGIN.

use super::super::row::Row;
use super::super::sql::Value;
use super::{CLOSE, Closed, Open, connection};
use crate::error::{Error, Result};
use rusqlite::Connection;
use std::borrow::Cow;
use std::sync::{Arc, mpsc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

enum Command {
    Run { sql: Cow<'static, str>, params: Vec<Value>, answer: oneshot::Sender<Result<Vec<Row>>> },
    Rollback,
}

#[derive(Clone)]
pub(super) struct Writer {
    commands: mpsc::Sender<Command>,
    turn: Arc<Semaphore>,
}

pub(in super::super) struct SqliteTx {
    commands: mpsc::Sender<Command>,
    /// Present until the transaction has ended; given back after the rollback was queued.
    turn: Option<OwnedSemaphorePermit>,
}

impl Writer {
    pub(super) fn start(connection: Connection, readers: Closed, open: Open) -> Result<Self> {
        let (commands, queue) = mpsc::channel();
        let thread = std::thread::Builder::new().name("sqlite-write".into());
        let work = move || {
            serve(&connection, &queue);
            // Of connections that close at the same moment, each takes another for the last one, which alone brings
            // everything into the one file.
            let _ = readers.recv_timeout(CLOSE);
            drop(connection);
            drop(open);
        };
        thread.spawn(work).map_err(|error| Error::Other(error.to_string()))?;
        Ok(Self { commands, turn: Arc::new(Semaphore::new(1)) })
    }

    pub(super) async fn begin(&self) -> Result<SqliteTx> {
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.map_err(|_| Error::Unavailable("the database is closed".into()))?;
        // Made before BEGIN is sent, so that a caller who leaves meanwhile still rolls back.
        let tx = SqliteTx { commands: self.commands.clone(), turn: Some(turn) };
        // SQLite has waited for the lock already (`busy_timeout`): trying again would only keep the caller longer.
        tx.query(Cow::Borrowed("BEGIN IMMEDIATE"), vec![]).await.map_err(|error| match error {
            Error::Retry(_) => Error::Unavailable("another program holds the database".into()),
            other => other,
        })?;
        Ok(tx)
    }
}

impl SqliteTx {
    pub(in super::super) async fn query(&self, sql: Cow<'static, str>, params: Vec<Value>) -> Result<Vec<Row>> {
        run(&self.commands, sql, params).await
    }

    pub(in super::super) async fn commit(mut self) -> Result<()> {
        run(&self.commands, Cow::Borrowed("COMMIT"), vec![]).await?;
        self.turn.take();
        Ok(())
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        if self.turn.is_some() {
            let _ = self.commands.send(Command::Rollback);
        }
    }
}

async fn run(commands: &mpsc::Sender<Command>, sql: Cow<'static, str>, params: Vec<Value>) -> Result<Vec<Row>> {
    let (answer, answered) = oneshot::channel();
    let closed = |()| Error::Unavailable("the database is closed".into());
    commands.send(Command::Run { sql, params, answer }).map_err(|_| closed(()))?;
    answered.await.map_err(|_| closed(()))?
}

fn serve(connection: &Connection, queue: &mpsc::Receiver<Command>) {
    while let Ok(command) = queue.recv() {
        match command {
            Command::Run { sql, params, answer } => {
                // A caller that left meanwhile drops its transaction, which queues the rollback.
                let _ = answer.send(connection::run(connection, &sql, &params));
            }
            Command::Rollback => rollback(connection),
        }
    }
}

fn rollback(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "rolling back failed");
    }
}
