//! When what is committed is on the disk.
//!
//! With `synchronous=FULL`, SQLite waits in each COMMIT until the disk has taken its write-ahead log, and nobody can
//! write meanwhile. The shop's writer commits with `NORMAL` instead, which writes the same but does not wait, and this
//! brings the log onto the disk, while the next transaction is already under way. Nobody who asks this process is told
//! anything before that: neither whoever committed, nor who has read what may be of that commit. So, seen from outside, it
//! is the same as FULL.
//!
//! A log that is cut off after a power cut loses the last commits, never some in between: each page in it is chained to
//! the ones before by its checksum.

use super::file::beside;
use super::thread::Tell;
use crate::error::{Error, Result};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use tokio::sync::watch;

/// Brings the write-ahead log onto the disk.
pub(super) type Flush = Box<dyn Fn() -> io::Result<()> + Send + Sync>;

/// Pages in the log from which on they are moved into the database's file: more often, a page that is changed many times
/// would be moved as often.
const LONG: u64 = 4_000;

/// Commits that are on the disk, or why nothing can be brought there any more.
type Lasting = std::result::Result<u64, String>;

/// Counts commits, and those that are on the disk.
pub(in super::super) struct Disk {
    /// None where SQLite itself waits for the disk.
    flush: Option<Flush>,
    /// Held while the log is brought there: the system tells of a failure once, to one of those who ask.
    flushing: Mutex<()>,
    /// Pages in the log after the last commit.
    pages: Arc<AtomicU64>,
    /// Commits that have begun: from then on somebody may read what they wrote.
    begun: AtomicU64,
    /// Commits that have ended: what they wrote is in the log.
    ended: AtomicU64,
    lasting: watch::Sender<Lasting>,
    /// Who is to be told something as soon as all that has ended is on the disk.
    later: mpsc::Sender<Tell>,
}

impl Disk {
    /// Takes over from SQLite where the database has a write-ahead log.
    pub(super) fn take_over(database: &Path) -> Result<Arc<Self>> {
        // SQLite follows links too, and puts the log beside the file itself.
        let log = database.canonicalize().and_then(|path| File::options().write(true).open(beside(&path, "-wal")));
        let log =
            log.inspect_err(|error| tracing::warn!(%error, "no write-ahead log; every commit waits for the disk"));
        Self::with(log.ok().map(|log| -> Flush { Box::new(move || log.sync_data()) }))
    }

    pub(super) fn with(flush: Option<Flush>) -> Result<Arc<Self>> {
        let (later, told_later) = mpsc::channel();
        let (begun, ended) = (AtomicU64::new(0), AtomicU64::new(0));
        let (flushing, pages, lasting) = (Mutex::default(), Arc::default(), watch::Sender::new(Ok(0)));
        let disk = Arc::new(Self { flush, flushing, pages, begun, ended, lasting, later });
        if disk.takes_over() {
            let disk = Arc::downgrade(&disk);
            let thread = std::thread::Builder::new().name("sqlite-sync".into());
            thread.spawn(move || follow(&disk, &told_later)).map_err(|error| Error::Other(error.to_string()))?;
        }
        Ok(disk)
    }

    /// Whether SQLite need not wait for the disk.
    pub(super) const fn takes_over(&self) -> bool {
        self.flush.is_some()
    }

    /// To be told after each commit how many pages there are in the log.
    pub(super) fn pages(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.pages)
    }

    /// Whether what is in the log should be moved into the database's file; asked again after the next commit.
    pub(super) fn log_is_long(&self) -> bool {
        self.pages.load(Ordering::Relaxed) >= LONG && self.pages.swap(0, Ordering::Relaxed) >= LONG
    }

    /// Fails when the disk has failed: nobody knows what of the log it has kept, so nothing more is written to it.
    pub(super) fn works(&self) -> Result<()> {
        self.lasting.borrow().as_ref().map(drop).map_err(|why| failed(why))
    }

    /// Counts a commit. Only the writer's thread commits.
    pub(super) fn while_committing<T>(&self, commit: impl FnOnce() -> T) -> T {
        if !self.takes_over() {
            return commit();
        }
        self.begun.fetch_add(1, Ordering::AcqRel);
        let outcome = commit();
        self.ended.fetch_add(1, Ordering::AcqRel);
        outcome
    }

    /// Tells somebody something when all that has ended is on the disk: brings it there, or has it brought while others
    /// wait for the writer.
    pub(super) fn tell(&self, tell: Tell, others_wait: bool) {
        if self.is_settled(self.ended.load(Ordering::Acquire)) {
            return tell();
        }
        // It comes back when the thread that would bring it there has ended.
        let left = if others_wait { self.later.send(tell).err().map(|unsent| unsent.0) } else { Some(tell) };
        if let Some(tell) = left {
            self.sync();
            tell();
        }
    }

    /// Waits until everything that somebody may have read by now is on the disk.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the disk has failed.
    pub(in super::super) async fn lasts(&self) -> Result<()> {
        let begun = self.begun.load(Ordering::Acquire);
        if !self.is_settled(begun) {
            // Never closed: its sender is here.
            let _ = self.lasting.subscribe().wait_for(|lasting| reaches(lasting, begun)).await;
        }
        self.works()
    }

    fn is_settled(&self, commits: u64) -> bool {
        reaches(&self.lasting.borrow(), commits)
    }

    /// Brings onto the disk what has ended.
    fn sync(&self) {
        let _flushing = self.flushing.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = self.ended.load(Ordering::Acquire);
        if self.is_settled(ended) {
            return;
        }
        let synced = self.flush.as_ref().map_or(Ok(()), |flush| flush());
        self.lasting.send_if_modified(|lasting| match (&synced, &lasting) {
            (Ok(()), Ok(before)) if *before < ended => {
                *lasting = Ok(ended);
                true
            }
            (Err(problem), Ok(_)) => {
                tracing::error!(%problem, "the disk did not take what was written; nothing more is written to it");
                *lasting = Err(problem.to_string());
                true
            }
            _ => false,
        });
    }
}

/// Whether there is nothing to wait for any more.
fn reaches(lasting: &Lasting, commits: u64) -> bool {
    lasting.as_ref().map_or(true, |lasting| *lasting >= commits)
}

/// Brings the log onto the disk for those who wait for it, all at once.
fn follow(disk: &Weak<Disk>, waiting: &mpsc::Receiver<Tell>) {
    while let Ok(first) = waiting.recv() {
        let Some(disk) = disk.upgrade() else { return };
        let all: Vec<Tell> = std::iter::once(first).chain(waiting.try_iter()).collect();
        disk.sync();
        all.into_iter().for_each(|tell| tell());
    }
}

fn failed(why: &str) -> Error {
    Error::Unavailable(format!("the disk of the database failed ({why}): check it, and start again"))
}
