//! The shop that is measured: what it runs on, and what is asked of it from outside.

use anyhow::{Context, Result, bail};
use serde_json::json;
use std::path::Path;
use testkit::servers::{Durability, Postgres, Redis};
use testkit::{Client, Setup, Shop};

/// The servers below the shop.
pub(super) struct Servers {
    setup: Setup,
    postgres: Option<Postgres>,
    redis: Option<Redis>,
}

impl Servers {
    /// Starts what the set-up needs; PostgreSQL waits for its disk, as it does in earnest.
    pub(super) fn launch(setup: Setup) -> Result<Self> {
        let postgres = setup.has_postgres().then(|| Postgres::launch(Durability::Full)).transpose()?;
        let redis = setup.has_redis().then(Redis::launch).transpose()?;
        Ok(Self { setup, postgres, redis })
    }

    /// A new shop of one instance.
    pub(super) async fn shop(&self, program: &Path, sockets: u64) -> Result<Shop> {
        let program = program.to_str().context("the program's path is not UTF-8")?;
        let mut shop = Shop::builder(program)
            .on(self.setup)
            .env("OXCART_ACCESS_TOKEN_LIFETIME", "1h")
            .env("OXCART_REGISTER_RATE", "1000000/s")
            .env("OXCART_MAX_SOCKETS", &(sockets + 100).to_string());
        if let Some(postgres) = &self.postgres {
            shop = shop.postgres(&postgres.url("postgres"));
        }
        if let Some(redis) = &self.redis {
            shop = shop.redis(&redis.url());
        }
        Ok(shop.start().await)
    }
}

/// A caller whose requests carry this cookie and no other.
pub(super) fn with_cookie(shop: &Shop, cookie: &str) -> Client {
    shop.client().with_header("Cookie", cookie)
}

/// Puts one unit into the cart of whoever has no session yet; returns the cookie of the new one.
pub(super) async fn new_session(caller: &Client, product: i64) -> Result<String> {
    let answer = caller.post("/cart/add/", json!({"product_id": product})).await.expect(201);
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    Ok(cookie.context("a new session has a cookie")?.to_owned())
}

/// The memory the server has in use, in KiB.
pub(super) fn memory(shop: &Shop) -> Result<u64> {
    let pid = shop.pid(0).context("the instance does not run")?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("the memory is read from /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok());
    number.context("no VmRSS in /proc")
}

/// How many frames were made of events so far, however often each was sent.
pub(super) async fn frames_made(client: &Client) -> Result<u64> {
    const NAME: &str = "oxcart_event_frames_total";
    let page = client.get("/metrics").await.expect(200).text();
    let mut sum = 0;
    for line in page.lines().filter(|line| line.starts_with(NAME)) {
        match line.rsplit(' ').next().and_then(|number| number.parse::<u64>().ok()) {
            Some(number) => sum += number,
            None => bail!("no count in {line:?}"),
        }
    }
    Ok(sum)
}
