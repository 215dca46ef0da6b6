//! The reader threads: one queue, each thread takes the next statement when it is free.

use super::super::PoolFigures;
use super::super::row::Row;
use super::super::sql::Statement;
use super::{Open, connection};
use crate::error::{Error, Result};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use tokio::sync::oneshot;

/// Statements that may wait; more are refused as [`Error::Unavailable`].
const WAITING: usize = 4096;

struct Job {
    statement: Statement,
    answer: oneshot::Sender<Result<Vec<Row>>>,
}

#[derive(Clone)]
pub(super) struct Readers {
    jobs: mpsc::SyncSender<Job>,
    threads: usize,
    /// Statements that wait or run.
    asked: Arc<AtomicUsize>,
}

impl Readers {
    pub(super) fn start(path: &Path, threads: usize, open: &Open) -> Result<Self> {
        let (jobs, queue) = mpsc::sync_channel(WAITING);
        let queue = Arc::new(Mutex::new(queue));
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
        let job = Job { statement, answer };
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.jobs.try_send(job).is_err() {
            self.asked.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Unavailable("too many reads are waiting".into()));
        }
        answered.await.map_err(|_| Error::Unavailable("the reader stopped".into()))?
    }
}

/// Waits for one statement and answers it; false when the database is closed.
fn serve(queue: &Mutex<mpsc::Receiver<Job>>, connection: &rusqlite::Connection, asked: &AtomicUsize) -> bool {
    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let Ok(job) = next else { return false };
    // A caller that left meanwhile does not need the answer.
    let rows = (!job.answer.is_closed()).then(|| connection::run(connection, &job.statement));
    asked.fetch_sub(1, Ordering::Relaxed);
    if let Some(rows) = rows {
        let _ = job.answer.send(rows);
    }
    true
}
