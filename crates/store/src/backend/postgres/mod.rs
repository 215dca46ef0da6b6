//! PostgreSQL: a pool of connections for transactions and for reads that may take long, two more that all short reads
//! share, and a watchdog that notices within a second that the server is gone, so that nobody waits for it.
//!
//! Nothing here is tied to a session (no SET, LISTEN, advisory locks or temporary tables), so a transaction pooler
//! may stand in between.

mod connect;
mod params;
mod pipeline;
mod readers;
mod rows;
mod send;
mod tls;
mod transaction;
mod watchdog;

use super::PoolFigures;
use super::row::Row;
use super::sql::Statement;
use crate::error::{Error, Result};
use crate::patience::Patience;
use connect::Connector;
use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType, Timeouts,
};
use readers::Readers;
use std::borrow::Cow;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
pub(super) use transaction::PostgresTx;
use watchdog::Watchdog;

/// How long opening a connection may take.
const CONNECT: Duration = Duration::from_millis(1_000);
/// How long a statement waits for a free connection before it is refused.
const WAIT: Duration = Duration::from_millis(1_500);

/// How long until it is seen whether a connection has become free, when no more can be opened.
const ANOTHER_LOOK: Duration = Duration::from_millis(10);

/// ENFILE and EMFILE, which have these numbers on every Unix: no more files can be opened.
const FILES_RUN_OUT: [i32; 2] = [23, 24];

/// Short reads under way at most; more are refused.
const READS: usize = 4_096;
/// How long a statement waits for a connection while others always do.
const MOMENT: Duration = Duration::from_millis(500);
/// A connection that is to be had sooner was free.
const AT_ONCE: Duration = Duration::from_millis(1);

pub(super) struct Postgres {
    pool: Pool,
    patience: Patience,
    reads: Semaphore,
    readers: Readers,
    config: tokio_postgres::Config,
    tls: tls::Tls,
    watchdog: Watchdog,
}

impl Postgres {
    pub(super) fn open(url: &str, size: usize) -> Result<Self> {
        let mut config: tokio_postgres::Config = url.parse().map_err(|problem| bad_url(&problem))?;
        config.connect_timeout(CONNECT).tcp_user_timeout(Duration::from_secs(5));
        if config.get_application_name().is_none() {
            config.application_name("oxcart");
        }
        let tls = tls::Tls::of(&mut config)?;
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_connect(config.clone(), Connector::new(tls.clone()), recycling);
        let timeouts = Timeouts { wait: Some(WAIT), create: Some(CONNECT), recycle: Some(CONNECT) };
        let pool = Pool::builder(manager)
            .max_size(size.max(1) + readers::CONNECTIONS)
            .timeouts(timeouts)
            .runtime(Runtime::Tokio1)
            .build();
        let pool = pool.map_err(|problem| Error::Unusable(problem.to_string()))?;
        let watchdog = Watchdog::start(config.clone(), tls.clone());
        Ok(Self {
            pool,
            patience: Patience::new(MOMENT),
            reads: Semaphore::new(READS),
            readers: Readers::default(),
            config,
            tls,
            watchdog,
        })
    }

    pub(super) fn pool(&self) -> PoolFigures {
        let now = self.pool.status();
        let in_use = now.size.saturating_sub(now.available);
        PoolFigures { name: "all", in_use, idle: now.available, most: now.max_size, waiting: now.waiting }
    }

    pub(super) async fn query(&self, statement: Statement) -> Result<Vec<Row>> {
        let _turn = self.reads.try_acquire().map_err(|_| Error::Busy("too many reads wait"))?;
        self.watchdog
            .guard(async {
                match statement.sql.postgres {
                    // Fixed texts find few rows by their keys.
                    Cow::Borrowed(_) => send::run(&*self.readers.next(self.client()).await?, &statement).await,
                    Cow::Owned(_) => send::run(&self.client().await?, &statement).await,
                }
            })
            .await
    }

