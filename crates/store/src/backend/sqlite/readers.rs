//! The reader threads: one queue, each thread takes the next statement when it is free.

use super::super::PoolFigures;
use super::super::row::Row;
use super::super::sql::Statement;
use super::{Open, connection};
use crate::error::{Error, Result};
use crate::patience::Patience;
use std::path::Path;
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

#[derive(Clone)]
pub(super) struct Readers {
    jobs: mpsc::Sender<Job>,
    threads: usize,
    /// Statements that wait or run.
    asked: Arc<AtomicUsize>,
}

impl Readers {
    pub(super) fn start(path: &Path, threads: usize, open: &Open) -> Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Queue { jobs: Mutex::new(queue), patience: Patience::new(MOMENT) });
        let asked = Arc::new(AtomicUsize::new(0));
        for number in 0..threads {
            let connection = connection::open_reader(path)?;
            let queue = Arc::clone(&queue);
            let (open, asked) = (open.clone(), Arc::clone(&asked));
            let work = move || {
                while serve(&queue, &connection, &asked) {}
                drop(connection);
                drop(open);
            };
            let thread = std::thread::Builder::new().name(format!("sqlite-read-{number}"));
            thread.spawn(work).map_err(|error| Error::Other(error.to_string()))?;
        }
        Ok(Self { jobs, threads, asked })
    }

    pub(super) fn figures(&self) -> PoolFigures {
        let asked = self.asked.load(Ordering::Relaxed);
        let in_use = asked.min(self.threads);
        PoolFigures { name: "read", in_use, idle: self.threads - in_use, most: self.threads, waiting: asked - in_use }
    }

    pub(super) async fn query(&self, statement: Statement) -> Result<Vec<Row>> {
        let (answer, answered) = oneshot::channel();
        let job = Job { since: Instant::now(), statement, answer };
        // Counted here: a queue that is bounded by itself takes its memory at once, half a megabyte.
        if self.asked.fetch_add(1, Ordering::Relaxed) >= WAITING + self.threads {
            self.asked.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Busy("too many reads wait"));
        }
        if self.jobs.send(job).is_err() {
            self.asked.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Unavailable("the readers stopped".into()));
        }
        answered.await.map_err(|_| Error::Unavailable("the reader stopped".into()))?
    }
}

/// Waits for one statement and answers it; false when the database is closed.
fn serve(queue: &Queue, connection: &rusqlite::Connection, asked: &AtomicUsize) -> bool {
    let Some(job) = queue.next() else { return false };
    let outcome = if queue.patience.is_over(job.since) {
        Some(Err(Error::Busy("too many reads wait")))
    } else {
        // A caller that left meanwhile does not need the answer.
        (!job.answer.is_closed()).then(|| connection::run(connection, &job.statement))
    };
    asked.fetch_sub(1, Ordering::Relaxed);
    if let Some(outcome) = outcome {
        let _ = job.answer.send(outcome);
    }
    true
}
