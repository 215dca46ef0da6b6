//! A throw-away PostgreSQL server.

use super::database;
use crate::find::{Account, PostgresPrograms, account_for_postgres};
use crate::process::{Farewell, Process};
use crate::waiting::run_to_end;
use anyhow::{Context, Result, bail, ensure};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a start may take: recovery after a kill included.
const START: Duration = Duration::from_secs(60);

/// Whether what the server has confirmed survives a crash of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As in production: every commit waits for the disk.
    Full,
    /// `fsync` and `synchronous_commit` off, its files in memory where there is room: for tests of function, several
    /// times faster.
    Off,
}

/// A PostgreSQL server with one superuser `postgres` and no password, 300 connections, UTF-8. Its
/// methods block; dropping it stops it and removes its files.
pub struct Postgres {
    process: Mutex<Option<Process>>,
    programs: PostgresPrograms,
    account: Option<Account>,
    settings: Vec<String>,
    port: u16,
    home: TempDir,
}

impl Postgres {
    /// Creates a cluster of the newest PostgreSQL on this machine and starts it on a free port.
    ///
    /// # Errors
    /// When none is installed, or it does not come up; the error holds what it printed.
    pub fn launch(durability: Durability) -> Result<Self> {
        Self::launch_with(durability, &[])
    }

    /// The same with server settings, e.g. `("max_connections", "20")`.
    ///
    /// # Errors
    /// As for [`Postgres::launch`].
    pub fn launch_with(durability: Durability, settings: &[(&str, &str)]) -> Result<Self> {
        let programs = crate::find::postgres()?;
        let account = account_for_postgres()?;
        let mut server = Self {
            process: Mutex::new(None),
            settings: server_settings(durability, settings),
            port: 0,
            home: home_for(account, durability)?,
            programs,
            account,
        };
        server.init_cluster()?;
        for _ in 0..5 {
            server.port = crate::free_port();
            match server.start() {
                Err(error) if format!("{error:#}").contains("could not bind") => {}
                other => return other.map(|()| server),
            }
        }
        bail!("five free ports in a row were taken before PostgreSQL could listen on them")
    }

    /// The server's version, e.g. `15.3`.
    pub fn version(&self) -> &str {
        &self.programs.version
    }

    /// The port on 127.0.0.1; the same after every start.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process id while it runs: to look at what the system says of it.
    pub fn pid(&self) -> Option<u32> {
        self.slot().as_ref().map(Process::id)
    }

    /// The URL of a database on this server; `url("postgres")` is the one for administration.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Creates an empty database and returns its URL.
    ///
    /// # Errors
    /// When the name is taken or the server is stopped.
    pub fn create_database(&self, name: &str) -> Result<String> {
        database::create(&self.url("postgres"), name)?;
        Ok(self.url(name))
    }

    /// Drops a database with whoever is connected to it; one that is not there is fine.
    ///
    /// # Errors
    /// When the server is stopped.
    pub fn drop_database(&self, name: &str) -> Result<()> {
        database::drop(&self.url("postgres"), name)
    }

