//! A throw-away Redis (or Valkey) server that keeps nothing on disk.

use crate::process::{Farewell, Process};
use crate::waiting::poll;
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

const START: Duration = Duration::from_secs(20);

/// A Redis server; a stop loses everything in it. Its methods block; dropping it stops it.
pub struct Redis {
    process: Mutex<Option<Process>>,
    program: PathBuf,
    version: String,
    port: u16,
    home: TempDir,
}

impl Redis {
    /// Starts the Redis or Valkey of this machine on a free port.
    ///
    /// # Errors
    /// When none is installed, or it does not come up; the error holds what it printed.
    pub fn launch() -> Result<Self> {
        let (program, version) = crate::find::redis()?;
        let home = tempfile::Builder::new().prefix("oxcart-redis-").tempdir()?;
        let mut server = Self { process: Mutex::new(None), program, version, port: 0, home };
        for _ in 0..5 {
            server.port = crate::free_port();
            match server.start() {
                Err(error) if format!("{error:#}").contains("already in use") => {}
                other => return other.map(|()| server),
            }
        }
        bail!("five free ports in a row were taken before Redis could listen on them")
    }

    /// The server's version, e.g. `7.0.15`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The port on 127.0.0.1; the same after every start.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process id while it runs: to look at what the system says of it.
    pub fn pid(&self) -> Option<u32> {
        self.slot().as_ref().map(Process::id)
    }

    /// `redis://127.0.0.1:PORT/0`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Starts it, empty, on its port and waits until it answers. Nothing happens when it runs.
    ///
    /// # Errors
    /// When it does not answer within 20 seconds, with what it printed.
    pub fn start(&self) -> Result<()> {
        let mut slot = self.slot();
        if slot.is_some() {
            return Ok(());
        }
        let log = self.home.path().join("redis.log");
        let _ = std::fs::remove_file(&log);
        let mut command = Command::new(&self.program);
        command.current_dir(self.home.path()).args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"]).args([
            "--save",
            "",
            "--appendonly",
            "no",
        ]);
        let mut process = Process::spawn(&mut command, &log, Farewell::Terminate, self.home.path())?;
        let up = poll(START, || (process.ended().is_some() || self.command("PING").is_ok()).then_some(()));
        ensure!(up.is_some() && process.ended().is_none(), "Redis did not come up:\n{}", process.last_words());
        *slot = Some(process);
        Ok(())
    }

    /// An orderly stop.
    ///
    /// # Errors
    /// When it takes longer than 20 seconds.
    pub fn stop(&self) -> Result<()> {
        match self.slot().take() {
            Some(process) => process.stop().map(|_| ()).context("Redis"),
            None => Ok(()),
        }
    }

    /// Stops and starts it: empty, as after a crash.
    ///
    /// # Errors
    /// As for [`Redis::stop`] and [`Redis::start`].
    pub fn restart(&self) -> Result<()> {
        self.stop()?;
        self.start()
    }

    /// `kill -9`.
    pub fn kill(&self) {
        *self.slot() = None;
    }

    /// SIGSTOP: connections stay open and nothing answers.
    ///
    /// # Errors
    /// When it is stopped already.
    pub fn pause(&self) -> Result<()> {
        let mut slot = self.slot();
        slot.as_mut().context("Redis is stopped: nothing to pause")?.pause(self.home.path())
    }

    /// SIGCONT after [`Redis::pause`].
    pub fn resume(&self) {
        if let Some(process) = self.slot().as_mut() {
            process.resume();
        }
    }

    /// Forgets every key.
    ///
    /// # Errors
    /// When it is stopped or paused.
    pub fn flush(&self) -> Result<()> {
        self.command("FLUSHALL").map(|_| ())
    }

    /// One command without spaces in its arguments; the first line of the answer without its type
    /// mark, e.g. `OK` for `SET a 1` and `3` for `DBSIZE`.
    ///
    /// # Errors
    /// When it does not answer within a second, or answers with an error.
    pub fn command(&self, words: &str) -> Result<String> {
        let second = Duration::from_secs(1);
        let address = (Ipv4Addr::LOCALHOST, self.port).into();
        let mut stream = TcpStream::connect_timeout(&address, second).context("Redis is away")?;
        stream.set_read_timeout(Some(second))?;
        stream.write_all(format!("{words}\r\n").as_bytes())?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).context("Redis does not answer")?;
        let line = line.trim_end();
        match line.strip_prefix(['+', ':', '$', '*']) {
            Some(answer) => Ok(answer.to_owned()),
            None => bail!("Redis refuses {words:?}: {line}"),
        }
    }

    fn slot(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
