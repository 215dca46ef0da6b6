//! A shop of one size, with those who ask for its lists and those who order.

use super::What;
use super::fill::fill;
use super::routes::{Reader, Route};
use crate::bench::callers::{Callers, Head};
use crate::bench::cases::Case;
use crate::bench::cpu::Watched;
use crate::bench::data::email;
use crate::bench::figures::Sample;
use crate::bench::load::{Pace, Script, drive};
use crate::bench::scripts::{get, orders};
use crate::bench::world::{configured, watched};
use crate::stage::Servers;
use anyhow::{Result, ensure};
use std::path::Path;
use std::time::Duration;
use testkit::Shop;

/// How many ask for a list at the same time.
const READERS: usize = 8;

/// A shop with so many products and as many orders.
pub(super) struct Shelf {
    shop: Shop,
    watched: Watched,
    size: u64,
    callers: Callers,
    staff: Head,
    customer: Head,
}

impl Shelf {
    /// Makes and fills it.
    pub(super) async fn make(servers: &Servers, program: &Path, size: u64) -> Result<Self> {
        let shop = configured(servers.builder(program)?).start().await;
        let staff = shop.staff().await;
        shop.stop(0);
        fill(&shop, size);
        // A shop whose books are wrong measures nothing.
        shop.run_well(&["doctor"]);
        shop.start(0).await;
        let callers = Callers::prepare(&shop, &[Case::Order], &staff.password).await?;
        let customer = shop.log_in(&shop.client(), &email(0), &staff.password).await;
        let head = |access: &str| format!("{}Authorization: Bearer {access}\r\n", callers.nobody).into();
        let (staff, customer) = (head(&staff.access), head(&customer.access));
        let watched = watched(&shop, servers)?;
        let shelf = Self { shop, watched, size, callers, staff, customer };
        shelf.settle().await?;
        Ok(shelf)
    }

    /// Lets it be used for a moment: the products are read into memory when a list is asked for, and PostgreSQL should have
    /// seen carts and orders that are in use before it plans for them, as it would have after a minute.
    async fn settle(&self) -> Result<()> {
        let pace = Pace { warm_up: Duration::from_millis(100), measured: Duration::from_millis(700) };
        for what in [What::Orders, What::List(Route::ProductsByPrice)] {
            self.measure(what, pace).await?;
        }
        if self.shop.setup().has_postgres() {
            self.shop.plant("VACUUM ANALYZE");
            self.shop.plant("CHECKPOINT");
        }
        // What was put without waiting for the disk should not be written while others wait for it.
        rustix::fs::sync();
        self.watched.rested().await
    }

    /// How many products and orders it has.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// One round.
    pub(super) async fn measure(&self, what: What, pace: Pace) -> Result<Sample> {
        let scripts = match what {
            What::List(route) => std::iter::repeat_with(|| self.read(route)).take(READERS).collect(),
            What::Orders => orders(&self.callers.ordering, self.size),
        };
        let before = self.logged(what);
        let sample = drive(&[self.shop.address_of(0)], scripts, pace, &self.watched).await;
        ensure!(self.shop.pid(0).is_some(), "the shop has ended; it printed:\n{}", self.shop.log());
        let wal = before.zip(self.logged(what)).map(|(before, after)| after.saturating_sub(before));
        Ok(Sample { wal, ..sample? })
    }

    /// How far PostgreSQL's log reaches, in bytes, where something is written.
    fn logged(&self, what: What) -> Option<u64> {
        let writes = what == What::Orders && self.shop.setup().has_postgres();
        let reaches = || self.shop.look("SELECT CAST(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS text)");
        writes.then(reaches)?.pop()??.parse().ok()
    }

    fn read(&self, route: Route) -> Script {
        let reader = match route.reader() {
            Reader::Anybody => &self.callers.nobody,
            Reader::Staff => &self.staff,
            Reader::Customer => &self.customer,
        };
        let size = self.size;
        get(reader.clone(), move |turn| route.path(size, turn)).into()
    }
}