    /// Starts it on its port and waits until it answers queries. Nothing happens when it runs.
    ///
    /// # Errors
    /// When it does not answer within a minute, with what it printed.
    pub fn start(&self) -> Result<()> {
        let mut slot = self.slot();
        if slot.is_some() {
            return Ok(());
        }
        let deadline = Instant::now() + START;
        loop {
            let mut process = self.spawn()?;
            match self.until_ready(&mut process, deadline) {
                Ok(()) => {
                    *slot = Some(process);
                    return Ok(());
                }
                // The shared memory of a server killed a moment ago goes with its last child.
                Err(error) if format!("{error:#}").contains("shared memory block") => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// A fast shutdown: open transactions are rolled back, clients disconnected, all is on disk.
    ///
    /// # Errors
    /// When it takes longer than 20 seconds.
    pub fn stop(&self) -> Result<()> {
        match self.slot().take() {
            Some(process) => process.stop().map(|_| ()).context("PostgreSQL"),
            None => Ok(()),
        }
    }

    /// Stops and starts it.
    ///
    /// # Errors
    /// As for [`Postgres::stop`] and [`Postgres::start`].
    pub fn restart(&self) -> Result<()> {
        self.stop()?;
        self.start()
    }

    /// `kill -9` to the server and all its sessions at once; the next start recovers from the log.
    pub fn kill(&self) {
        *self.slot() = None;
    }

    /// SIGSTOP: connections stay open and nothing answers, as when a network or a disk hangs.
    ///
    /// # Errors
    /// When it is stopped already.
    pub fn pause(&self) -> Result<()> {
        let mut slot = self.slot();
        slot.as_mut().context("PostgreSQL is stopped: nothing to pause")?.pause(self.home.path())
    }

    /// SIGCONT after [`Postgres::pause`].
    pub fn resume(&self) {
        if let Some(process) = self.slot().as_mut() {
            process.resume();
        }
    }

    fn slot(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// One of PostgreSQL's programs, run under the account that owns the cluster.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.bin.join(name));
        command.current_dir(self.home.path()).env("HOME", self.home.path()).env("TZ", "UTC");
        // A developer's PGDATA, PGPORT and the like must not reach it.
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("PG") {
                command.env_remove(variable);
            }
        }
        if let Some(Account { uid, gid }) = self.account {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn init_cluster(&self) -> Result<()> {
        let mut said = String::new();
        // UTF-8 rules for letters where the machine has them (macOS may not).
        for locale in ["C.UTF-8", "C"] {
            let output = self
                .program("initdb")
                .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"])
                .arg(format!("--locale={locale}"))
                .arg("-D")
                .arg(self.data())
                .output()
                .context("starting initdb")?;
            if output.status.success() {
                return Ok(());
            }
            said = String::from_utf8_lossy(&output.stderr).into_owned();
        }
        bail!("initdb failed:\n{said}")
    }

    fn spawn(&self) -> Result<Process> {
        let log = self.home.path().join("postgres.log");
        // Only what this start prints may explain this start.
        let _ = std::fs::remove_file(&log);
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data());
        command.args(["-p", &self.port.to_string()]);
        command.arg("-c").arg(format!("unix_socket_directories={}", self.home.path().display()));
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        Process::spawn(&mut command, &log, Farewell::Interrupt, self.home.path())
    }

    fn until_ready(&self, process: &mut Process, deadline: Instant) -> Result<()> {
        let url = self.url("postgres");
        loop {
            if let Some(status) = process.ended() {
                bail!("PostgreSQL ended at once ({status}):\n{}", process.last_words());
            }
            if run_to_end(answers(&url)) {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "PostgreSQL does not answer after {START:?}:\n{}", process.last_words());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

async fn answers(url: &str) -> bool {
    let Ok((client, connection)) = tokio_postgres::connect(url, tokio_postgres::NoTls).await else {
        return false;
    };
    tokio::spawn(connection);
    client.simple_query("SELECT 1").await.is_ok()
}

fn server_settings(durability: Durability, extra: &[(&str, &str)]) -> Vec<String> {
    let mut settings = vec![("listen_addresses", "127.0.0.1"), ("max_connections", "300")];
    if durability == Durability::Off {
        settings.extend([("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")]);
    }
    // The server takes the last of two equal names.
    settings.extend_from_slice(extra);
    settings.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

/// A temporary directory that `account` owns and can reach; in memory, if it can be, of a server that is not durable.
fn home_for(account: Option<Account>, durability: Durability) -> Result<TempDir> {
    let in_memory = crate::in_memory().filter(|_| durability == Durability::Off);
    let usual = in_memory.map_or_else(std::env::temp_dir, Path::to_owned);
    let Some(Account { uid, gid }) = account else {
        return Ok(tempfile::Builder::new().prefix("oxcart-pg-").tempdir_in(usual)?);
    };
    // root's TMPDIR may lie where nobody else may go.
    let parent = if open_to_all(&usual) { usual } else { PathBuf::from("/tmp") };
    let home = tempfile::Builder::new().prefix("oxcart-pg-").tempdir_in(parent)?;
    chown(home.path(), Some(uid), Some(gid)).context("giving the directory to PostgreSQL")?;
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700))?;
    Ok(home)
}

fn open_to_all(directory: &Path) -> bool {
    directory.ancestors().all(|d| d.metadata().is_ok_and(|m| m.mode() & 0o001 != 0))
}
