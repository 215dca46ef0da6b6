//! Runs the tests: those of every crate once, then the behavioural suite of the program on every
//! set-up, on servers of this run alone.

use crate::build::{self, Built};
use crate::counts::Counts;
use crate::report::Report;
use crate::{install, tool};
use anyhow::{Context, Result};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use testkit::Setup;
use testkit::servers::{Durability, Postgres, Redis};

/// Which tests a run is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All but the behavioural suite.
    Crates,
    /// The files in `crates/oxcart/tests`.
    Behaviour,
}

/// The S3 server. Another version may behave otherwise, so it is pinned.
const MOTO: &str = "moto[server]==5.2.1";

/// The database that shops begin as.
const TEMPLATE: &str = "oxcart_template";

const THIS_MACHINE: &str = "this machine";

struct Servers {
    postgres: Postgres,
    redis: Redis,
    /// The program of the S3 server, which tests start themselves.
    moto: PathBuf,
}

/// Runs everything and adds a row for each part. Failing tests are in the report, not an error.
///
/// # Errors
/// When the tests do not build, or the servers or the browser are not to be had.
pub(crate) fn run(report: &mut Report, filter: Option<&str>) -> Result<()> {
    install::servers()?;
    install::browser()?;
    let moto = install::pypi::program("moto_server", MOTO)?;
    let built = build::everything()?;
    let postgres = Postgres::launch(Durability::Off).context("the PostgreSQL of the tests")?;
    let mut migrate = Command::new(&built.oxcart);
    migrate.arg("migrate").env_clear().env("DATABASE_URL", postgres.create_database(TEMPLATE)?);
    tool::output(migrate).context("the database that shops begin as")?;
    let redis = Redis::launch().context("the Redis of the tests")?;
    let servers = Servers { postgres, redis, moto };
    let runner = if tool::has_cargo("nextest") { Runner::Nextest } else { Runner::Own };
    let suites = Suites { built, servers, runner, filter };

    let before = report.total();
    suites.of_the_crates(report)?;
    examples_in_docs(report, filter)?;
    for setup in Setup::ALL {
        suites.of_the_program(report, setup)?;
    }
    if filter.is_some() && report.total().ran() == before.ran() {
        report.add("tests of that name", "–", Counts::FAIL, Duration::ZERO, "there are none");
    }
    Ok(())
}

struct Suites<'a> {
    built: Built,
    servers: Servers,
    runner: Runner,
    filter: Option<&'a str>,
}

impl Suites<'_> {
    fn of_the_crates(&self, report: &mut Report) -> Result<()> {
        let what = "unit and property tests, all crates";
        self.part(report, Part::Crates, (what, THIS_MACHINE), |command| {
            command.env_remove("OXCART_TEST_SETUP").env_remove("OXCART_BIN");
        })
    }

    fn of_the_program(&self, report: &mut Report, setup: Setup) -> Result<()> {
        let on = self.servers.describe(setup);
        self.part(report, Part::Behaviour, ("behavioural suite", &on), |command| {
            command.env("OXCART_TEST_SETUP", setup.name());
        })
    }

    fn part(
        &self,
        report: &mut Report,
        part: Part,
        (what, on): (&str, &str),
        set: impl Fn(&mut Command),
    ) -> Result<()> {
        let began = Instant::now();
        let (good, mut counts) = self.runner.run(&self.built, part, self.filter, |command| {
            command.env("OXCART_TEST_POSTGRES", self.servers.postgres.url("postgres"));
            command.env("OXCART_TEST_POSTGRES_TEMPLATE", TEMPLATE);
            command.env("OXCART_TEST_REDIS", self.servers.redis.url());
            command.env("OXCART_TEST_MOTO", &self.servers.moto);
            if let Some(folder) = testkit::in_memory() {
                command.env("TMPDIR", folder);
            }
            set(command);
        })?;
        let note = match counts.ran() {
            0 if self.filter.is_none() => "no test ran",
            _ if !good && counts.failed == 0 => "the run broke off",
            _ => "",
        };
        counts.failed += u32::from(!note.is_empty());
        let flaky = format!("{} FLAKY: passed only when tried again, see above", counts.flaky);
        report.add(what, on, counts, began.elapsed(), if counts.flaky > 0 && note.is_empty() { &flaky } else { note });
        Ok(())
    }
}

