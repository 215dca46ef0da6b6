//! The reader threads: one queue, each thread takes the next statement when it is free.

use super::super::row::Row;
use super::super::sql::Statement;
use super::{Open, connection};
use crate::error::{Error, Result};
use std::path::Path;
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
}

impl Readers {
    pub(super) fn start(path: &Path, threads: usize, open: &Open) -> Result<Self> {
        let (jobs, queue) = mpsc::sync_channel(WAITING);
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..threads {
            let connection = connection::open_reader(path)?;
            let queue = Arc::clone(&queue);
            let open = open.clone();
            let work = move || {
                while serve(&queue, &connection) {}
                drop(connection);
                drop(open);
            };
            let thread = std::thread::Builder::new().name(format!("sqlite-read-{number}"));
            thread.spawn(work).map_err(|error| Error::Other(error.to_string()))?;
        }
        Ok(Self { jobs })
    }

    pub(super) async fn query(&self, statement: Statement) -> Result<Vec<Row>> {
        let (answer, answered) = oneshot::channel();
        let job = Job { statement, answer };
        self.jobs.try_send(job).map_err(|_| Error::Unavailable("too many reads are waiting".into()))?;
        answered.await.map_err(|_| Error::Unavailable("the reader stopped".into()))?
    }
}

/// Waits for one statement and answers it; false when the database is closed.
fn serve(queue: &Mutex<mpsc::Receiver<Job>>, connection: &rusqlite::Connection) -> bool {
    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let Ok(job) = next else { return false };
    if !job.answer.is_closed() {
        // A caller that left meanwhile does not need the answer.
        let _ = job.answer.send(connection::run(connection, &job.statement));
    }
    true
}
