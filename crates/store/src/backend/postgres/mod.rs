//! PostgreSQL: a pool of connections for transactions and for reads that may take long, two more that all short reads
//! share, and a watchdog that notices within a second that the server is gone, so that nobody waits for it.
//!
//! Nothing here is tied to a session (no SET, LISTEN, advisory locks or temporary tables), so a transaction pooler
//! may stand in between.

mod connect;
mod params;
mod readers;
mod rows;
mod tls;
mod watchdog;

use super::row::Row;
use super::sql::Value;
use crate::error::{Error, Result};
use connect::Connector;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use readers::Readers;
use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use watchdog::Watchdog;

/// How long opening a connection may take.
const CONNECT: Duration = Duration::from_millis(1_000);
/// How long a statement waits for a free connection before it is refused.
const WAIT: Duration = Duration::from_millis(1_500);

/// How long a rollback takes at most when nothing is in its way.
const PROMPT: Duration = Duration::from_millis(50);

pub(super) struct Postgres {
    pool: Pool,
    readers: Readers,
    config: tokio_postgres::Config,
    tls: tls::Tls,
    watchdog: Watchdog,
}

pub(super) struct PostgresTx {
    /// Taken when the transaction ends.
    client: Option<Object>,
    /// Whose statement is sent next: those that wait for their answers together are sent in the order in which they
    /// were begun, also when some have to be prepared first.
    turn: Mutex<()>,
    watchdog: Watchdog,
}

impl Postgres {
    pub(super) fn open(url: &str, size: usize) -> Result<Self> {
        let mut config: tokio_postgres::Config = url.parse().map_err(|problem| bad_url(&problem))?;
        config.connect_timeout(CONNECT).tcp_user_timeout(Duration::from_secs(5));
        if config.get_application_name().is_none() {
            config.application_name("oxcart");
        }
        let tls = tls::connector(&config)?;
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
        Ok(Self { pool, readers: Readers::default(), config, tls, watchdog })
    }

    pub(super) async fn query(&self, sql: Cow<'static, str>, params: Vec<Value>) -> Result<Vec<Row>> {
        self.watchdog
            .guard(async {
                match sql {
                    // Fixed texts find few rows by their keys.
                    Cow::Borrowed(_) => run(&*self.readers.next(self.client()).await?, sql, params, None).await,
                    Cow::Owned(_) => run(&self.client().await?, sql, params, None).await,
                }
            })
            .await
    }

    pub(super) async fn begin(&self) -> Result<PostgresTx> {
        self.watchdog
            .guard(async {
                let client = self.client().await?;
                // Made before BEGIN is sent, so that a caller who leaves meanwhile still rolls back.
                let tx = PostgresTx { client: Some(client), turn: Mutex::new(()), watchdog: self.watchdog.clone() };
                tx.client()?.batch_execute("BEGIN").await.map_err(error)?;
                Ok(tx)
            })
            .await
    }

    pub(super) async fn ping(&self) -> Result<()> {
        self.watchdog.ping().await
    }

    /// A connection of its own, outside the pool, for work that needs one (migrations).
    pub(super) async fn own_client(&self) -> Result<Client> {
        let (client, connection) = self.config.connect(self.tls.clone()).await.map_err(error)?;
        tokio::spawn(async move {
            if let Err(problem) = connection.await {
                tracing::debug!(%problem, "a database connection ended");
            }
        });
        Ok(client)
    }

    async fn client(&self) -> Result<Object> {
        self.pool.get().await.map_err(|problem| match problem {
            deadpool_postgres::PoolError::Backend(problem) => unreachable_server(&problem),
            other => Error::Unavailable(other.to_string()),
        })
    }
}

impl PostgresTx {
    pub(super) async fn query(&self, sql: Cow<'static, str>, params: Vec<Value>) -> Result<Vec<Row>> {
        self.watchdog.guard(run(self.client()?, sql, params, Some(&self.turn))).await
    }

    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or_else(|| Error::Other("the transaction has ended".into()))
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        let Some(client) = self.client.take() else { return Err(Error::Other("the transaction has ended".into())) };
        // A COMMIT of a failed transaction answers ROLLBACK without an error; statements report their errors before
        // that, so a transaction whose statements all succeeded really commits.
        let commit = async { client.batch_execute("COMMIT").await.map_err(commit_error) };
        let outcome = self.watchdog.guard(commit).await;
        match outcome {
            Ok(()) => Ok(()),
            Err(problem) => {
                discard(client);
                Err(match problem {
                    Error::Unavailable(why) => Error::OutcomeUnknown(why),
                    other => other,
                })
            }
        }
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        let tls = self.watchdog.tls();
        let rollback = async move {
            if !roll_back(&client, tls).await {
                discard(client);
            }
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(rollback)),
            Err(_) => drop(rollback),
        }
    }
}

/// Whether the transaction on this connection was rolled back.
async fn roll_back(client: &Object, tls: tls::Tls) -> bool {
    let mut rolled_back = pin!(client.batch_execute("ROLLBACK"));
    let mut answered = tokio::time::timeout(PROMPT, &mut rolled_back).await;
    if answered.is_err() {
        // A statement of it waits for a row that somebody holds, and all it has locked waits with it.
        let _ = tokio::time::timeout(WAIT, client.cancel_token().cancel_query(tls)).await;
        answered = tokio::time::timeout(WAIT, &mut rolled_back).await;
    }
    matches!(answered, Ok(Ok(())))
}

/// Closes a connection whose state is unknown instead of giving it back to the pool.
fn discard(client: Object) {
    drop(Object::take(client));
}

async fn run(
    client: &Object,
    sql: Cow<'static, str>,
    params: Vec<Value>,
    turn: Option<&Mutex<()>>,
) -> Result<Vec<Row>> {
    let turn = match turn {
        Some(turn) => Some(turn.lock().await),
        None => None,
    };
    let rows = match sql {
        Cow::Borrowed(text) => {
            let statement = client.prepare_cached(text).await.map_err(error)?;
            let params: Vec<_> = params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
            sent(client.query(&statement, &params), turn).await
        }
        Cow::Owned(text) => {
            let params: Vec<_> = params.iter().map(params::typed).collect();
            sent(client.query_typed(&text, &params), turn).await
        }
    };
    rows::collect(&rows.map_err(error)?)
}

/// Sends a statement, which is what its first poll does, gives the turn to the next, and waits for the answer.
async fn sent<T>(statement: impl Future<Output = T>, turn: Option<MutexGuard<'_, ()>>) -> T {
    let mut statement = pin!(statement);
    let begun = poll_fn(|context| Poll::Ready(statement.as_mut().poll(context))).await;
    drop(turn);
    match begun {
        Poll::Ready(answer) => answer,
        Poll::Pending => statement.await,
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

/// An error at COMMIT: only what the server itself said it refused is known not to have happened.
fn commit_error(problem: tokio_postgres::Error) -> Error {
    match error(problem) {
        Error::Unavailable(why) => Error::OutcomeUnknown(why),
        other => other,
    }
}
