//! Sending statements over a connection, several at once: each goes out before the answer to the one before has come.

use super::super::row::Row;
use super::super::sql::{Given, Statement};
use super::params::{self, Column};
use super::{error, rows};
use crate::error::Result;
use deadpool_postgres::Object;
use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::Pin;
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

    async fn rows(self) -> Result<Vec<Row>> {
        let outcome = match self.early {
            Some(outcome) => outcome,
            None => self.answer.await,
        };
        rows::collect(&outcome.map_err(error)?)
    }
}

/// Runs one statement.
pub(super) async fn run(client: &Object, statement: &Statement) -> Result<Vec<Row>> {
    match send(client, statement).await? {
        Some(sent) => sent.rows().await,
        None => Ok(vec![]),
    }
}

/// Runs statements in this order; the rows of each.
pub(super) async fn run_all(client: &Object, statements: &[Statement]) -> Result<Vec<Vec<Row>>> {
    let mut sent = Vec::with_capacity(statements.len());
    for statement in statements {
        sent.push(send(client, statement).await?);
    }
    let mut answers = Vec::with_capacity(sent.len());
    for sent in sent {
        answers.push(match sent {
            Some(sent) => sent.rows().await?,
            None => vec![],
        });
    }
    Ok(answers)
}

/// Sends a statement; `None` when it is about no rows. Fixed texts are prepared first, once per connection.
async fn send<'a>(client: &'a Object, statement: &'a Statement) -> Result<Option<Sent<'a>>> {
    let answer: Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> = match (&statement.sql.postgres, &statement.given) {
        (_, Given::Rows(rows)) if rows.is_empty() => return Ok(None),
        (Cow::Borrowed(text), given) => {
            let prepared = client.prepare_cached(text).await.map_err(error)?;
            match given {
                Given::Once(params) => Box::pin(async move { client.query(&prepared, &references(params)).await }),
                Given::Rows(rows) => Box::pin(async move {
                    let columns = Column::all(rows);
                    client.query(&prepared, &references(&columns)).await
                }),
            }
        }
        (Cow::Owned(text), Given::Once(params)) => Box::pin(async move {
            let params: Vec<_> = params.iter().map(params::typed).collect();
            client.query_typed(text, &params).await
        }),
        (Cow::Owned(text), Given::Rows(rows)) => Box::pin(async move {
            let (prepared, columns) = (client.prepare(text).await?, Column::all(rows));
            client.query(&prepared, &references(&columns)).await
        }),
    };
    Ok(Some(Sent::now(answer).await))
}

fn references<T: ToSql + Sync>(params: &[T]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}