/// The examples in docstrings, which nextest does not run.
fn examples_in_docs(report: &mut Report, filter: Option<&str>) -> Result<()> {
    let began = Instant::now();
    let mut command = tool::cargo(&["test", "--workspace", "--doc", "--quiet", "--no-fail-fast"]);
    command.args(filter);
    let (good, output) = tool::tee(command)?;
    let mut counts = Counts::of_libtest(&output);
    let broke_off = !good && counts.failed == 0;
    if broke_off {
        counts.failed = 1;
    }
    let note = if broke_off { "the run broke off" } else { "" };
    report.add("examples in the docs", THIS_MACHINE, counts, began.elapsed(), note);
    Ok(())
}

impl Servers {
    fn describe(&self, setup: Setup) -> String {
        let mut text = match setup.has_postgres() {
            true => format!("PostgreSQL {}", self.postgres.version()),
            false => "SQLite".to_owned(),
        };
        if setup.has_redis() {
            text += &format!(" + Redis {}", self.redis.version());
        }
        text
    }
}

/// What runs test programs.
enum Runner {
    /// cargo-nextest: each test in a process of its own.
    Nextest,
    /// The programs themselves, one after another; their tests run on threads.
    Own,
}

impl Runner {
    /// Whether all went well, and how many tests did.
    fn run(
        &self,
        built: &Built,
        part: Part,
        filter: Option<&str>,
        set: impl Fn(&mut Command),
    ) -> Result<(bool, Counts)> {
        match self {
            Self::Nextest => {
                let behaviour = "package(=oxcart) & kind(test)";
                let chosen = match part {
                    Part::Crates => format!("not ({behaviour})"),
                    Part::Behaviour => behaviour.to_owned(),
                };
                let mut command = tool::cargo(&["nextest", "run", "--workspace", "--no-fail-fast"]);
                command.args(["--no-tests=pass", "--status-level=retry", "--final-status-level=flaky"]);
                command.args(["--color=never", "-E", &chosen]).args(filter);
                command.args(["--test-threads", &threads().to_string()]);
                set(&mut command);
                let (good, output) = tool::tee(command)?;
                // The other part's tests are "skipped" too; only ignored ones are news.
                let counts = Counts { left_out: ignored(built, part)?, ..Counts::of_nextest(&output) };
                Ok((good, counts))
            }
            Self::Own => {
                let mut all = (true, String::new());
                for program in built.of(part) {
                    let mut command = Command::new(&program.path);
                    command.current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder);
                    command.args(filter);
                    set(&mut command);
                    let (good, output) = tool::tee(command)?;
                    all = (all.0 && good, all.1 + &output);
                }
                Ok((all.0, Counts::of_libtest(&all.1)))
            }
        }
    }
}

impl Built {
    fn of(&self, part: Part) -> impl Iterator<Item = &build::TestProgram> {
        self.tests
            .iter()
            .filter(move |program| (program.package == "oxcart" && program.is_integration) == (part == Part::Behaviour))
    }
}

/// How many tests run beside one another: most wait for servers, mails and clocks more than they compute, so twice as many
/// as there are processors take a quarter less time.
fn threads() -> usize {
    2 * std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// How many tests carry `#[ignore]`.
fn ignored(built: &Built, part: Part) -> Result<u32> {
    let mut count = 0;
    for program in built.of(part) {
        let mut list = Command::new(&program.path);
        list.current_dir(&program.folder).args(["--list", "--ignored", "--format=terse"]);
        let list = String::from_utf8(tool::output(list)?)?;
        count += u32::try_from(list.lines().filter(|line| line.ends_with(": test")).count())?;
    }
    Ok(count)
}
