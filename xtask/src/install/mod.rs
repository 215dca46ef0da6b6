//! Gets programs the tests need from the machine's package manager, when it may.

mod managers;
pub(crate) mod npm;
pub(crate) mod pypi;

use crate::tool;
use anyhow::{Context, Result, bail};
use managers::{MANAGERS, Manager, Names};
use std::process::Command;
use testkit::browser;
use testkit::servers::{postgres_version, redis_version};

/// Makes sure PostgreSQL (15 or newer) and Redis are installed.
///
/// # Errors
/// When one is missing and cannot be installed; names the packages.
pub(crate) fn servers() -> Result<()> {
    ensure("PostgreSQL 15 or newer", |m| m.postgres, || postgres_version().map(drop))?;
    ensure("Redis or Valkey", |m| m.redis, || redis_version().map(drop))
}

/// Makes sure PostgreSQL's load generator is installed beside the server.
///
/// # Errors
/// When it is missing and cannot be installed; names the packages.
pub(crate) fn pgbench() -> Result<()> {
    ensure("pgbench", |m| m.pgbench, || testkit::servers::pgbench().map(drop))
}

/// Makes sure Chromium (or Chrome) and the chromedriver for it are installed.
///
/// # Errors
/// When one is missing and cannot be installed; names the packages.
pub(crate) fn browser() -> Result<()> {
    ensure("Chromium with chromedriver", |m| m.browser, || browser::available().map(drop))
}

/// Makes sure Python 3.9 or newer can make a virtual environment.
///
/// # Errors
/// When it cannot and the package cannot be installed; names it.
pub(crate) fn python() -> Result<()> {
    const PROBE: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))";
    ensure(
        "Python 3.9 or newer with venv and pip",
        |m| m.python,
        || match tool::succeeds(tool::command("python3", &["-c", PROBE])) {
            true => Ok(()),
            false => bail!("python3 with venv and ensurepip was not found"),
        },
    )
}

/// Makes sure perf, which samples what runs, is installed and fits the kernel.
///
/// # Errors
/// When it is missing and cannot be installed; names the packages.
pub(crate) fn perf() -> Result<()> {
    let check = || match tool::succeeds(tool::command("perf", &["--version"])) {
        true => Ok(()),
        false => bail!("perf was not found, or is none for this kernel"),
    };
    ensure("perf", |m| m.perf, check)
}

fn ensure(what: &str, names: fn(&Manager) -> Names, check: impl Fn() -> Result<()>) -> Result<()> {
    let Err(missing) = check() else { return Ok(()) };
    let advice = MANAGERS.iter().filter_map(|m| Some(format!("{} {}", m.program, names(m).first()?)));
    let advice = advice.collect::<Vec<_>>().join(", ");
    let tell = || format!("{what} is needed ({missing:#}). Packages: {advice}");
    let manager = MANAGERS.iter().find(|m| tool::succeeds(tool::command(m.program, &["--version"])));
    let manager = manager.with_context(tell)?;
    let rights = if manager.needs_root { Rights::of_this_user() } else { Some(Rights::Enough) };
    let rights = rights.with_context(|| format!("{}; installing needs root or a sudo without password", tell()))?;
    println!("{what} is missing; installing it with {}", manager.program);
    // An old list of packages still may do.
    let _ = tool::run(rights.command(manager.program, manager.refresh, &[]));
    let installed = names(manager).iter().any(|together| {
        let packages: Vec<&str> = together.split(' ').collect();
        tool::run(rights.command(manager.program, manager.install, &packages)).is_ok()
    });
    match (installed, check()) {
        (true, Ok(())) => Ok(()),
        (true, Err(still)) => bail!("{}; what was installed does not do: {still:#}", tell()),
        (false, _) => bail!("{}; installing failed", tell()),
    }
}

/// What lets us install packages.
enum Rights {
    Enough,
    Sudo,
}

impl Rights {
    fn of_this_user() -> Option<Self> {
        let id = Command::new("id").arg("-u").output().ok()?;
        if id.stdout.trim_ascii() == b"0" {
            return Some(Self::Enough);
        }
        tool::succeeds(tool::command("sudo", &["-n", "true"])).then_some(Self::Sudo)
    }

    fn command(&self, program: &str, words: &[&str], packages: &[&str]) -> Command {
        let (first, before): (&str, &[&str]) = match self {
            Self::Enough => ("env", &[]),
            Self::Sudo => ("sudo", &["-n", "env"]),
        };
        let mut command = tool::command(first, before);
        command.arg("DEBIAN_FRONTEND=noninteractive").arg(program).args(words).args(packages);
        command
    }
}
