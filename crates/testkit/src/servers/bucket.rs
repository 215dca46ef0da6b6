//! A throw-away S3 server with one bucket, which keeps everything in memory and checks every signature.

use crate::process::{Farewell, Process};
use crate::waiting::poll;
use anyhow::{Result, bail, ensure};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// How long a start may take: the program reads thousands of files first.
const START: Duration = Duration::from_secs(60);
const PROGRAM: &str = include_str!("bucket.py");
const NAME: &str = "pictures";

/// The access key that may use it.
pub const KEY: &str = "a-key-of-the-test-suite";
/// Its secret.
pub const SECRET: &str = "a-secret-of-the-test-suite/with+signs";

/// An S3 server; a stop loses everything in it. Its methods block; dropping it stops it.
pub struct Bucket {
    process: Mutex<Option<Process>>,
    port: u16,
    home: TempDir,
}

impl Bucket {
    /// Starts moto, a package of Python, on a free port.
    ///
    /// # Errors
    /// When it is not installed, or does not come up; the error holds what it printed.
    pub fn launch() -> Result<Self> {
        let home = tempfile::Builder::new().prefix("oxcart-bucket-").tempdir()?;
        std::fs::write(home.path().join("bucket.py"), PROGRAM)?;
        let mut server = Self { process: Mutex::new(None), port: 0, home };
        for _ in 0..5 {
            server.port = crate::free_port();
            match server.start() {
                Err(error) if format!("{error:#}").contains("in use") => {}
                other => return other.map(|()| server),
            }
        }
        bail!("five free ports in a row were taken before the S3 server could listen on them")
    }

    /// `s3://…`, as the shop's `media_bucket` wants it.
    pub fn address(&self) -> String {
        format!("s3://{NAME}/shop?endpoint=http://127.0.0.1:{}&region=eu-west-1", self.port)
    }

    /// Starts it, empty, on its port and waits until it listens. Nothing happens when it runs.
    ///
    /// # Errors
    /// When it does not listen within a minute, with what it printed.
    pub fn start(&self) -> Result<()> {
        let mut slot = self.slot();
        if slot.is_some() {
            return Ok(());
        }
        let log = self.home.path().join("bucket.log");
        let _ = std::fs::remove_file(&log);
        let mut command = Command::new(crate::find::moto());
        command.current_dir(self.home.path()).args(["bucket.py", &self.port.to_string(), KEY, SECRET, NAME]);
        let mut process = Process::spawn(&mut command, &log, Farewell::Terminate, self.home.path())?;
        let listens = || TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok();
        let up = poll(START, || (process.ended().is_some() || listens()).then_some(()));
        ensure!(
            up.is_some() && process.ended().is_none(),
            "the S3 server did not come up (it is moto[server], a package of Python: `cargo xtask test` installs it):\n{}",
            process.last_words()
        );
        *slot = Some(process);
        Ok(())
    }

    /// `kill -9`.
    pub fn kill(&self) {
        *self.slot() = None;
    }

    fn slot(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
