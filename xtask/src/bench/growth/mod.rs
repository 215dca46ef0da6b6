//! Whether the shop stays quick as it grows: its lists and its orders with many products and orders, beside the same
//! with few. Both shops run on the same servers, and a round asks one right after the other.

mod fill;
mod report;
mod routes;
mod shelf;

pub(super) use report::{json, text};

use super::figures::{Figures, Sample};
use super::options::Options;
use super::targets::{self, Bound};
use crate::stage::Servers;
use anyhow::{Context, Result, ensure};
use routes::Route;
use shelf::Shelf;
use std::path::Path;
use testkit::Setup;

/// How many products and orders the smaller shop has.
const SMALL: u64 = 10_000;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    List(Route),
    /// Carts filled and ordered at full speed.
    Orders,
}

/// The same on both shops.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grown {
    on: Setup,
    what: What,
    small: Figures,
    big: Figures,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::List(route) => route.name(),
            Self::Orders => "orders",
        }
    }

    /// Latencies are compared of lists, rates of orders.
    fn bound(self) -> Bound {
        match self {
            Self::List(_) => Bound::AtMost(300),
            Self::Orders => Bound::AtLeast(90),
        }
    }
}

impl Grown {
    /// What the big shop has of what the small one has, in tenths of a percent.
    fn share(&self) -> Option<u64> {
        match self.what {
            // Without an answer on the big shop there is no latency, and not a short one.
            What::List(_) if self.big.p99 == 0 => None,
            What::List(_) => targets::share(self.big.p99, self.small.p99),
            What::Orders => targets::share(self.big.in_ten_seconds, self.small.in_ten_seconds),
        }
    }

    fn is_met(&self) -> Option<bool> {
        Some(self.what.bound().is_met(self.share()?))
    }
}

/// Everything on each set-up, the big shop with so many products and orders.
///
/// # Errors
/// When a shop can't be filled, or a connection is lost; with `--quick` also when a request is answered with an error,
/// or none is answered.
pub(super) async fn measure(options: &Options, program: &Path, size: u64) -> Result<Vec<Grown>> {
    let mut all = vec![];
    for setup in options.setups() {
        all.extend(on_setup(options, program, setup, size).await.with_context(|| format!("growth on {setup}"))?);
    }
    Ok(all)
}

async fn on_setup(options: &Options, program: &Path, setup: Setup, size: u64) -> Result<Vec<Grown>> {
    let servers = Servers::launch(setup)?;
    let small = Shelf::make(&servers, program, SMALL).await?;
    let big = Shelf::make(&servers, program, size).await?;
    let whats: Vec<What> = Route::ALL.into_iter().map(What::List).chain([What::Orders]).collect();
    let mut samples = vec![(vec![], vec![]); whats.len()];
    for round in 1..=options.rounds() {
        for (what, (of_small, of_big)) in whats.iter().zip(&mut samples) {
            for (shelf, samples) in [(&small, of_small), (&big, of_big)] {
                let sample = shelf.measure(*what, options.pace()).await;
                let sample = sample.with_context(|| format!("{} with {}", what.name(), shelf.size()))?;
                told(options, setup, round, *what, shelf, &sample)?;
                samples.push(sample);
            }
        }
    }
    let grown = |(what, (small, big)): (What, &(Vec<Sample>, Vec<Sample>))| {
        let (small, big) = (Figures::median(small), Figures::median(big));
        Grown { on: setup, what, small, big }
    };
    Ok(whats.into_iter().zip(&samples).map(grown).collect())
}

/// Shows how far it is. An answer that is an error tells nothing of growth, whatever else went well.
fn told(options: &Options, setup: Setup, round: u64, what: What, shelf: &Shelf, sample: &Sample) -> Result<()> {
    let (figures, rounds, size) = (Figures::of(sample), options.rounds(), shelf.size());
    let (name, rate) = (what.name(), figures.per_second());
    eprintln!("{setup}, round {round} of {rounds}: {name} of {size}, {rate} a second");
    if let Some(complaint) = &sample.complaint {
        eprintln!("  {} errors, the first: {complaint}", sample.errors);
        ensure!(!options.quick(), "{name} with {size} was answered with an error");
    }
    ensure!(sample.answered > 0 || !options.quick(), "nothing of {name} with {size} was answered");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_compared_by_what_they_take_and_orders_by_how_many_there_are() {
        let figures = |p99, in_ten_seconds| Figures { p99, in_ten_seconds, ..Figures::default() };
        let (small, big) = (figures(1_000, 10_000), figures(3_000, 8_900));
        let list = Grown { on: Setup::Sqlite, what: What::List(Route::ALL[0]), small, big };
        assert_eq!((list.share(), list.is_met()), (Some(3_000), Some(true)));
        let orders = Grown { what: What::Orders, ..list };
        assert_eq!((orders.share(), orders.is_met()), (Some(890), Some(false)));
        for (small, big) in [(small, Figures::default()), (Figures::default(), big)] {
            assert_eq!(Grown { small, big, ..list }.is_met(), None, "nothing was answered");
        }
    }
}
