//! Decides what a shop runs on and how it is configured, then makes it.

use super::instance::Instance;
use super::{Launch, Shop, program};
use crate::ports::arbitrary;
use crate::servers::{Desk, database};
use crate::setup::{Setup, postgres_server, postgres_template, redis_server};
use anyhow::{Context, Result};
use std::path::Path;
use std::sync::atomic::AtomicU32;

/// What a shop inherits from the developer's environment; all else is set by the test.
const INHERITED: [&str; 4] = ["PATH", "LLVM_PROFILE_FILE", "RUST_BACKTRACE", "TMPDIR"];

/// The same for all instances, so that a token of one is good at the others.
pub const SECRET_KEY: &str = "a-secret-of-the-test-suite-that-is-longer-than-sixty-four-bytes-0123";

/// A shop to be; made by [`Shop::builder`].
#[derive(Clone, Debug)]
pub struct Builder {
    binary: String,
    env: Vec<(String, String)>,
    serve_args: Vec<String>,
    setup: Setup,
    instances: usize,
    database: Option<String>,
    redis: Option<String>,
}

impl Builder {
    pub(super) fn new(binary: &str) -> Self {
        Self {
            binary: binary.to_owned(),
            env: Vec::new(),
            serve_args: Vec::new(),
            setup: Setup::from_env(),
            instances: 1,
            database: None,
            redis: None,
        }
    }

    /// Sets an environment variable of the shop; the last of two equal names wins. An empty value
    /// counts as not set.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds an argument to `oxcart serve`.
    pub fn arg(mut self, arg: &str) -> Self {
        self.serve_args.push(arg.to_owned());
        self
    }

    /// Serves the demo shop (`--demo`).
    pub fn demo(self) -> Self {
        self.arg("--demo")
    }

    /// Runs `count` instances on one database. SQLite is for one instance: there it stays one, and
    /// [`Shop::instances`] tells.
    pub fn instances(mut self, count: usize) -> Self {
        assert!(count > 0, "a shop has at least one instance");
        self.instances = count;
        self
    }

    /// Runs on `setup`, whatever `OXCART_TEST_SETUP` says.
    pub fn on(mut self, setup: Setup) -> Self {
        self.setup = setup;
        self
    }

    /// Makes its database on the PostgreSQL server behind this URL (of its `postgres` database): a
    /// server of the test's own, that it may stop.
    pub fn postgres(mut self, admin_url: &str) -> Self {
        self.database = Some(admin_url.to_owned());
        if self.setup == Setup::Sqlite {
            self.setup = Setup::Postgres;
        }
        self
    }

    /// Uses the Redis behind this URL: a server of the test's own, that it may stop.
    pub fn redis(mut self, url: &str) -> Self {
        self.redis = Some(url.to_owned());
        self
    }

    /// Makes the shop, starts every instance, and waits until all are ready.
    ///
    /// # Panics
    /// When an instance is not ready in time, with what it printed; when the servers of the set-up
    /// are not there.
    pub async fn start(self) -> Shop {
        let shop = self.make(postgres_template());
        for (number, instance) in shop.instances.iter().enumerate() {
            let started = instance.first_start(&shop.launch).await;
            started.unwrap_or_else(|error| panic!("instance {number} does not start: {error:#}"));
        }
        shop
    }

    /// Makes the shop and starts nothing: for commands on a new database, and for
    /// [`Shop::start`] later.
    ///
    /// # Panics
    /// When the servers of the set-up are not there.
    pub fn prepare(self) -> Shop {
        self.make(None)
    }

    /// A shop on a new database, or, on the server of this test run, on one like `template`: its first start has nothing
    /// to migrate then.
    fn make(self, template: Option<String>) -> Shop {
        let setup = self.setup;
        self.try_make(template).unwrap_or_else(|error| panic!("no shop on {setup} could be made: {error:#}"))
    }

    fn try_make(self, template: Option<String>) -> Result<Shop> {
        let binary = program(&self.binary)?;
        let home = tempfile::Builder::new().prefix("oxcart-shop-").tempdir()?;
        let name = format!("shop_{}_{:08x}", std::process::id(), arbitrary() & 0xffff_ffff);
        let own_database = match self.setup {
            Setup::Sqlite => None,
            _ => Some((self.database.clone().unwrap_or_else(postgres_server), name.clone())),
        };
        let database_url = match &own_database {
            None => home.path().join("oxcart.db").display().to_string(),
            Some((admin, name)) => {
                let template = template.filter(|_| self.database.is_none());
                let template = template.as_deref().unwrap_or("template0");
                database::create_like(admin, name, template).context("the PostgreSQL of the tests")?;
                database::url_of(admin, name)
            }
        };
        let redis_url = match (&self.redis, self.setup) {
            (Some(url), _) => Some(url.clone()),
            (None, Setup::PostgresRedis) => Some(redis_server()),
            (None, _) => None,
        };
        let count = if self.setup.has_postgres() { self.instances } else { 1 };
        let mut env = basic_env(home.path(), &database_url, redis_url.as_deref(), &name);
        env.extend(self.env);
        let folder = home.path().to_owned();
        Ok(Shop {
            instances: (0..count).map(|number| Instance::new(&folder, number)).collect(),
            launch: Launch { binary, env, folder, serve_args: self.serve_args },
            setup: self.setup,
            database_url,
            redis_url,
            own_database,
            desk: Desk::default(),
            people: AtomicU32::new(0),
            home,
        })
    }
}

fn basic_env(home: &Path, database: &str, redis: Option<&str>, prefix: &str) -> Vec<(String, String)> {
    let inherited = INHERITED.iter().filter_map(|name| {
        let value = std::env::var(name).ok()?;
        Some(((*name).to_owned(), value))
    });
    let folder = home.display().to_string();
    let mut own = vec![
        ("HOME", folder.as_str()),
        ("DATABASE_URL", database),
        ("SECRET_KEY", SECRET_KEY),
        ("OXCART_LOG_FORMAT", "pretty"),
        ("NO_COLOR", "1"),
        // No load balancer has to notice that an instance stops.
        ("OXCART_SHUTDOWN_DELAY", "0"),
    ];
    if let Some(url) = redis {
        own.extend([("REDIS_URL", url), ("OXCART_REDIS_PREFIX", prefix)]);
    }
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    inherited.chain(own).collect()
}
