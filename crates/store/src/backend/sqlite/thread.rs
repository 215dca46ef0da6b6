//! The writer's thread: it alone writes to the database.

use super::super::row::Row;
use super::super::sql::Statement;
use super::connection;
use super::disk::Disk;
use crate::error::{Error, Result};
use rusqlite::Connection;
use std::cell::RefCell;
use std::sync::{Arc, mpsc};
use tokio::sync::{Semaphore, oneshot};

/// What the thread is asked for.
pub(super) enum Command {
    Run(Run),
    Rollback,
    Visit(Visit),
}

/// Work that is brought to the thread; returns what is to be done when all that was committed is on the disk.
pub(super) type Visit = Box<dyn FnOnce() -> Tell + Send>;
/// Tells somebody how far it has come; run once what was committed is on the disk, or the disk has failed.
pub(super) type Tell = Box<dyn FnOnce() + Send>;

thread_local! {
    /// The connection of the database whose writer this thread is.
    static HERE: RefCell<Option<(Arc<Disk>, Connection)>> = const { RefCell::new(None) };
}

pub(super) struct Run {
    pub(super) job: Job,
    pub(super) answer: oneshot::Sender<Result<Vec<Vec<Row>>>>,
}

/// Statements of one transaction, one after the other.
pub(super) struct Job {
    /// Whether it begins with them, and ends with them.
    pub(super) begins: bool,
    pub(super) ends: bool,
    pub(super) statements: Vec<Statement>,
}

/// Whether this thread is the writer of that database.
pub(super) fn is_writer_of(disk: &Arc<Disk>) -> bool {
    HERE.with_borrow(|here| here.as_ref().is_some_and(|(its, _)| Arc::ptr_eq(its, disk)))
}

/// Whether this thread is the writer of any database.
pub(super) fn is_a_writer() -> bool {
    HERE.with_borrow(Option::is_some)
}

pub(super) fn closed() -> Error {
    Error::Unavailable("the database is closed".into())
}

/// Does what is asked until nobody can ask any more; then the connection is given back.
pub(super) fn serve(
    connection: Connection,
    queue: &mpsc::Receiver<Command>,
    disk: &Arc<Disk>,
    turn: &Semaphore,
) -> Option<Connection> {
    HERE.set(Some((Arc::clone(disk), connection)));
    while let Ok(command) = queue.recv() {
        answer(command, disk, turn);
        HERE.with_borrow(|here| here.as_ref().map(|(disk, connection)| shorten_log(disk, connection)));
    }
    HERE.take().map(|(_, connection)| connection)
}

/// Moves what is in a long log into the file, now that whoever committed last is answered.
fn shorten_log(disk: &Disk, connection: &Connection) {
    if connection.is_autocommit()
        && disk.log_is_long()
        && let Err(error) = connection::checkpoint(connection)
    {
        tracing::warn!(%error, "the write-ahead log can't be moved into the database's file; it grows");
    }
}

fn answer(command: Command, disk: &Disk, turn: &Semaphore) {
    match command {
        Command::Run(Run { job, answer }) => {
            let rows = run_here(&job);
            // A caller that left meanwhile drops its transaction, which queues the rollback.
            let tell: Tell = Box::new(move || {
                let _ = answer.send(rows);
            });
            // The turn is the caller's until it is told: nobody else could write meanwhile.
            disk.tell(tell, false);
        }
        // Whose transaction has ended has given its turn back; if it is taken, somebody else is on the way.
        Command::Visit(visit) => disk.tell(visit(), turn.available_permits() == 0),
        Command::Rollback => roll_back_here(),
    }
}

/// Runs statements on the connection of this thread.
pub(super) fn run_here(job: &Job) -> Result<Vec<Vec<Row>>> {
    HERE.with_borrow(|here| match here {
        Some((disk, connection)) => run_all(connection, disk, job),
        None => Err(closed()),
    })
}

fn run_all(connection: &Connection, disk: &Disk, job: &Job) -> Result<Vec<Vec<Row>>> {
    if job.begins {
        disk.works()?;
        // SQLite has waited for the lock already (`busy_timeout`): trying again would only keep the caller longer.
        connection::execute(connection, "BEGIN IMMEDIATE").map_err(|error| match error {
            Error::Retry(_) => Error::Unavailable("another program holds the database".into()),
            other => other,
        })?;
    } else if connection.is_autocommit() {
        // Its beginning failed: what comes now must not last by itself.
        return Err(Error::Other("the transaction has ended".into()));
    }
    let rows = job.statements.iter().map(|statement| connection::run(connection, statement)).collect::<Result<_>>()?;
    if job.ends {
        disk.works()?;
        disk.while_committing(|| connection::execute(connection, "COMMIT"))?;
    }
    Ok(rows)
}

/// Takes back what is not committed on the connection of this thread.
pub(super) fn roll_back_here() {
    HERE.with_borrow(|here| here.as_ref().map(|(_, connection)| rollback(connection)));
}

fn rollback(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "rolling back failed");
    }
}
