//! Sending statements over a connection, several at once: each goes out before the answer to the one before has come.

use super::super::row::Row;
use super::super::sql::{Given, Statement};
use super::params::{self, Column};
use super::{error, rows};
use crate::error::{Error, Result};
use deadpool_postgres::Object;
use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use tokio_postgres::types::ToSql;

type Outcome = std::result::Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>;

/// A statement that was sent.
struct Sent<'a> {
    answer: Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>,
    early: Option<Outcome>,
}

impl<'a> Sent<'a> {
    /// Sends a statement, which is what its first poll does.
    async fn now(mut answer: Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>) -> Self {
        let polled = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
        let early = match polled {
            Poll::Ready(outcome) => Some(outcome),
            Poll::Pending => None,
        };
        Self { answer, early }
    }

    async fn outcome(self) -> Outcome {
        match self.early {
            Some(outcome) => outcome,
            None => self.answer.await,
        }
    }
}

/// Why statements that were to run together did not all succeed.
pub(super) struct Failed {
    pub(super) error: Error,
    /// The place of the statement that failed; `None` when nothing was sent yet.
    pub(super) at: Option<usize>,
    /// Whether the server said so; otherwise the connection failed.
    pub(super) by_server: bool,
}

impl Failed {
    fn before(problem: tokio_postgres::Error) -> Self {
        Self { by_server: problem.as_db_error().is_some(), error: error(problem), at: None }
    }

    fn of(at: usize, problem: tokio_postgres::Error) -> Self {
        Self { at: Some(at), ..Self::before(problem) }
    }
}

/// Runs one statement.
pub(super) async fn run(client: &Object, statement: &Statement) -> Result<Vec<Row>> {
    let ready = Ready::new(client, statement).await.map_err(error)?;
    match ready.send(client, statement).await {
        Some(sent) => rows::collect(&sent.outcome().await.map_err(error)?),
        None => Ok(vec![]),
    }
}

/// Runs statements in this order; the rows of each. When one of them can't even be sent, those behind it are not sent
/// either. Where the connection `pipelines`, they go out together.
pub(super) async fn run_all(
    client: &Object,
    statements: &[Statement],
    pipelines: bool,
) -> std::result::Result<Vec<Vec<Row>>, Failed> {
    // All are prepared before any is sent: whoever waits for a preparation takes no answers meanwhile, and a connection
    // whose answers nobody takes stands still.
    let mut ready = Vec::with_capacity(statements.len());
    for statement in statements {
        ready.push(Ready::new(client, statement).await.map_err(Failed::before)?);
    }
    let together = pipelines && statements.len() > 1;
    sync(client, together).await;
    let mut sent = Vec::with_capacity(statements.len());
    let mut unsent = None;
    for (at, (ready, statement)) in ready.into_iter().zip(statements).enumerate() {
        match ready.send(client, statement).await {
            Some(Sent { early: Some(Err(problem)), .. }) => {
                unsent = Some(Failed::of(at, problem));
                break;
            }
            next => sent.push(next),
        }
    }
    sync(client, together).await;
    if let Some(failed) = unsent {
        return Err(failed);
    }
    let mut answers = Vec::with_capacity(sent.len());
    for (at, sent) in sent.into_iter().enumerate() {
        answers.push(match sent {
            Some(sent) => {
                let rows = sent.outcome().await.map_err(|problem| Failed::of(at, problem))?;
                rows::collect(&rows).map_err(|error| Failed { error, at: Some(at), by_server: true })?
            }
            None => vec![],
        });
    }
    Ok(answers)
}

/// Begins, or ends, what goes out together ([`super::pipeline`]). Nobody waits for the answer: if the connection fails,
/// so does what goes over it.
async fn sync(client: &Object, wanted: bool) {
    if wanted {
        let mut sync = pin!(client.check_connection());
        poll_fn(|context| {
            let _ = sync.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
    }
}

/// How a statement goes over.
enum Ready {
    /// It is about no rows.
    Not,
    Prepared(tokio_postgres::Statement),
    /// A text of one use.
    Typed,
}

impl Ready {
    /// Fixed texts are prepared once per connection.
    async fn new(client: &Object, statement: &Statement) -> std::result::Result<Self, tokio_postgres::Error> {
        Ok(match (&statement.sql.postgres, &statement.given) {
            (_, Given::Rows(rows)) if rows.is_empty() => Self::Not,
            (Cow::Borrowed(text), _) => Self::Prepared(client.prepare_cached(text).await?),
            (Cow::Owned(text), Given::Rows(_)) => Self::Prepared(client.prepare(text).await?),
            (Cow::Owned(_), Given::Once(_)) => Self::Typed,
        })
    }

    /// `None` when there is nothing to send.
    async fn send<'a>(self, client: &'a Object, statement: &'a Statement) -> Option<Sent<'a>> {
        let answer: Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> = match (self, &statement.given) {
            (Self::Not, _) => return None,
            (Self::Prepared(prepared), Given::Once(params)) => {
                Box::pin(async move { client.query(&prepared, &references(params)).await })
            }
            (Self::Prepared(prepared), Given::Rows(rows)) => Box::pin(async move {
                let columns = Column::all(rows);
                client.query(&prepared, &references(&columns)).await
            }),
            (Self::Typed, Given::Once(params)) => Box::pin(async move {
                let params: Vec<_> = params.iter().map(params::typed).collect();
                client.query_typed(&statement.sql.postgres, &params).await
            }),
            (Self::Typed, Given::Rows(_)) => return None,
        };
        Some(Sent::now(answer).await)
    }
}

fn references<T: ToSql + Sync>(params: &[T]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}
