//! What this machine does at best, measured like the shop: answers without a shop behind them, and orders without a
//! shop before them.

mod bare;
mod pgbench;
mod script;

use super::CONNECTIONS;
use super::cases::Case;
use super::figures::Sample;
use super::load::Pace;
use super::world::Sizes;
use crate::install;
use anyhow::{Context, Result};
use bare::Bare;
use pgbench::Pgbench;
use script::Script;
use std::path::Path;

/// The programs the shop is compared with; only those that are needed.
pub(super) struct Limits {
    bare: Vec<(Case, Bare)>,
    pgbench: Option<Pgbench>,
}

impl Limits {
    /// Starts what these cases need. Where no `pgbench` is to be had its limits are left out, and that is said.
    pub(super) async fn make(program: &Path, sizes: Sizes, cases: &[Case]) -> Result<Self> {
        let mut bare = vec![];
        let all = [(Case::BareList, sizes.list), (Case::BareProduct, sizes.product), (Case::BareCart, sizes.cart)];
        for (case, bytes) in all.into_iter().filter(|(case, _)| cases.contains(case)) {
            bare.push((case, Bare::start(program, bytes).await?));
        }
        let pgbench = match cases.iter().any(|case| case.needs_pgbench()) {
            true => available()?,
            false => None,
        };
        Ok(Self { bare, pgbench })
    }

    /// Whether it can be measured here.
    pub(super) fn has(&self, case: Case) -> bool {
        !case.needs_pgbench() || self.pgbench.is_some()
    }

    /// One round of a case.
    pub(super) async fn measure(&self, case: Case, pace: Pace) -> Result<Sample> {
        if let Some((_, bare)) = self.bare.iter().find(|(one, _)| *one == case) {
            return bare.measure(pace).await;
        }
        let script = Script::of(case).with_context(|| format!("{} is no limit", case.name()))?;
        self.pgbench.as_ref().context("there is no pgbench")?.measure(pace, script).await
    }
}

fn available() -> Result<Option<Pgbench>> {
    if let Err(missing) = install::pgbench() {
        eprintln!("PostgreSQL's limits are left out: {missing:#}");
        return Ok(None);
    }
    Pgbench::prepare().map(Some)
}
