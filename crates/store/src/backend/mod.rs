//! The seam between the shop and its database: the ONE place that branches between SQLite and PostgreSQL.
//!
//! Each database is driven by its own reference driver. Above this module there are only [`Db`] (reads, one statement
//! each), [`Tx`] (a transaction) and [`Conn`], what the two have in common.

mod postgres;
mod row;
mod sql;
mod sqlite;

pub use row::{Cells, FromCell, Row};
pub use sql::{Sql, Statement, Value};
pub use sqlite::file as sqlite_file;

use crate::error::{Error, Result};
use crate::freshness::Freshness;
use domain::event::{Event, Kind};
pub(crate) use sql::params;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tracing::{Instrument as _, Span};

/// How long a database may take to say that it is there.
const PING: Duration = Duration::from_millis(600);

/// Which database runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

impl Dialect {
    /// As traces call it.
    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }
}

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `postgres://…`, `sqlite://…`, `sqlite:…` or a path.
    pub url: String,
    /// Connections (PostgreSQL) or reader threads (SQLite).
    pub pool_size: usize,
}

/// Connections of one sort, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolFigures {
    /// `all` on PostgreSQL; `read` and `write` on SQLite.
    pub name: &'static str,
    /// Connections that work.
    pub in_use: usize,
    /// Connections that are open and wait for work.
    pub idle: usize,
    /// Connections there may be.
    pub most: usize,
    /// Callers that wait for one.
    pub waiting: usize,
}

/// A database, shared by cloning.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Backend>,
    /// Woken when a transaction of this process that appended events has committed.
    events: Arc<Notify>,
    /// How current what this process remembers is.
    freshness: Arc<Freshness>,
    /// Tells what this process writes from what others do.
    origin: i64,
}

enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(Box<postgres::Postgres>),
}

/// A transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
pub struct Tx {
    inner: TxBackend,
    /// What the events it appended are about.
    appended: Mutex<Vec<(Kind, i64)>>,
    events: Arc<Notify>,
    freshness: Arc<Freshness>,
    origin: i64,
    /// From its beginning to its end; nobody makes it unless somebody traces.
    span: Span,
}

enum TxBackend {
    Sqlite(sqlite::SqliteTx),
    Postgres(Box<postgres::PostgresTx>),
}

/// What a statement's answer comes in. Boxed, so that use cases built of many statements stay `Send` futures the
/// compiler can follow.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Something statements run on: a [`Db`] (each alone, read only on SQLite) or a [`Tx`].
pub trait Conn: Sync {
    /// Which database it is.
    fn dialect(&self) -> Dialect;

    /// Runs one statement and returns its rows.
    fn run(&self, statement: Statement) -> Answer<'_, Vec<Row>>;

    /// Runs one statement and returns its rows.
    fn query(&self, sql: impl Into<Sql>, params: Vec<Value>) -> Answer<'_, Vec<Row>> {
        self.run(Statement::new(sql, params))
    }

    /// Runs one statement and returns its first row, if any.
    fn first(&self, sql: impl Into<Sql>, params: Vec<Value>) -> Answer<'_, Option<Row>> {
        let rows = self.query(sql, params);
        Box::pin(async { Ok(rows.await?.into_iter().next()) })
    }

    /// Runs one statement that always returns a row (`INSERT … RETURNING`, an aggregate) and returns it.
    fn one(&self, sql: impl Into<Sql>, params: Vec<Value>) -> Answer<'_, Row> {
        let first = self.first(sql, params);
        Box::pin(async { first.await?.ok_or_else(|| Error::Other("a statement returned no row".into())) })
    }
}

impl Db {
    /// Opens the database. A missing SQLite file is made; an unreachable PostgreSQL is no error yet: statements fail
    /// with [`crate::Error::Unavailable`] until it answers.
    pub fn open(options: &Options) -> Result<Self> {
        let inner = match sqlite_path(&options.url) {
            None => Backend::Postgres(Box::new(postgres::Postgres::open(&options.url, options.pool_size)?)),
            Some(path) => Backend::Sqlite(sqlite::Sqlite::open(&path, options.pool_size)?),
        };
        Ok(Self::on(inner))
    }

    fn on(inner: Backend) -> Self {
        Self { inner: Arc::new(inner), events: Arc::default(), freshness: Arc::default(), origin: origin() }
    }

