//! Somebody who only wants a small thing now and then, and notes how long it takes.

use anyhow::{Result, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use testkit::Dial;
use tokio::task::JoinHandle;

/// Between questions.
const PAUSE: Duration = Duration::from_millis(20);
/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks for a path again and again, each time on a new connection, until it is stopped.
pub(super) struct Probe {
    over: Arc<AtomicBool>,
    asking: JoinHandle<Result<Vec<Duration>>>,
}

impl Probe {
    pub(super) fn start(address: SocketAddr, path: &'static str) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let asking = tokio::spawn(ask(address, path, Arc::clone(&over)));
        Self { over, asking }
    }

    /// How long each answer took.
    ///
    /// # Errors
    /// When one was none of success, or did not come.
    pub(super) async fn stop(self) -> Result<Vec<Duration>> {
        self.over.store(true, Ordering::Relaxed);
        self.asking.await?
    }
}

async fn ask(address: SocketAddr, path: &str, over: Arc<AtomicBool>) -> Result<Vec<Duration>> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n");
    let mut took = vec![];
    while !over.load(Ordering::Relaxed) {
        let began = Instant::now();
        let asking = async { Dial::default().connect(address).await?.ask(&request).await };
        let answer = tokio::time::timeout(PATIENCE, asking).await??;
        ensure!(answer.status == 200, "{path} was answered with {answer:?}");
        took.push(began.elapsed());
        tokio::time::sleep(PAUSE).await;
    }
    Ok(took)
}
