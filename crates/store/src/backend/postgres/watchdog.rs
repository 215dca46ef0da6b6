//! Knows whether the server answers: a connection of its own asks `SELECT 1` a few times a second. While it doesn't,
//! statements fail at once instead of hanging, also those already under way; when it answers again, so do they.

use super::tls::Tls;
use super::{CONNECT, error};
use crate::error::{Error, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_postgres::{Client, Config};

/// Between two questions.
const PERIOD: Duration = Duration::from_millis(200);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_millis(600);
/// Unanswered questions in a row after which the server counts as gone, when it does not refuse outright.
const STRIKES: u32 = 2;

/// What the watchdog last saw: `None` before its first question, then whether the server answers, or why not.
type Sight = Option<Result<(), String>>;

#[derive(Clone)]
pub(super) struct Watchdog {
    sight: watch::Receiver<Sight>,
    config: Arc<Config>,
    tls: Tls,
}

impl Watchdog {
    pub(super) fn start(config: Config, tls: Tls) -> Self {
        let (tell, sight) = watch::channel(None);
        let config = Arc::new(config);
        tokio::spawn(watch_over(Arc::clone(&config), tls.clone(), tell));
        Self { sight, config, tls }
    }

    /// How connections are secured.
    pub(super) const fn tls(&self) -> &Tls {
        &self.tls
    }

    /// Runs `work` unless, or until, the server is gone. While it is, work does not even begin: it would open a
    /// connection and leave it, and a server that comes back among thousands of those has no time for the watchdog.
    pub(super) async fn guard<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        if let Some(Err(why)) = &*self.sight.borrow() {
            return Err(Error::Unavailable(why.clone()));
        }
        let mut sight = self.sight.clone();
        let gone = sight.wait_for(|seen| matches!(seen, Some(Err(_))));
        tokio::select! {
            biased;
            done = work => done,
            seen = gone => Err(Error::Unavailable(match seen.as_deref() {
                Ok(Some(Err(why))) => why.clone(),
                _ => "the watchdog stopped".into(),
            })),
        }
    }

    /// Whether the server answers now: asks on a connection of its own, unless it is known to be gone.
    pub(super) async fn ping(&self) -> Result<()> {
        if let Some(Err(why)) = self.sight.borrow().clone() {
            return Err(Error::Unavailable(why));
        }
        let asked = tokio::time::timeout(PATIENCE, async { ask(&connect(&self.config, &self.tls).await?).await });
        asked.await.unwrap_or_else(|_| Err(Error::Unavailable("no answer to a new connection".into())))
    }
}

async fn watch_over(config: Arc<Config>, tls: Tls, tell: watch::Sender<Sight>) {
    let mut client = None;
    let mut strikes = 0;
    while !tell.is_closed() {
        let outcome = tokio::time::timeout(PATIENCE, question(&mut client, &config, &tls)).await;
        let refused = matches!(outcome, Ok(Err(_)));
        match outcome {
            Ok(Ok(())) => {
                strikes = 0;
                set(&tell, Ok(()));
            }
            failed => {
                client = None;
                strikes += 1;
                if refused || strikes >= STRIKES {
                    let why = match failed {
                        Ok(Err(why)) => why.to_string(),
                        _ => "no answer in time".to_owned(),
                    };
                    set(&tell, Err(why));
                }
            }
        }
        tokio::time::sleep(PERIOD).await;
    }
}

fn set(tell: &watch::Sender<Sight>, seen: Result<(), String>) {
    tell.send_if_modified(|before| {
        let changed = before.as_ref().is_none_or(|before| before.is_ok() != seen.is_ok());
        match (&seen, changed, before.is_some()) {
            (Ok(()), true, true) => tracing::info!("the database answers again"),
            (Err(why), true, _) => tracing::error!(%why, "the database does not answer"),
            _ => {}
        }
        *before = Some(seen);
        changed
    });
}

async fn question(client: &mut Option<Client>, config: &Config, tls: &Tls) -> Result<()> {
    if client.as_ref().is_none_or(Client::is_closed) {
        *client = Some(connect(config, tls).await?);
    }
    match client {
        Some(client) => ask(client).await,
        None => Ok(()),
    }
}

async fn ask(client: &Client) -> Result<()> {
    client.simple_query("SELECT 1").await.map(drop).map_err(error)
}

async fn connect(config: &Config, tls: &Tls) -> Result<Client> {
    let connecting = tokio::time::timeout(CONNECT, tls.connect(config));
    let connected = connecting.await.map_err(|_| Error::Unavailable("connecting took too long".into()))?;
    let (client, connection) = connected.map_err(|problem| super::unreachable_server(&problem))?;
    tokio::spawn(connection);
    Ok(client)
}
