//! The reader threads: one queue, each thread takes the next statement when it is free.

use super::super::PoolFigures;
use super::super::row::Row;
use super::super::sql::Statement;
use super::{Open, connection};
use crate::error::{Error, Result};
use crate::patience::Patience;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Statements that may wait; more are refused as [`Error::Busy`].
const WAITING: usize = 4096;

/// How long one waits while others always do.
const MOMENT: Duration = Duration::from_millis(250);

struct Job {
    since: Instant,
    statement: Statement,
    answer: oneshot::Sender<Result<Vec<Row>>>,
}

/// What waits for a thread.
struct Queue {
    jobs: Mutex<mpsc::Receiver<Job>>,
    patience: Patience,
}

impl Queue {
    /// Waits for a job; `None` when the database is closed.
    fn next(&self) -> Option<Job> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.try_recv().ok().or_else(|| {
            self.patience.found_empty();
            jobs.recv().ok()
        })
    }
}

/// What the threads share.
struct Crew {
    path: PathBuf,
    queue: Queue,
    most: usize,
    /// Threads that are there or about to be.
    started: AtomicUsize,
    /// Statements that wait or run.
    asked: AtomicUsize,
}

/// One thread at first, and another one whenever all there are have something to do: each connection holds a third of a
/// megabyte.
pub(super) struct Readers {
    jobs: mpsc::Sender<Job>,
    open: Open,
    crew: Arc<Crew>,
}

impl Readers {
    pub(super) fn start(path: &Path, most: usize, open: Open) -> Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let queue = Queue { jobs: Mutex::new(queue), patience: Patience::new(MOMENT) };
        let (started, asked) = (AtomicUsize::new(1), AtomicUsize::new(0));
        let readers = Self { jobs, open, crew: Arc::new(Crew { path: path.into(), queue, most, started, asked }) };
        let connection = connection::open_reader(path)?;
        readers.spawn(0, move |crew| crew.work(&connection)).map_err(|error| Error::Other(error.to_string()))?;
        Ok(readers)
    }

    pub(super) fn figures(&self) -> PoolFigures {
        let (started, asked) = (self.crew.started.load(Ordering::Relaxed), self.crew.asked.load(Ordering::Relaxed));
        let in_use = asked.min(started);
        PoolFigures { name: "read", in_use, idle: started - in_use, most: self.crew.most, waiting: asked - in_use }
    }

    pub(super) async fn query(&self, statement: Statement) -> Result<Vec<Row>> {
        let (answer, answered) = oneshot::channel();
        let job = Job { since: Instant::now(), statement, answer };
        // Counted here: a queue that is bounded by itself takes its memory at once, half a megabyte.
        let before = self.crew.asked.fetch_add(1, Ordering::Relaxed);
        if before >= WAITING + self.crew.most {
            self.crew.asked.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Busy("too many reads wait"));
        }
        if self.jobs.send(job).is_err() {
            self.crew.asked.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Unavailable("the readers stopped".into()));
        }
        if let Some(number) = self.crew.grow(before) {
            // Without it there is still the first one.
            let _ = self.spawn(number, Crew::join).inspect_err(|_| self.crew.shrink());
        }
        answered.await.map_err(|_| Error::Unavailable("the reader stopped".into()))?
    }

    fn spawn(&self, number: usize, work: impl FnOnce(&Crew) + Send + 'static) -> std::io::Result<()> {
        let (crew, open) = (Arc::clone(&self.crew), self.open.clone());
        let work = move || {
            work(&crew);
            drop(open);
        };
        std::thread::Builder::new().name(format!("sqlite-read-{number}")).spawn(work).map(drop)
    }
}

impl Crew {
    /// The number of the thread to start, if all there are have something to do.
    fn grow(&self, asked: usize) -> Option<usize> {
        let started = self.started.load(Ordering::Relaxed);
        let wanted = asked >= started && started < self.most;
        let claim = || self.started.compare_exchange(started, started + 1, Ordering::Relaxed, Ordering::Relaxed);
        wanted.then(claim)?.ok()
    }

    fn shrink(&self) {
        self.started.fetch_sub(1, Ordering::Relaxed);
    }

    /// Opens one more connection and works on it.
    fn join(&self) {
        match connection::open_reader(&self.path) {
            Ok(connection) => self.work(&connection),
            Err(error) => {
                tracing::warn!("reads go on with fewer connections: {error}");
                // Not tried again at once.
                std::thread::sleep(MOMENT);
                self.shrink();
            }
        }
    }

    fn work(&self, connection: &Connection) {
        while self.serve(connection) {}
    }

    /// Waits for one statement and answers it; false when the database is closed.
    fn serve(&self, connection: &Connection) -> bool {
        let Some(job) = self.queue.next() else { return false };
        let outcome = if self.queue.patience.is_over(job.since) {
            Some(Err(Error::Busy("too many reads wait")))
        } else {
            // A caller that left meanwhile does not need the answer.
            (!job.answer.is_closed()).then(|| connection::run(connection, &job.statement))
        };
        self.asked.fetch_sub(1, Ordering::Relaxed);
        if let Some(outcome) = outcome {
            let _ = job.answer.send(outcome);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sqlite;
    use super::*;
    use crate::backend::{Sql, params};
    use tokio::task::JoinSet;

    const MOST: usize = 3;

    /// Takes some hundred milliseconds for each million.
    async fn count_to(shop: &Sqlite, millions: i64) -> i64 {
        let sql = Sql::both(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT count(*) FROM n",
        );
        let rows = shop.read(Statement::new(sql, params![millions * 1_000_000])).await.unwrap();
        rows.into_iter().next().unwrap().only().unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_connection_is_opened_when_all_there_are_have_something_to_do() {
        let folder = tempfile::TempDir::new().unwrap();
        let shop = Arc::new(Sqlite::open(&folder.path().join("shop.db"), MOST).unwrap());
        for _ in 0..3 {
            count_to(&shop, 0).await;
        }
        assert_eq!(shop.readers.figures().idle, 1, "one after the other needs one");
        let mut reads = JoinSet::new();
        for _ in 0..2 * MOST {
            let shop = Arc::clone(&shop);
            reads.spawn(async move { count_to(&shop, 1).await });
        }
        assert!(reads.join_all().await.iter().all(|count| *count == 1_000_000));
        assert_eq!(shop.readers.figures().idle, MOST, "and no more than there may be");
    }
}
