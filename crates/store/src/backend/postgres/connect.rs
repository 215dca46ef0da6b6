//! Opening connections, with what the planner should know of a shop: its statements find rows by their keys. Left to
//! itself it weighs each statement anew, which takes longer than most of them run, and reads tables from end to end
//! that were small when it last looked, however much has gathered in them since.
//!
//! The settings come with the connection, so nothing is changed on a session that a pooler may give to somebody else.
//! Where a pooler refuses them, connections go without: that costs speed and nothing else.

use super::tls::Tls;
use deadpool_postgres::Connect;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinHandle;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error};

/// Without `jit=off` a plan that has no index to use looks so dear that it is compiled first, for a third of a second.
const SETTINGS: &str = "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c jit=off";

/// Opens connections.
#[derive(Clone)]
pub(super) struct Connector {
    tls: Tls,
    refused: Arc<AtomicBool>,
}

impl Connector {
    pub(super) fn new(tls: Tls) -> Self {
        Self { tls, refused: Arc::default() }
    }

    async fn open(&self, config: Config) -> Result<(Client, JoinHandle<()>), Error> {
        if !self.refused.load(Ordering::Relaxed) {
            let mut tuned = config.clone();
            tuned.options(format!("{} {SETTINGS}", config.get_options().unwrap_or_default()));
            match self.as_told(&tuned).await {
                Err(error) if is_about_settings(&error) => {
                    tracing::info!(%error, "connections go without settings for the planner");
                    self.refused.store(true, Ordering::Relaxed);
                }
                opened => return opened,
            }
        }
        self.as_told(&config).await
    }

    async fn as_told(&self, config: &Config) -> Result<(Client, JoinHandle<()>), Error> {
        let (client, connection) = self.tls.connect(config).await?;
        let task = tokio::spawn(async move {
            if let Err(problem) = connection.await {
                tracing::debug!(%problem, "a database connection ended");
            }
        });
        Ok((client, task))
    }
}

/// A pooler's "unsupported startup parameter", or a server that does not know or allow one of them.
fn is_about_settings(error: &Error) -> bool {
    error.code().is_some_and(|code| {
        [
            SqlState::PROTOCOL_VIOLATION,
            SqlState::UNDEFINED_OBJECT,
            SqlState::INVALID_PARAMETER_VALUE,
            SqlState::CANT_CHANGE_RUNTIME_PARAM,
            SqlState::FEATURE_NOT_SUPPORTED,
        ]
        .contains(code)
    })
}

impl Connect for Connector {
    fn connect(
        &self,
        config: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        Box::pin(self.open(config.clone()))
    }
}
