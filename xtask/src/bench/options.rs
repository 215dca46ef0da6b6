//! What is asked of the benchmark on the command line.

use super::cases::Case;
use super::load::Pace;
use std::time::Duration;
use testkit::Setup;

/// What is measured, on what, and for how long.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// What the shop runs on: sqlite, postgres or postgres-redis; all three, one after the other, when not said.
    #[arg(long, value_parser = setup)]
    setup: Option<Setup>,
    /// Only this case; may be repeated. A limit is a case too.
    #[arg(long = "case", value_name = "NAME", value_parser = case)]
    cases: Vec<Case>,
    /// How often everything is measured; the medians count.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = from_one())]
    rounds: u64,
    /// How long each case is measured in each round.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = from_one())]
    seconds: u64,
    /// One short round, as a check that everything works: an error answer fails it, and its figures mean little.
    #[arg(long, conflicts_with_all = ["rounds", "seconds"])]
    quick: bool,
    /// Prints JSON instead of tables.
    #[arg(long)]
    json: bool,
}

fn from_one() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(1..=3_600)
}

fn setup(name: &str) -> Result<Setup, String> {
    let found = Setup::ALL.into_iter().find(|setup| setup.name() == name);
    found.ok_or_else(|| "use sqlite, postgres or postgres-redis".to_owned())
}

fn case(name: &str) -> Result<Case, String> {
    let found = Case::ALL.into_iter().find(|case| case.name() == name);
    found.ok_or_else(|| format!("use {}", Case::ALL.map(Case::name).join(", ")))
}

impl Options {
    /// On what, in order.
    pub(super) fn setups(&self) -> Vec<Setup> {
        self.setup.map_or_else(|| Setup::ALL.to_vec(), |setup| vec![setup])
    }

    /// Which cases, in order. Without a PostgreSQL its limits say nothing, unless they are asked for.
    pub(super) fn cases(&self) -> Vec<Case> {
        let postgres = self.setups().iter().any(|setup| setup.has_postgres());
        let all = Case::ALL.into_iter();
        match self.cases.is_empty() {
            true => all.filter(|case| postgres || !case.needs_pgbench()).collect(),
            false => all.filter(|case| self.cases.contains(case)).collect(),
        }
    }

    pub(super) fn rounds(&self) -> u64 {
        if self.quick { 1 } else { self.rounds }
    }

    /// How long a case is measured, and how long it runs before.
    pub(super) fn pace(&self) -> Pace {
        match self.quick {
            true => Pace { warm_up: Duration::from_millis(200), measured: Duration::from_millis(800) },
            false => Pace { warm_up: Duration::from_secs(1), measured: Duration::from_secs(self.seconds) },
        }
    }

    pub(super) fn quick(&self) -> bool {
        self.quick
    }

    pub(super) fn json(&self) -> bool {
        self.json
    }
}
