//! What is asked of the benchmark on the command line.

use super::cases::Case;
use super::load::Pace;
use super::targets;
use super::world::Subject;
use crate::stage;
use anyhow::{Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::time::Duration;
use testkit::Setup;

/// What is measured, on what, and for how long.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// What the shop runs on: sqlite, postgres or postgres-redis; all three, one after the other, when not said.
    #[arg(long, value_parser = stage::setup)]
    setup: Option<Setup>,
    /// Only this case and those it is compared with; may be repeated. A limit is a case too.
    #[arg(long = "case", value_name = "NAME", value_parser = case)]
    cases: Vec<Case>,
    /// How many instances of the shop share the servers; the callers are spread over them. On SQLite there is only one.
    #[arg(
        long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16),
        conflicts_with = "growth"
    )]
    instances: u8,
    /// How often everything is measured; the medians count.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = from_one())]
    rounds: u64,
    /// How long each case is measured in each round.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = from_one())]
    seconds: u64,
    /// One short round of the programs that tests use, as a check that everything works: it fails when a case is answered
    /// with an error or not at all, and its figures mean nothing.
    #[arg(long, conflicts_with_all = ["rounds", "seconds"])]
    quick: bool,
    /// Instead: how the lists and orders of a shop with so many products and orders compare with those of one with
    /// 10,000.
    #[arg(
        long, value_name = "N", num_args = 0..=1, default_missing_value = "1000000",
        value_parser = clap::value_parser!(u64).range(20_000..=100_000_000), conflicts_with = "cases"
    )]
    growth: Option<u64>,
    /// Instead: draws where server, PostgreSQL and Redis spend their processor time in one case on one set-up, as a flame
    /// graph.
    #[arg(
        long, value_name = "FILE.svg", requires = "setup", requires = "cases",
        conflicts_with_all = ["rounds", "quick", "growth", "json", "save"]
    )]
    flame: Option<PathBuf>,
    /// Instead: what PostgreSQL executes for each request of one case, by `pg_stat_statements`.
    #[arg(
        long, requires = "setup", requires = "cases",
        conflicts_with_all = ["rounds", "quick", "growth", "flame", "json", "save"]
    )]
    statements: bool,
    /// Prints JSON instead of tables.
    #[arg(long)]
    json: bool,
    /// Writes JSON to this file besides.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Measures nothing: draws what was saved in a file as a chart, an SVG.
    #[arg(long, num_args = 2, value_names = ["FILE.json", "OUT.svg"], exclusive = true)]
    chart: Option<Vec<PathBuf>>,
}

fn from_one() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(1..=3_600)
}

fn case(name: &str) -> std::result::Result<Case, String> {
    let found = Case::all().find(|case| case.name() == name);
    found.ok_or_else(|| format!("use {}", Case::all().map(Case::name).collect::<Vec<_>>().join(", ")))
}

impl Options {
    /// The check that everything works on this set-up.
    pub(super) fn quickly(setup: Setup) -> Self {
        Self {
            setup: Some(setup),
            cases: vec![],
            instances: 1,
            rounds: 1,
            seconds: 1,
            quick: true,
            growth: None,
            flame: None,
            statements: false,
            json: false,
            save: None,
            chart: None,
        }
    }

    /// On what, in order.
    pub(super) fn setups(&self) -> Vec<Setup> {
        let can = |setup: &Setup| self.instances == 1 || setup.has_postgres();
        self.setup.map_or_else(|| Setup::ALL.into_iter().filter(can).collect(), |setup| vec![setup])
    }