    /// Starts a transaction. On SQLite it is the only one that writes until it ends.
    pub async fn begin(&self) -> Result<Tx> {
        let span = tracing::trace_span!(target: "oxcart::trace", "transaction", db.system.name = self.dialect().name());
        let inner = match &*self.inner {
            Backend::Sqlite(sqlite) => TxBackend::Sqlite(sqlite.begin().instrument(span.clone()).await?),
            Backend::Postgres(postgres) => {
                TxBackend::Postgres(Box::new(postgres.begin().instrument(span.clone()).await?))
            }
        };
        let (events, freshness) = (Arc::clone(&self.events), Arc::clone(&self.freshness));
        Ok(Tx { inner, appended: Mutex::default(), events, freshness, origin: self.origin, span })
    }

    /// Runs work that is one transaction: `work` is given it, just begun. Where there is a thread on which statements
    /// run (SQLite), the work is brought there and goes on where this is awaited when its transaction has ended, so that
    /// no statement waits for a thread to wake up. What it does on its way should not take long. It is to be awaited to
    /// its end: what has committed must be known here.
    ///
    /// # Errors
    /// Those of [`Db::begin`]; [`Error::Unavailable`] when the database was closed; [`Error::OutcomeUnknown`] when its disk
    /// failed meanwhile.
    pub async fn transact<F>(&self, work: impl FnOnce(Tx) -> F) -> Result<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let work = work(self.begin().await?).in_current_span();
        match &*self.inner {
            Backend::Sqlite(sqlite) => sqlite.bring(work).await,
            _ => Ok(work.await),
        }
    }

    /// Waits until everything that was read by now is on the disk. Answers have waited for it; for who remembers, before
    /// its transaction ends, what that has read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the disk has failed or does not answer.
    pub async fn lasts(&self) -> Result<()> {
        match &*self.inner {
            Backend::Sqlite(sqlite) => sqlite.lasts().await,
            Backend::Postgres(_) => Ok(()),
        }
    }

    /// Waits until a transaction of this process that appended events has committed; at once if one has since the last
    /// call. For one follower; what other processes write it has to look for.
    pub async fn events_committed(&self) {
        self.events.notified().await;
    }

    /// Tells what this process writes from what others do.
    pub(crate) const fn origin(&self) -> i64 {
        self.origin
    }

    /// How current what this process remembers of the catalogue is.
    #[must_use]
    pub fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// What its connections do at this moment.
    #[must_use]
    pub fn pools(&self) -> Vec<PoolFigures> {
        match &*self.inner {
            Backend::Sqlite(sqlite) => sqlite.pools(),
            Backend::Postgres(postgres) => vec![postgres.pool()],
        }
    }

    /// Whether the database answers, within [`PING`].
    pub async fn ping(&self) -> Result<()> {
        let answered = match &*self.inner {
            Backend::Sqlite(_) => {
                let late = |_| Error::Unavailable("the database does not answer".into());
                let asked = tokio::time::timeout(PING, self.first("SELECT 1", vec![])).await.map_err(late);
                asked.and_then(|answered| answered).map(drop)
            }
            Backend::Postgres(postgres) => postgres.ping().await,
        };
        answered.inspect_err(|_| self.freshness.doubt())
    }

    /// The file of an SQLite database.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &*self.inner {
            Backend::Sqlite(sqlite) => Some(sqlite.path()),
            Backend::Postgres(_) => None,
        }
    }

    /// Copies a running SQLite database into a new file, page by page, without stopping writers. `progress` is told
    /// pages done and pages in all.
    pub async fn backup(&self, to: PathBuf, progress: impl FnMut(u64, u64) + Send + 'static) -> Result<()> {
        match &*self.inner {
            Backend::Sqlite(sqlite) => sqlite.backup(to, progress).await,
            Backend::Postgres(_) => Err(Error::Unusable("use pg_dump to copy a PostgreSQL database".into())),
        }
    }

    pub(crate) async fn migrate<T: Send + 'static>(
        &self,
        sqlite: impl FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
        postgres: impl AsyncFnOnce(&mut tokio_postgres::Client) -> Result<T>,
    ) -> Result<T> {
        match &*self.inner {
            Backend::Sqlite(db) => db.with_own_connection(sqlite).await,
            Backend::Postgres(db) => postgres(&mut db.own_client().await?).await,
        }
    }
}