    pub(super) async fn begin(&self) -> Result<PostgresTx> {
        Ok(PostgresTx::new(self.watchdog.guard(self.client()).await?, self.watchdog.clone()))
    }

    pub(super) async fn ping(&self) -> Result<()> {
        self.watchdog.ping().await
    }

    /// A connection of its own, outside the pool, for work that needs one (migrations).
    pub(super) async fn own_client(&self) -> Result<Client> {
        let (client, connection) = self.tls.connect(&self.config).await.map_err(error)?;
        tokio::spawn(async move {
            if let Err(problem) = connection.await {
                tracing::debug!(%problem, "a database connection ended");
            }
        });
        Ok(client)
    }

    async fn client(&self) -> Result<Object> {
        let began = Instant::now();
        let client = loop {
            match self.pool.get().await {
                Ok(client) => break client,
                // There are others, and one of them will be free.
                Err(PoolError::Backend(problem))
                    if is_one_too_many(&problem) && self.pool.status().size > 0 && began.elapsed() < WAIT =>
                {
                    tokio::time::sleep(ANOTHER_LOOK).await;
                }
                Err(PoolError::Backend(problem)) => return Err(unreachable_server(&problem)),
                Err(PoolError::Timeout(TimeoutType::Wait)) => {
                    return Err(Error::Busy("all connections to the database are in use"));
                }
                Err(other) => return Err(Error::Unavailable(other.to_string())),
            }
        };
        if began.elapsed() < AT_ONCE {
            self.patience.found_empty();
        }
        match self.patience.is_over(began) {
            true => Err(Error::Busy("all connections to the database are in use")),
            false => Ok(client),
        }
    }
}

fn bad_url(problem: &tokio_postgres::Error) -> Error {
    let cause = std::error::Error::source(problem).map(|cause| format!(" ({cause})")).unwrap_or_default();
    Error::Unusable(format!(
        "the database address is not understood: {problem}{cause}. Its form is postgres://user:password@host:5432/name"
    ))
}

/// A refused or failed connection: gone or full servers may come back, a wrong password won't.
fn unreachable_server(problem: &tokio_postgres::Error) -> Error {
    Error::Unavailable(explain(problem))
}

/// Whether a connection could not be opened because there are as many as may be: for the server, or of open files here.
fn is_one_too_many(problem: &tokio_postgres::Error) -> bool {
    let cause = std::error::Error::source(problem).and_then(|cause| cause.downcast_ref::<std::io::Error>());
    problem.code() == Some(&SqlState::TOO_MANY_CONNECTIONS)
        || cause.and_then(std::io::Error::raw_os_error).is_some_and(|code| FILES_RUN_OUT.contains(&code))
}

/// The driver's error in words, with what the server said.
fn explain(problem: &tokio_postgres::Error) -> String {
    match problem.as_db_error() {
        Some(said) => said.message().to_owned(),
        None => match std::error::Error::source(problem) {
            Some(cause) => format!("{problem}: {cause}"),
            None => problem.to_string(),
        },
    }
}

pub(super) fn error(problem: tokio_postgres::Error) -> Error {
    let Some(said) = problem.as_db_error() else {
        let gone = problem.is_closed()
            || std::error::Error::source(&problem).is_some_and(|cause| cause.is::<std::io::Error>());
        return if gone { unreachable_server(&problem) } else { Error::Other(explain(&problem)) };
    };
    let message = said.message().to_owned();
    match *said.code() {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Error::Retry(message),
        SqlState::UNIQUE_VIOLATION => Error::Unique(said.constraint().unwrap_or_default().to_owned()),
        SqlState::CHECK_VIOLATION | SqlState::FOREIGN_KEY_VIOLATION | SqlState::NOT_NULL_VIOLATION => {
            Error::Refused(message)
        }
        SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::DATABASE_DROPPED
        | SqlState::DISK_FULL
        | SqlState::READ_ONLY_SQL_TRANSACTION => Error::Unavailable(message),
        _ => Error::Other(message),
    }
}
