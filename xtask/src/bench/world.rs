//! The shop that is measured and the servers below it, filled and with callers who are ready.

use super::callers::Callers;
use super::cases::Case;
use super::cpu::Watched;
use super::data;
use super::figures::Sample;
use super::load::{Pace, drive};
use super::scripts;
use anyhow::{Context, Result, ensure};
use std::net::SocketAddr;
use std::path::Path;
use testkit::servers::{Durability, Postgres, Redis};
use testkit::{Setup, Shop};

/// A shop with all it stands on.
pub(super) struct World {
    // Before the servers: what stands on them ends first.
    shop: Shop,
    address: SocketAddr,
    callers: Callers,
    watched: Watched,
    sizes: Sizes,
    _postgres: Option<Postgres>,
    _redis: Option<Redis>,
}

/// How long answers are, in bytes of their bodies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Page 1 of the product list.
    pub(super) list: usize,
    /// One product.
    pub(super) product: usize,
}

impl World {
    /// Starts servers and shop, fills it, and lets the callers of these cases get ready. PostgreSQL waits for its disk,
    /// as it does in earnest.
    pub(super) async fn make(setup: Setup, program: &Path, cases: &[Case]) -> Result<Self> {
        eprintln!("\n{setup}: loading {} products", data::PRODUCTS);
        let postgres = setup.has_postgres().then(|| Postgres::launch(Durability::Full)).transpose()?;
        let redis = setup.has_redis().then(Redis::launch).transpose()?;
        let shop = new_shop(setup, program, postgres.as_ref(), redis.as_ref())?;
        let fixture = shop.folder().join("bench.json");
        data::write_fixture(&fixture)?;
        shop.run_well(&["loaddata", fixture.to_str().context("the shop's folder is not UTF-8")?]);
        shop.start(0).await;
        let password = shop.customer().await.password;
        shop.plant(&data::users_sql());
        if setup.has_postgres() {
            // What the server would do by itself within a minute.
            shop.plant("VACUUM ANALYZE");
        }
        eprintln!("{setup}: logging callers in");
        let address = shop.url().trim_start_matches("http://").parse().context("the shop's address")?;
        let callers = Callers::prepare(&shop, address, cases, &password).await?;
        let watched = Watched::new(&[shop.pid(0).context("the shop has ended")?]);
        let watched = watched.and_children_named(&["postgres", "redis-server", "valkey-server"])?;
        let servers = usize::from(setup.has_postgres()) + usize::from(setup.has_redis());
        ensure!(
            watched.len() == 1 + servers,
            "{} processes are there to be watched, not {}",
            watched.len(),
            1 + servers
        );
        let sizes = Sizes { list: length(&shop, "/products/").await, product: length(&shop, "/products/1/").await };
        Ok(Self { shop, address, callers, watched, sizes, _postgres: postgres, _redis: redis })
    }

    pub(super) fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// One round of a case.
    pub(super) async fn measure(&self, case: Case, pace: Pace) -> Result<Sample> {
        let sample = drive(self.address, scripts::of(case, &self.callers), pace, &self.watched).await;
        ensure!(self.shop.pid(0).is_some(), "the shop has ended; it printed:\n{}", self.shop.log());
        sample
    }
}

fn new_shop(setup: Setup, program: &Path, postgres: Option<&Postgres>, redis: Option<&Redis>) -> Result<Shop> {
    let mut shop = Shop::builder(program.to_str().context("the program's path is not UTF-8")?)
        .on(setup)
        .env("OXCART_ACCESS_TOKEN_LIFETIME", "1d")
        .env("OXCART_LOGIN_FAILURE_RATE", "1000000/s")
        .env("OXCART_LOGIN_ADDRESS_RATE", "1000000/s")
        // Carts that are filled for minutes.
        .env("OXCART_MAX_LINE_QUANTITY", "1000000");
    if let Some(postgres) = postgres {
        shop = shop.postgres(&postgres.url("postgres"));
    }
    if let Some(redis) = redis {
        shop = shop.redis(&redis.url());
    }
    Ok(shop.prepare())
}

async fn length(shop: &Shop, path: &str) -> usize {
    shop.client().get(path).await.expect(200).body.len()
}
