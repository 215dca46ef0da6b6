//! The shop that is measured and the servers below it, filled and with callers who are ready.

use super::callers::Callers;
use super::cases::Case;
use super::client::Connection;
use super::cpu::Watched;
use super::figures::Sample;
use super::load::{Pace, drive};
use super::program::{self, Property};
use super::report::counted;
use super::{data, scripts, sockets};
use crate::stage::Servers;
use anyhow::{Context, Result, ensure};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use testkit::{Builder, Setup, Shop};

/// What is to be measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) program: &'a Path,
    /// How often it runs, on the same servers; callers are spread over them.
    pub(super) instances: usize,
}

impl Subject<'_> {
    /// On what it is measured, for people: "postgres, one instance".
    pub(super) fn stage(self, setup: Setup) -> String {
        format!("{setup}, {}", counted(self.instances))
    }
}

/// A shop with all it stands on.
pub(super) struct World {
    // Before the servers: what stands on them ends first.
    shop: Shop,
    addresses: Vec<SocketAddr>,
    callers: Callers,
    watched: Watched,
    _servers: Servers,
}

/// How long answers are, in bytes of their bodies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Page 1 of the product list.
    pub(super) list: usize,
    /// One product.
    pub(super) product: usize,
    /// A cart as it is read; nothing when nobody reads one.
    pub(super) cart: usize,
}

impl World {
    /// Starts servers and shop, fills it, and lets the callers of these cases get ready. The figures of the program, when
    /// they are wanted, are taken before the callers come.
    pub(super) async fn make(
        servers: Servers,
        subject: Subject<'_>,
        cases: &[Case],
        with_properties: bool,
    ) -> Result<(Self, Vec<Property>)> {
        let setup = servers.setup();
        eprintln!("\n{setup}: loading {} products", data::PRODUCTS);
        let shop = configured(servers.builder(subject.program)?).instances(subject.instances).prepare();
        let fixture = shop.folder().join("bench.json");
        data::write_fixture(&fixture)?;
        shop.run_well(&["loaddata", fixture.to_str().context("the shop's folder is not UTF-8")?]);
        for number in 0..subject.instances {
            shop.start(number).await;
        }
        let password = shop.customer().await.password;
        shop.plant(&data::users_sql());
        let properties = if with_properties { program::measure(&shop).await?.to_vec() } else { vec![] };
        eprintln!("{setup}: logging callers in");
        let callers = Callers::prepare(&shop, cases, &password).await?;
        let watched = watched(&shop, &servers)?;
        let addresses = (0..subject.instances).map(|number| shop.address_of(number)).collect();
        let world = Self { shop, addresses, callers, watched, _servers: servers };
        world.settle(setup, cases).await?;
        Ok((world, properties))
    }

    pub(super) async fn sizes(&self) -> Result<Sizes> {
        let mut connection = Connection::open(self.shop.address_of(0)).await?;
        let mut length = async |path: &str, head: &str| -> Result<usize> {
            let (status, body) = connection.ask(format!("GET {path} HTTP/1.1\r\n{head}\r\n").as_bytes()).await?;
            ensure!(status == 200, "{path} got {status}");
            Ok(body.len())
        };
        let nobody = &self.callers.nobody;
        let (list, product) = (length("/products/", nobody).await?, length("/products/1/", nobody).await?);
        let cart = match self.callers.reading.first() {
            Some(reader) => length("/cart/", reader).await?,
            None => 0,
        };
        Ok(Sizes { list, product, cart })
    }

    /// The processes of the shop and its servers, as they are now.
    pub(super) fn pids(&self) -> Result<Vec<u32>> {
        self.watched.pids()
    }

    /// Runs statements on the shop's database.
    pub(super) fn plant(&self, sql: &str) {
        self.shop.plant(sql);
    }

    /// The first column of a query on the shop's database, as text.
    pub(super) fn look(&self, sql: &str) -> Vec<Option<String>> {
        self.shop.look(sql)
    }

    /// Lets the shop be used for a moment and then PostgreSQL look at its tables, as it does by itself every minute: a
    /// planner that has only seen them empty plans for empty tables.
    async fn settle(&self, setup: Setup, cases: &[Case]) -> Result<()> {
        if !setup.has_postgres() {
            return Ok(());
        }
        let pace = Pace { warm_up: Duration::from_millis(100), measured: Duration::from_millis(700) };
        for case in [Case::CartAdd, Case::Order, Case::OrderSession, Case::OrderHot] {
            if cases.contains(&case) {
                self.measure(case, pace).await?;
            }
        }
        self.shop.plant("VACUUM ANALYZE");
        Ok(())
    }

    /// One round of a case.
    pub(super) async fn measure(&self, case: Case, pace: Pace) -> Result<Sample> {
        let Self { shop, addresses, callers, watched, .. } = self;
        let sample = match case {
            Case::Sockets => sockets::measure(shop, addresses, callers, pace, watched).await,
            _ => drive(addresses, scripts::of(case, callers), pace, watched).await,
        };
        let runs = (0..shop.instances()).all(|number| shop.pid(number).is_some());
        ensure!(runs, "the shop has ended; it printed:\n{}", shop.log());
        sample
    }
}

/// Nobody is kept from asking as often as they like.
pub(super) fn configured(shop: Builder) -> Builder {
    shop.env("OXCART_ACCESS_TOKEN_LIFETIME", "1d")
        .env("OXCART_LOGIN_FAILURE_RATE", "1000000/s")
        .env("OXCART_LOGIN_ADDRESS_RATE", "1000000/s")
        // Carts that are filled for minutes.
        .env("OXCART_MAX_LINE_QUANTITY", "1000000")
        .env("OXCART_MAX_CONNECTIONS_PER_ADDRESS", "0")
}

/// The shop and its servers, for their processor time.
pub(super) fn watched(shop: &Shop, servers: &Servers) -> Result<Watched> {
    let instances = (0..shop.instances()).map(|number| shop.pid(number).context("the shop has ended"));
    let mut all = instances.collect::<Result<Vec<_>>>()?;
    all.extend(servers.pids());
    Ok(Watched::new(&all))
}
