//! A running shop for one test: its own directory, its own database, one or more `oxcart serve`
//! processes on it, gone when the test ends.

mod builder;
mod instance;
mod people;

pub use builder::{Builder, SECRET_KEY};
pub use people::Person;

use crate::client::Client;
use crate::servers::{Desk, database, sqlite};
use crate::setup::Setup;
use anyhow::{Context, Result};
use instance::Instance;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::AtomicU32;
use tempfile::TempDir;

/// A shop made by [`Shop::builder`]. Dropping it kills its processes and drops its database.
///
/// # Panics
/// Its methods panic when the shop does not do what they ask for, with what it printed.
pub struct Shop {
    instances: Vec<Instance>,
    launch: Launch,
    setup: Setup,
    database_url: String,
    redis_url: Option<String>,
    /// The server's administration URL and the name of the database to drop.
    own_database: Option<(String, String)>,
    /// For looks at a database on PostgreSQL.
    desk: Desk,
    people: AtomicU32,
    home: TempDir,
}

/// How this shop's program is run.
#[derive(Clone, Debug)]
struct Launch {
    binary: PathBuf,
    /// The whole environment: nothing of the developer's own leaks in.
    env: Vec<(String, String)>,
    folder: PathBuf,
    serve_args: Vec<String>,
}

impl Launch {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(args).current_dir(&self.folder).env_clear();
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Shop {
    /// Begins a shop of the program `oxcart` at `binary`: `env!("CARGO_BIN_EXE_oxcart")` in
    /// `crates/oxcart/tests`. The environment variable `OXCART_BIN` overrules it.
    pub fn builder(binary: &str) -> Builder {
        Builder::new(binary)
    }

    /// What it runs on.
    pub fn setup(&self) -> Setup {
        self.setup
    }

    /// How many instances it was made with.
    pub fn instances(&self) -> usize {
        self.instances.len()
    }

    /// The address of the first instance, like `http://127.0.0.1:20123`.
    pub fn url(&self) -> String {
        self.url_of(0)
    }

    /// Where instance `number` listens.
    pub fn address_of(&self, number: usize) -> SocketAddr {
        self.instance(number).address()
    }

    /// The address of instance `number`, from 0; the same after every start.
    pub fn url_of(&self, number: usize) -> String {
        self.instance(number).url()
    }

    /// A new anonymous caller of the first instance.
    pub fn client(&self) -> Client {
        self.client_of(0)
    }

    /// A new anonymous caller of instance `number`.
    pub fn client_of(&self, number: usize) -> Client {
        Client::new(&self.url_of(number))
    }

    /// The `DATABASE_URL` it runs with: a path, or a PostgreSQL URL.
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// The `REDIS_URL` it runs with, if any.
    pub fn redis_url(&self) -> Option<&str> {
        self.redis_url.as_deref()
    }

    /// Its working directory; images and the SQLite file lie under it.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// What all instances have printed so far.
    pub fn log(&self) -> String {
        self.instances.iter().map(Instance::log).collect()
    }

    /// Starts instance `number` on its old address and waits until `/readyz` says 200.
    pub async fn start(&self, number: usize) {
        let started = self.instance(number).start(&self.launch).await;
        started.unwrap_or_else(|error| panic!("instance {number} does not start: {error:#}"));
    }

    /// Starts instance `number` without waiting: for a test in which it cannot become ready.
    pub fn start_unready(&self, number: usize) {
        let started = self.instance(number).spawn(&self.launch);
        started.unwrap_or_else(|error| panic!("instance {number} does not start: {error:#}"));
    }

    /// The process id of instance `number` while it runs: to look at what the system says of it.
    pub fn pid(&self, number: usize) -> Option<u32> {
        self.instance(number).process_id()
    }

    /// SIGTERM to instance `number`, without waiting for its end.
    pub fn terminate(&self, number: usize) {
        self.instance(number).terminate();
    }

    /// SIGTERM to instance `number`, then waits until it has ended; returns its exit code.
    pub fn stop(&self, number: usize) -> Option<i32> {
        let stopped = self.instance(number).stop();
        stopped.unwrap_or_else(|error| panic!("instance {number}: {error:#}"))
    }

    /// `kill -9` to instance `number`.
    pub fn kill(&self, number: usize) {
        self.instance(number).kill();
    }

    /// Stops and starts instance `number`.
    pub async fn restart(&self, number: usize) {
        self.stop(number);
        self.start(number).await;
    }

    /// Freezes instance `number` (SIGSTOP): it keeps its connections and does nothing.
    pub fn pause(&self, number: usize) {
        let paused = self.instance(number).pause(self.home.path());
        paused.unwrap_or_else(|error| panic!("instance {number}: {error:#}"));
    }

    /// Lets a frozen instance go on.
    pub fn resume(&self, number: usize) {
        self.instance(number).resume();
    }

    /// The program with `args` on this shop's database and directory, not started yet: to add
    /// environment variables or input to it.
    pub fn command(&self, args: &[&str]) -> Command {
        self.launch.command(args)
    }

    /// Runs the program to its end, e.g. `shop.run(&["doctor"])`.
    pub fn run(&self, args: &[&str]) -> Output {
        let output = self.command(args).output();
        output.unwrap_or_else(|error| panic!("oxcart {args:?} does not start: {error}"))
    }

    /// Runs the program, which must succeed, and returns its standard output.
    #[track_caller]
    pub fn run_well(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "oxcart {args:?} failed: {}", shown(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs statements under the shop's feet, on a connection that is not the shop's: to plant what no
    /// request can do.
    ///
    /// # Panics
    /// When they are refused.
    #[track_caller]
    pub fn plant(&self, sql: &str) {
        let done = match self.setup {
            Setup::Sqlite => sqlite::execute(Path::new(&self.database_url), sql),
            _ => self.desk.execute(&self.database_url, sql),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error:#}"));
    }

    /// Looks under the shop: the first column of a query as text, a row an entry. Cast what is not
    /// text: `SELECT CAST(count(*) AS text) FROM orders`.
    ///
    /// # Panics
    /// When it is refused.
    #[track_caller]
    pub fn look(&self, sql: &str) -> Vec<Option<String>> {
        let found = match self.setup {
            Setup::Sqlite => sqlite::query(Path::new(&self.database_url), sql),
            _ => self.desk.query(&self.database_url, sql),
        };
        found.unwrap_or_else(|error| panic!("{sql}: {error:#}"))
    }

    fn instance(&self, number: usize) -> &Instance {
        let all = self.instances.len();
        let found = self.instances.get(number);
        found.unwrap_or_else(|| panic!("there is no instance {number}: the shop has {all}, from 0"))
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        for instance in &self.instances {
            instance.kill();
        }
        if let Some((admin, name)) = &self.own_database {
            // The server itself is thrown away soon; the test has its result already.
            if let Err(error) = database::drop(admin, name) {
                eprintln!("left behind: {error:#}");
            }
        }
    }
}

/// Exit status and both outputs of a command, for a failure message.
fn shown(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{}\n--- stdout\n{out}\n--- stderr\n{err}", output.status)
}

/// `binary`, unless `OXCART_BIN` names another; absolute, since the program runs elsewhere.
fn program(binary: &str) -> Result<PathBuf> {
    let chosen = std::env::var_os("OXCART_BIN").map_or_else(|| PathBuf::from(binary), PathBuf::from);
    chosen.canonicalize().with_context(|| format!("there is no program at {}", chosen.display()))
}