impl Tx {
    /// Runs statements in this order, sent together: none waits for the answer to the one before. Returns the rows of
    /// each.
    pub async fn all(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>> {
        statements.iter().for_each(tell);
        let span = span_of(&self.span, &statements, false);
        match &self.inner {
            TxBackend::Sqlite(tx) => tx.all(statements).instrument(span).await,
            TxBackend::Postgres(tx) => tx.all(statements).instrument(span).await,
        }
    }

    /// Makes the transaction's changes lasting. An error of the kind [`crate::Error::OutcomeUnknown`] leaves open
    /// whether they are.
    pub async fn commit(self) -> Result<()> {
        self.finish(vec![]).await.map(drop)
    }

    /// Runs its last statements, as [`Tx::all`] does, and commits, all sent together. When one of them fails, nothing
    /// of the transaction lasts. It goes on to its end when the caller leaves: what has committed must be known here.
    pub async fn finish(self, last: Vec<Statement>) -> Result<Vec<Vec<Row>>> {
        last.iter().for_each(tell);
        if let TxBackend::Sqlite(tx) = &self.inner
            && tx.is_here()
        {
            // Who runs it awaits its end.
            return self.end(last).await;
        }
        let ending = tokio::spawn(self.end(last));
        ending.await.unwrap_or_else(|broken| Err(Error::OutcomeUnknown(broken.to_string())))
    }

    async fn end(self, last: Vec<Statement>) -> Result<Vec<Vec<Row>>> {
        let span = span_of(&self.span, &last, true);
        let (mut outcome, disk) = match self.inner {
            TxBackend::Sqlite(tx) => {
                let (outcome, disk) = tx.finish(last).instrument(span).await;
                (outcome, Some(disk))
            }
            TxBackend::Postgres(tx) => (tx.finish(last).instrument(span).await, None),
        };
        // Before it lasts: others may read it from now on. Also after an unknown outcome: looking in vain costs nothing.
        let appended = self.appended.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (kind, subject_id) in &appended {
            self.freshness.note(*kind, *subject_id);
        }
        if let Some(disk) = disk
            && let Err(failed) = disk.lasts().await
        {
            outcome = Err(Error::OutcomeUnknown(failed.to_string()));
        }
        if matches!(outcome, Err(Error::OutcomeUnknown(_))) {
            self.freshness.doubt();
        }
        if !appended.is_empty() {
            self.events.notify_one();
        }
        outcome
    }

    /// Tells what this process writes from what others do.
    pub(crate) const fn origin(&self) -> i64 {
        self.origin
    }

    /// Notes that this transaction appended events.
    pub(crate) fn tells_of(&self, events: &[Event]) {
        let mut appended = self.appended.lock().unwrap_or_else(PoisonError::into_inner);
        appended.extend(events.iter().map(|event| (event.kind, event.subject_id)));
    }
}

impl Conn for Db {
    fn dialect(&self) -> Dialect {
        match &*self.inner {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    fn run(&self, statement: Statement) -> Answer<'_, Vec<Row>> {
        tell(&statement);
        let span = tracing::trace_span!(target: "oxcart::trace", "sql", db.query.text = statement.text());
        match &*self.inner {
            Backend::Sqlite(sqlite) => Box::pin(sqlite.read(statement).instrument(span)),
            Backend::Postgres(postgres) => Box::pin(async {
                let answered = postgres.query(statement).instrument(span).await;
                answered.inspect_err(|error| {
                    if matches!(error, Error::Unavailable(_)) {
                        self.freshness.doubt();
                    }
                })
            }),
        }
    }
}

impl Conn for Tx {
    fn dialect(&self) -> Dialect {
        match &self.inner {
            TxBackend::Sqlite(_) => Dialect::Sqlite,
            TxBackend::Postgres(_) => Dialect::Postgres,
        }
    }

    fn run(&self, statement: Statement) -> Answer<'_, Vec<Row>> {
        Box::pin(async { Ok(self.all(vec![statement]).await?.pop().unwrap_or_default()) })
    }
}

/// Every statement stands in the log of who asks for it: `OXCART_LOG=oxcart::sql=trace`.
fn tell(statement: &Statement) {
    tracing::trace!(target: "oxcart::sql", rows = statement.rows_given(), "{}", statement.text());
}

/// The span of statements that are sent together, perhaps with COMMIT behind them. Texts hold no values.
fn span_of(transaction: &Span, statements: &[Statement], commits: bool) -> Span {
    if transaction.is_disabled() {
        return Span::none();
    }
    let texts = statements.iter().map(Statement::text).chain(commits.then(|| "COMMIT".to_owned()));
    let text = texts.collect::<Vec<_>>().join("; ");
    tracing::trace_span!(target: "oxcart::trace", parent: transaction, "sql", db.query.text = text)
}

/// A number that no other process has, as good as certainly: what the standard library draws to seed its maps.
fn origin() -> i64 {
    std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), std::process::id()).cast_signed()
}

/// The file that a database address names, `None` when it names a PostgreSQL server.
fn sqlite_path(url: &str) -> Option<PathBuf> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return None;
    }
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url);
    Some(PathBuf::from(path))
}
