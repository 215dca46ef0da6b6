//! Transactions take turns (a fair semaphore), and the statements of the one whose turn it is go to the writer's thread in
//! order. A transaction that is dropped is rolled back before the next one starts, because its rollback is in the thread's
//! queue ahead of that one's BEGIN.
//!
//! Work that is one transaction from its beginning on can be brought to the thread itself ([`Writer::bring`]), where its
//! statements run at once. The next transaction begins while the disk takes what such a one wrote ([`Disk`]).

use super::super::PoolFigures;
use super::super::row::Row;
use super::super::sql::Statement;
use super::disk::Disk;
use super::thread::{self, Command, Job, Run, Tell, closed};
use super::{CLOSE, Closed, Open};
use crate::error::{Error, Result};
use crate::patience::{self, Patience};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// How long a transaction waits for its turn while others always do: a few turns of a slow disk.
const MOMENT: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub(super) struct Writer {
    commands: mpsc::Sender<Command>,
    turn: Arc<Semaphore>,
    patience: Arc<Patience>,
    /// Transactions that wait for their turn.
    waiting: Arc<AtomicUsize>,
    disk: Arc<Disk>,
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
    disk: Arc<Disk>,
    /// Present until the transaction has ended; given back after the rollback was queued.
    turn: Option<OwnedSemaphorePermit>,
    /// Whether BEGIN was sent: it goes with the first statements.
    begun: AtomicBool,
}

impl Writer {
    pub(super) fn start(connection: Connection, disk: Arc<Disk>, readers: Closed, open: Open) -> Result<Self> {
        let (commands, queue) = mpsc::channel();
        let (turn, waiting) = (Arc::new(Semaphore::new(1)), Arc::<AtomicUsize>::default());
        let thread = std::thread::Builder::new().name("sqlite-write".into());
        let its_disk = Arc::clone(&disk);
        let its_turn = Arc::clone(&turn);
        let work = move || {
            let connection = thread::serve(connection, &queue, &its_disk, &its_turn);
            // Of connections that close at the same moment, each takes another for the last one, which alone brings
            // everything into the one file.
            let _ = readers.recv_timeout(CLOSE);
            drop(connection);
            drop(open);
        };
        thread.spawn(work).map_err(|error| Error::Other(error.to_string()))?;
        Ok(Self { commands, turn, patience: Arc::new(Patience::new(MOMENT)), waiting, disk })
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
        let (commands, disk) = (self.commands.clone(), Arc::clone(&self.disk));
        Ok(SqliteTx { commands, disk, turn: Some(turn), begun: AtomicBool::new(false) })
    }

    /// Brings work to the thread, where statements of its transaction run at once. It goes on here when it waits for
    /// anything else: for the disk at the end, or for something that is no statement.
    pub(super) async fn bring<F>(&self, work: F) -> Result<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let (answer, back) = oneshot::channel();
        let (runtime, mut work) = (Handle::current(), Box::pin(work));
        let visit = move || -> Tell {
            let _context = runtime.enter();
            // A panic is the caller's, who comes to know of it, not the thread's.
            let polled = catch_unwind(AssertUnwindSafe(|| look_once(work.as_mut())));
            Box::new(move || {
                let _ = answer.send((polled, work));
            })
        };
        self.commands.send(Command::Visit(Box::new(visit))).map_err(|_| closed())?;
        let (polled, work) = back.await.map_err(|_| broken_off())?;
        let output = match polled.unwrap_or_else(|panic| resume_unwind(panic)) {
            Poll::Ready(output) => output,
            Poll::Pending => work.await,
        };
        // What it saw there is on the disk, unless that has failed; what it did here has waited by itself.
        self.disk.works().map_err(|failed| Error::OutcomeUnknown(failed.to_string()))?;
        Ok(output)
    }
}

/// It may have committed, and it may not.
fn broken_off() -> Error {
    Error::OutcomeUnknown("the database was closed meanwhile".into())
}

/// Whoever polls it next has to be woken; for what happens until then, there is nobody to wake.
fn look_once<F: Future>(work: Pin<&mut F>) -> Poll<F::Output> {
    work.poll(&mut Context::from_waker(Waker::noop()))
}

impl SqliteTx {
    pub(in super::super) async fn all(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>> {
        self.run(statements, false).await
    }

    /// Whether this is the thread on which its statements run.
    pub(in super::super) fn is_here(&self) -> bool {
        thread::is_writer_of(&self.disk)
    }

    /// Runs the last statements and commits. What it wrote is not on the disk before [`Disk::lasts`] says so.
    pub(in super::super) async fn finish(mut self, last: Vec<Statement>) -> (Result<Vec<Vec<Row>>>, Arc<Disk>) {
        let rows = self.run(last, true).await;
        if rows.is_ok() {
            self.turn.take();
        }
        (rows, Arc::clone(&self.disk))
    }

    async fn run(&self, statements: Vec<Statement>, ends: bool) -> Result<Vec<Vec<Row>>> {
        let begins = !self.begun.swap(true, Ordering::Relaxed);
        let job = Job { begins, ends, statements };
        if self.is_here() {
            return thread::run_here(&job);
        }
        let (answer, answered) = oneshot::channel();
        self.commands.send(Command::Run(Run { job, answer })).map_err(|_| closed())?;
        let rows = answered.await.map_err(|_| if ends { broken_off() } else { closed() })?;
        if !ends {
            // They may be what the transaction before has just written.
            self.disk.works()?;
        }
        rows
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        if self.turn.is_none() || !*self.begun.get_mut() {
            return;
        }
        if self.is_here() {
            thread::roll_back_here();
        } else {
            let _ = self.commands.send(Command::Rollback);
        }
    }
}
