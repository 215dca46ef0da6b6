//! What this machine does at best, measured like the shop: answers without a shop behind them, and orders without a
//! shop before them.

mod bare;
mod pgbench;

use super::cases::Case;
use super::figures::Sample;
use super::load::Pace;
use super::world::Sizes;
use super::{CONNECTIONS, Programs};
use anyhow::{Context, Result};
use bare::Bare;
use pgbench::Pgbench;

/// The programs the shop is compared with.
pub(super) struct Limits {
    list: Bare,
    product: Bare,
    pgbench: Option<Pgbench>,
}

impl Limits {
    /// Starts them. Without a `pgbench` beside the server its limits are left out, and that is said.
    pub(super) async fn make(programs: &Programs, sizes: Sizes, cases: &[Case]) -> Result<Self> {
        eprintln!("\nlimits: starting what the shop is compared with");
        let wanted = cases.iter().any(|case| case.needs_pgbench());
        Ok(Self {
            list: Bare::start(&programs.bare, sizes.list).await?,
            product: Bare::start(&programs.bare, sizes.product).await?,
            pgbench: if wanted { Pgbench::prepare()? } else { None },
        })
    }

    /// Whether it can be measured here.
    pub(super) fn has(&self, case: Case) -> bool {
        !case.needs_pgbench() || self.pgbench.is_some()
    }

    /// One round of a case.
    pub(super) async fn measure(&self, case: Case, pace: Pace) -> Result<Sample> {
        let pgbench = || self.pgbench.as_ref().context("there is no pgbench");
        match case {
            Case::BareList => self.list.measure(pace).await,
            Case::BareProduct => self.product.measure(pace).await,
            Case::PgbenchHot => pgbench()?.measure(pace, 1).await,
            _ => pgbench()?.measure(pace, super::data::PRODUCTS).await,
        }
    }
}
