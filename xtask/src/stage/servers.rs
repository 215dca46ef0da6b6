//! What a shop that is measured runs on, and what is asked of it from outside.

use anyhow::{Context, Result};
use serde_json::json;
use std::path::Path;
use testkit::servers::{Durability, Postgres, Redis};
use testkit::{Builder, Client, Setup, Shop};

/// The servers below shops, of one set-up.
pub(crate) struct Servers {
    setup: Setup,
    postgres: Option<Postgres>,
    redis: Option<Redis>,
}

impl Servers {
    /// Starts what the set-up needs; PostgreSQL waits for its disk, as it does in earnest.
    ///
    /// # Errors
    /// When a server is not installed or does not come up.
    pub(crate) fn launch(setup: Setup) -> Result<Self> {
        Self::launch_with(setup, &[])
    }

    /// The same, with a PostgreSQL that counts its statements.
    ///
    /// # Errors
    /// As for [`Servers::launch`].
    pub(crate) fn counting_statements(setup: Setup) -> Result<Self> {
        Self::launch_with(setup, &[("shared_preload_libraries", "pg_stat_statements")])
    }

    fn launch_with(setup: Setup, settings: &[(&str, &str)]) -> Result<Self> {
        let postgres = setup.has_postgres().then(|| Postgres::launch_with(Durability::Full, settings)).transpose()?;
        let redis = setup.has_redis().then(Redis::launch).transpose()?;
        Ok(Self { setup, postgres, redis })
    }

    pub(crate) fn setup(&self) -> Setup {
        self.setup
    }

    /// Begins a new shop on them.
    ///
    /// # Errors
    /// When the program's path is not UTF-8.
    pub(crate) fn builder(&self, program: &Path) -> Result<Builder> {
        let program = program.to_str().context("the program's path is not UTF-8")?;
        let mut shop = Shop::builder(program).on(self.setup);
        if let Some(postgres) = &self.postgres {
            shop = shop.postgres(&postgres.url("postgres"));
        }
        if let Some(redis) = &self.redis {
            shop = shop.redis(&redis.url());
        }
        Ok(shop)
    }

    /// The PostgreSQL among them, to be killed.
    pub(crate) fn postgres(&self) -> Option<&Postgres> {
        self.postgres.as_ref()
    }

    /// The Redis among them, to be killed.
    pub(crate) fn redis(&self) -> Option<&Redis> {
        self.redis.as_ref()
    }

    /// The process ids of those that run.
    pub(crate) fn pids(&self) -> Vec<u32> {
        let postgres = self.postgres.as_ref().and_then(Postgres::pid);
        let redis = self.redis.as_ref().and_then(Redis::pid);
        postgres.into_iter().chain(redis).collect()
    }
}

/// The set-up of this name, for the command line.
pub(crate) fn setup(name: &str) -> Result<Setup, String> {
    let found = Setup::ALL.into_iter().find(|setup| setup.name() == name);
    found.ok_or_else(|| "use sqlite, postgres or postgres-redis".to_owned())
}

/// A caller whose requests carry this cookie and no other.
pub(crate) fn with_cookie(shop: &Shop, cookie: &str) -> Client {
    shop.client().with_header("Cookie", cookie)
}

/// Puts one unit into the cart of whoever has no session yet; returns the cookie of the new one.
///
/// # Errors
/// When the answer sets none.
pub(crate) async fn new_session(caller: &Client, product: u64) -> Result<String> {
    let answer = caller.post("/cart/add/", json!({"product_id": product})).await.expect(201);
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    Ok(cookie.context("a new session has a cookie")?.to_owned())
}

/// The memory the server has in use, in KiB.
///
/// # Errors
/// When it does not run, or there is no `/proc`.
pub(crate) fn memory(shop: &Shop) -> Result<u64> {
    let pid = shop.pid(0).context("the instance does not run")?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("the memory is read from /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok());
    number.context("no VmRSS in /proc")
}
