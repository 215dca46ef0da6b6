//! One `oxcart serve` process of a shop.

use super::Launch;
use crate::client::Client;
use crate::process::{Farewell, Process};
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a start may take on a loaded machine, migrations included.
const READY: Duration = Duration::from_secs(30);

pub(super) struct Instance {
    port: AtomicU16,
    process: Mutex<Option<Process>>,
    log: PathBuf,
}

impl Instance {
    /// Not started yet.
    pub(super) fn new(folder: &Path, number: usize) -> Self {
        Self {
            port: AtomicU16::new(crate::free_port()),
            process: Mutex::new(None),
            log: folder.join(format!("instance-{number}.log")),
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port.load(Ordering::Relaxed)).into()
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Everything it has printed, over all its starts.
    pub(super) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Starts it for the first time, moving to another port while the chosen one is taken by
    /// somebody else in the meantime.
    pub(super) async fn first_start(&self, launch: &Launch) -> Result<()> {
        for _ in 0..4 {
            match self.start(launch).await {
                Err(error) if port_taken(&format!("{error:#}")) => {
                    self.port.store(crate::free_port(), Ordering::Relaxed);
                }
                other => return other,
            }
        }
        self.start(launch).await
    }

    /// Starts it on its port and waits until it is ready.
    pub(super) async fn start(&self, launch: &Launch) -> Result<()> {
        self.spawn(launch)?;
        let client = Client::new(&self.url());
        let deadline = Instant::now() + READY;
        loop {
            let ended = self.slot().as_mut().and_then(Process::ended);
            if let Some(status) = ended {
                self.kill();
                bail!("it ended at once ({status}); its last words:\n{}", self.last_words());
            }
            let ready = client.try_send(reqwest::Method::GET, "/readyz", ());
            let seen = match tokio::time::timeout(Duration::from_secs(5), ready).await {
                Ok(Ok(answer)) if answer.status == 200 => return Ok(()),
                Ok(Ok(answer)) => answer.to_string(),
                Ok(Err(error)) => error.to_string(),
                Err(_) => "no answer in 5 seconds".to_owned(),
            };
            if Instant::now() >= deadline {
                self.kill();
                bail!("not ready after {READY:?} ({seen}); its last words:\n{}", self.last_words());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Starts it on its port; nothing happens when it runs.
    pub(super) fn spawn(&self, launch: &Launch) -> Result<()> {
        let mut slot = self.slot();
        if slot.as_mut().is_some_and(|process| process.ended().is_none()) {
            return Ok(());
        }
        let address = self.address().to_string();
        let mut args = vec!["serve", "--addr", &address];
        args.extend(launch.serve_args.iter().map(String::as_str));
        let mut command = launch.command(&args);
        *slot = Some(Process::spawn(&mut command, &self.log, Farewell::Terminate, &launch.folder)?);
        Ok(())
    }

    /// Its process id while it runs.
    pub(super) fn process_id(&self) -> Option<u32> {
        let mut slot = self.slot();
        let process = slot.as_mut()?;
        process.ended().is_none().then(|| process.id())
    }

    /// Its exit code; `None` when it did not run or a signal ended it.
    pub(super) fn stop(&self) -> Result<Option<i32>> {
        let process = self.slot().take();
        match process {
            Some(process) => Ok(process.stop()?.code()),
            None => Ok(None),
        }
    }

    pub(super) fn terminate(&self) {
        if let Some(process) = self.slot().as_mut() {
            process.terminate();
        }
    }

    pub(super) fn kill(&self) {
        *self.slot() = None;
    }

    pub(super) fn pause(&self, litter: &Path) -> Result<()> {
        self.slot().as_mut().context("it does not run: nothing to pause")?.pause(litter)
    }

    pub(super) fn resume(&self) {
        if let Some(process) = self.slot().as_mut() {
            process.resume();
        }
    }

    fn last_words(&self) -> String {
        crate::process::tail(&self.log)
    }

    fn slot(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn port_taken(error: &str) -> bool {
    let error = error.to_lowercase();
    error.contains("address already in use") || error.contains("addrinuse")
}
