//! SQLite: several reader connections and one writer, each on a thread of its own, so that no statement ever blocks
//! the threads that serve requests. Write transactions start IMMEDIATE and wait for each other in line; commits are
//! on the disk before they are answered ([`disk`]).

mod connection;
mod disk;
pub mod file;
mod readers;
#[cfg(test)]
mod tests;
mod thread;
mod writer;

use super::PoolFigures;
use super::row::Row;
use super::sql::Statement;
use crate::error::{Error, Result};
use disk::Disk;
use readers::Readers;
use rusqlite::Connection;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;
pub(super) use writer::SqliteTx;
use writer::Writer;

pub(super) struct Sqlite {
    path: Arc<PathBuf>,
    // In this order: first nobody can ask the threads any more, then their end is awaited.
    readers: Readers,
    writer: Writer,
    disk: Arc<Disk>,
    _closing: Closing,
}

/// Held by each thread until its connection is closed.
type Open = mpsc::Sender<Infallible>;
/// Disconnected when nobody holds its [`Open`] any more.
type Closed = mpsc::Receiver<Infallible>;

/// How long a read waits for the disk to take what it shows.
const LATE: Duration = Duration::from_secs(5);

/// How long closing may take; the last connection to close brings everything into the one file.
const CLOSE: Duration = Duration::from_secs(2);

/// Waits, when it is dropped, until every connection is closed: a program that ended sooner would leave the newest
/// changes in the -wal file beside the database.
struct Closing(Mutex<Closed>);

impl Drop for Closing {
    fn drop(&mut self) {
        if thread::is_a_writer() {
            // The last one to know the database was work that was brought there; the thread ends after it.
            return;
        }
        // A transaction that outlives its database keeps the writer; then this gives up.
        let closed = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if closed.recv_timeout(CLOSE) == Err(mpsc::RecvTimeoutError::Timeout) {
            tracing::debug!("a connection to the database is still in use");
        }
    }
}

impl Sqlite {
    pub(super) fn open(path: &Path, readers: usize) -> Result<Self> {
        Self::open_on(path, readers, Disk::take_over)
    }

    fn open_on(path: &Path, readers: usize, disk: impl FnOnce(&Path) -> Result<Arc<Disk>>) -> Result<Self> {
        // The writer first: it makes the file and switches it to write-ahead logging.
        let (open, closed) = mpsc::channel();
        let (open_reader, readers_closed) = mpsc::channel();
        let mut connection = connection::open_writer(path)?;
        let disk = if connection::has_log(&connection)? { disk(path)? } else { Disk::with(None)? };
        if disk.takes_over() {
            connection::leave_waiting(&mut connection, disk.pages())?;
        }
        let writer = Writer::start(connection, Arc::clone(&disk), readers_closed, open)?;
        let readers = Readers::start(path, readers.clamp(1, 64), open_reader)?;
        Ok(Self { path: Arc::new(path.to_owned()), readers, writer, disk, _closing: Closing(Mutex::new(closed)) })
    }

    pub(super) fn pools(&self) -> Vec<PoolFigures> {
        vec![self.readers.figures(), self.writer.figures()]
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn read(&self, statement: Statement) -> Result<Vec<Row>> {
        let rows = self.readers.query(statement).await?;
        self.lasts().await?;
        Ok(rows)
    }

    /// Waits until what was read by now is on the disk.
    pub(super) async fn lasts(&self) -> Result<()> {
        let late = |_| Error::Unavailable("the disk of the database does not answer".into());
        tokio::time::timeout(LATE, self.disk.lasts()).await.map_err(late)?
    }

    pub(super) async fn begin(&self) -> Result<SqliteTx> {
        self.writer.begin().await
    }

    /// Runs work on the thread on which the statements of its transaction run.
    pub(super) async fn bring<F>(&self, work: F) -> Result<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.writer.bring(work).await
    }

    /// Runs `work` on a connection opened for it alone, on a thread that may block.
    pub(super) async fn with_own_connection<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let path = Arc::clone(&self.path);
        let task = tokio::task::spawn_blocking(move || work(&mut connection::open_writer(&path)?));
        task.await.map_err(|error| Error::Other(error.to_string()))?
    }

    pub(super) async fn backup(&self, to: PathBuf, mut progress: impl FnMut(u64, u64) + Send + 'static) -> Result<()> {
        const PAGES_A_STEP: i32 = 256;
        self.with_own_connection(move |source| {
            // One moment of the database: without a transaction of its own, the copy would start over whenever
            // someone else commits meanwhile, and in a busy shop never end.
            source.execute_batch("BEGIN; SELECT 1 FROM sqlite_master").map_err(connection::error)?;
            let mut target = Connection::open(&to).map_err(connection::error)?;
            let backup = rusqlite::backup::Backup::new(source, &mut target).map_err(connection::error)?;
            let mut told = |now: rusqlite::backup::Progress| {
                let (all, left) = (now.pagecount.unsigned_abs().into(), now.remaining.unsigned_abs().into());
                progress(u64::saturating_sub(all, left), all);
            };
            loop {
                let state = backup.step(PAGES_A_STEP).map_err(connection::error)?;
                told(backup.progress());
                match state {
                    rusqlite::backup::StepResult::Done => return Ok(()),
                    rusqlite::backup::StepResult::More => {}
                    _ => std::thread::sleep(std::time::Duration::from_millis(20)),
                }
            }
        })
        .await
    }
}