    /// What is measured: this program.
    pub(super) fn subject<'a>(&self, program: &'a Path) -> Subject<'a> {
        Subject { program, instances: self.instances() }
    }

    pub(super) fn instances(&self) -> usize {
        self.instances.into()
    }

    /// Whether this can be measured at all.
    ///
    /// # Errors
    /// When there are to be several instances on SQLite.
    pub(super) fn check(&self) -> Result<()> {
        let alone = self.instances > 1 && self.setup == Some(Setup::Sqlite);
        ensure!(!alone, "SQLite is for one instance: use --setup postgres or postgres-redis");
        if self.instances > 1 && self.setup.is_none() {
            eprintln!("SQLite is for one instance; it is left out");
        }
        Ok(())
    }

    /// Which cases, in the order of a round.
    pub(super) fn round(&self, setup: Setup) -> Vec<Case> {
        let wanted = |case: &Case| self.cases.is_empty() || self.cases.contains(case);
        targets::round(setup, &Case::all().filter(wanted).collect::<Vec<_>>())
    }

    /// Whether PostgreSQL is needed, for a shop or as a limit.
    pub(super) fn needs_postgres(&self) -> bool {
        let limits =
            |setup: &Setup| self.growth.is_none() && self.round(*setup).iter().any(|case| case.needs_pgbench());
        self.setups().iter().any(|setup| setup.has_postgres() || limits(setup))
    }

    /// Whether the program itself is measured too: its start, memory and size.
    pub(super) fn is_whole(&self) -> bool {
        self.cases.is_empty()
    }

    pub(super) fn rounds(&self) -> u64 {
        if self.quick { 1 } else { self.rounds }
    }

    /// How long a case is measured, and how long it runs before.
    pub(super) fn pace(&self) -> Pace {
        match self.quick {
            true => Pace { warm_up: Duration::from_millis(100), measured: Duration::from_millis(400) },
            false => Pace { warm_up: Duration::from_secs(1), measured: Duration::from_secs(self.seconds) },
        }
    }

    pub(super) fn quick(&self) -> bool {
        self.quick
    }

    /// How large the larger of two shops is, when they are compared: whole tens, as every tenth product is sold out.
    pub(super) fn growth(&self) -> Option<u64> {
        self.growth.map(|size| size / 10 * 10)
    }

    /// The file for a flame graph, and what it is about.
    ///
    /// # Errors
    /// When it is about several cases, or about one that asks nothing of the shop.
    pub(super) fn flame(&self) -> Result<Option<(&Path, Setup, Case)>> {
        let Some(file) = &self.flame else { return Ok(None) };
        self.one_case().map(|(setup, case)| Some((file.as_path(), setup, case)))
    }

    /// What statements are counted for.
    ///
    /// # Errors
    /// As for [`Options::flame`].
    pub(super) fn statements(&self) -> Result<Option<(Setup, Case)>> {
        self.statements.then(|| self.one_case()).transpose()
    }

    fn one_case(&self) -> Result<(Setup, Case)> {
        match (self.setup, &self.cases[..]) {
            (Some(setup), [case]) if !case.is_limit() => Ok((setup, *case)),
            _ => bail!("this is about one case of the shop, not of its limits, on one set-up"),
        }
    }

    pub(super) fn json(&self) -> bool {
        self.json
    }

    pub(super) fn save(&self) -> Option<&Path> {
        self.save.as_deref()
    }

    /// What is drawn, and where to.
    pub(super) fn chart(&self) -> Option<(&Path, &Path)> {
        match self.chart.as_deref()? {
            [saved, chart] => Some((saved, chart)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn options(line: &[&str]) -> std::result::Result<Options, clap::Error> {
        Line::try_parse_from([&["bench"], line].concat()).map(|line| line.options)
    }

    #[test]
    fn a_case_brings_its_limits() {
        let order = options(&["--case", "order", "--setup", "sqlite"]).unwrap();
        assert_eq!(order.round(Setup::Sqlite), [Case::Order, Case::PgbenchOrder]);
        assert!(order.needs_postgres(), "its limit does");
        assert!(!options(&["--case", "list", "--setup", "sqlite"]).unwrap().needs_postgres());
        assert!(options(&["--case", "lost"]).is_err());
    }

    #[test]
    fn several_instances_need_a_database_that_they_can_share() {
        let several = options(&["--instances", "2"]).unwrap();
        assert_eq!(several.setups(), [Setup::Postgres, Setup::PostgresRedis]);
        assert_eq!(several.subject(Path::new("shop")).instances, 2);
        assert!(several.check().is_ok());
        assert!(options(&["--instances", "2", "--setup", "sqlite"]).unwrap().check().is_err());
        assert!(options(&["--instances", "0"]).is_err());
    }

    #[test]
    fn growth_goes_to_a_million_unless_another_number_is_said() {
        assert_eq!(options(&["--growth"]).unwrap().growth(), Some(1_000_000));
        assert_eq!(options(&["--growth", "50009"]).unwrap().growth(), Some(50_000));
        assert_eq!(options(&[]).unwrap().growth(), None);
    }

    #[test]
    fn a_flame_graph_is_about_one_case_of_the_shop() {
        let flame = |line: &[&str]| options(&[&["--flame", "a.svg", "--setup", "postgres"], line].concat());
        let order = flame(&["--case", "order"]).unwrap();
        assert_eq!(order.flame().unwrap(), Some((Path::new("a.svg"), Setup::Postgres, Case::Order)));
        assert!(flame(&[]).is_err(), "no case");
        assert!(flame(&["--case", "pgbench-order"]).unwrap().flame().is_err(), "a limit");
        assert!(flame(&["--case", "order", "--case", "list"]).unwrap().flame().is_err(), "two cases");
        assert!(options(&["--flame", "a.svg", "--case", "order"]).is_err(), "no set-up");
        assert!(options(&[]).unwrap().flame().unwrap().is_none());
    }

    #[test]
    fn a_chart_is_drawn_of_one_file_into_another_and_nothing_else_is_done() {
        let drawn = options(&["--chart", "a.json", "b.svg"]).unwrap();
        assert_eq!(drawn.chart(), Some((Path::new("a.json"), Path::new("b.svg"))));
        assert!(options(&["--chart", "a.json"]).is_err());
        assert!(options(&["--chart", "a.json", "b.svg", "--quick"]).is_err());
    }
}
