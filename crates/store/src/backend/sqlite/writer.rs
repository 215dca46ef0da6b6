//! The writer thread: transactions take turns (a fair semaphore), and the statements of the one whose turn it is go
//! to the thread in order. A transaction that is dropped is rolled back before the next one starts, because its
//! rollback is in the thread's queue ahead of that one's BEGIN.

use super::super::PoolFigures;
use super::super::row::Row;
use super::super::sql::Statement;
use super::{CLOSE, Closed, Open, connection};
use crate::error::{Error, Result};
use crate::patience::{self, Patience};
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// How long a transaction waits for its turn while others always do: a few turns of a slow disk.
const MOMENT: Duration = Duration::from_millis(500);

enum Command {
    Run(Run),
    Rollback,
}

/// Statements of one transaction, one after the other.
struct Run {
    /// Whether it begins with them, and ends with them.
    begins: bool,
    ends: bool,
    statements: Vec<Statement>,
    answer: oneshot::Sender<Result<Vec<Vec<Row>>>>,
}

#[derive(Clone)]
pub(super) struct Writer {
    commands: mpsc::Sender<Command>,
    turn: Arc<Semaphore>,
    patience: Arc<Patience>,
    /// Transactions that wait for their turn.
    waiting: Arc<AtomicUsize>,
}

/// Counts whoever waits, for as long as they do.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(in super::super) struct SqliteTx {
    commands: mpsc::Sender<Command>,
    /// Present until the transaction has ended; given back after the rollback was queued.
    turn: Option<OwnedSemaphorePermit>,
    /// Whether BEGIN was sent: it goes with the first statements.
    begun: AtomicBool,
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
        let (turn, patience) = (Arc::new(Semaphore::new(1)), Arc::new(Patience::new(MOMENT)));
        Ok(Self { commands, turn, patience, waiting: Arc::default() })
    }

    pub(super) fn figures(&self) -> PoolFigures {
        let idle = self.turn.available_permits().min(1);
        PoolFigures { name: "write", in_use: 1 - idle, idle, most: 1, waiting: self.waiting.load(Ordering::Relaxed) }
    }

    pub(super) async fn begin(&self) -> Result<SqliteTx> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(&self.waiting);
        let turn = patience::turn(&self.turn, &self.patience).await?;
        drop(waiting);
        Ok(SqliteTx { commands: self.commands.clone(), turn: Some(turn), begun: AtomicBool::new(false) })
    }
}

impl SqliteTx {
    pub(in super::super) async fn all(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>> {
        self.run(statements, false).await
    }

    pub(in super::super) async fn finish(mut self, last: Vec<Statement>) -> Result<Vec<Vec<Row>>> {
        let rows = self.run(last, true).await?;
        self.turn.take();
        Ok(rows)
    }

    async fn run(&self, statements: Vec<Statement>, ends: bool) -> Result<Vec<Vec<Row>>> {
        let begins = !self.begun.swap(true, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        let closed = |()| Error::Unavailable("the database is closed".into());
        self.commands.send(Command::Run(Run { begins, ends, statements, answer })).map_err(|_| closed(()))?;
        answered.await.map_err(|_| closed(()))?
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        if self.turn.is_some() && *self.begun.get_mut() {
            let _ = self.commands.send(Command::Rollback);
        }
    }
}

fn serve(connection: &Connection, queue: &mpsc::Receiver<Command>) {
    while let Ok(command) = queue.recv() {
        match command {
            Command::Run(run) => {
                let rows = run_all(connection, &run);
                // A caller that left meanwhile drops its transaction, which queues the rollback.
                let _ = run.answer.send(rows);
            }
            Command::Rollback => rollback(connection),
        }
    }
}

fn run_all(connection: &Connection, run: &Run) -> Result<Vec<Vec<Row>>> {
    if run.begins {
        // SQLite has waited for the lock already (`busy_timeout`): trying again would only keep the caller longer.
        connection::execute(connection, "BEGIN IMMEDIATE").map_err(|error| match error {
            Error::Retry(_) => Error::Unavailable("another program holds the database".into()),
            other => other,
        })?;
    } else if connection.is_autocommit() {
        // Its beginning failed: what comes now must not last by itself.
        return Err(Error::Other("the transaction has ended".into()));
    }
    let rows = run.statements.iter().map(|statement| connection::run(connection, statement)).collect::<Result<_>>()?;
    if run.ends {
        connection::execute(connection, "COMMIT")?;
    }
    Ok(rows)
}

fn rollback(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "rolling back failed");
    }
}
