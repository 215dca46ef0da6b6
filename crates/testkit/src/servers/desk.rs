//! A connection to one database that is kept for the next look: a new one takes PostgreSQL longer than most looks.

use super::database;
use anyhow::{Context, Result};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::Client;

/// Opened when it is first used, and anew when the server has closed it. Its methods block, also inside another runtime.
/// What a session keeps (`SET`, temporary tables) stays until the next one is opened.
#[derive(Default)]
pub(crate) struct Desk(Mutex<Option<Arc<Client>>>);

impl Desk {
    /// Runs statements on the database behind `url`, which is the same in each call.
    pub(crate) fn execute(&self, url: &str, sql: &str) -> Result<()> {
        let (client, sql) = (self.client(url)?, sql.to_owned());
        run(async move { Ok(client.batch_execute(&sql).await?) })
    }

    /// As [`database::query`].
    pub(crate) fn query(&self, url: &str, sql: &str) -> Result<Vec<Option<String>>> {
        let (client, sql) = (self.client(url)?, sql.to_owned());
        run(async move { database::first_column(&client, &sql).await })
    }

    fn client(&self, url: &str) -> Result<Arc<Client>> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = slot.as_ref().filter(|client| !client.is_closed()) {
            return Ok(client.clone());
        }
        let url = url.to_owned();
        let client = Arc::new(run(async move { database::connected(&url).await })?);
        Ok(slot.insert(client).clone())
    }
}

/// Runs `work` on a thread that goes on between calls, so that connections do.
fn run<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        let built = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        built.expect("a runtime needs only a thread and an epoll handle")
    });
    let (done, answer) = mpsc::channel();
    runtime.spawn(async move {
        // Nobody waits any more when the test has panicked.
        let _ = done.send(work.await);
    });
    answer.recv().context("the work at the desk panicked")?
}
