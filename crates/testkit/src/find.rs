//! Finds the database servers and the browser installed on this machine, and the account PostgreSQL
//! can run under.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where distributions put PostgreSQL's own programs: a folder, how its entries begin, what follows.
const POSTGRES_HOMES: [(&str, &str, &str); 6] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
];

/// What Chromium is called, in the order of preference.
const BROWSERS: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "Google Chrome"];

/// Where browsers and their driver lie beside the `PATH`.
const BROWSER_HOMES: [&str; 4] = [
    "/usr/lib/chromium",
    "/usr/lib/chromium-browser",
    "/Applications/Chromium.app/Contents/MacOS",
    "/Applications/Google Chrome.app/Contents/MacOS",
];

/// A PostgreSQL installation: `initdb` and `postgres` lie in `bin`.
#[derive(Clone, Debug)]
pub(crate) struct PostgresPrograms {
    pub(crate) bin: PathBuf,
    /// As the server tells it, e.g. `15.3`.
    pub(crate) version: String,
    pub(crate) major: u32,
}

/// The newest PostgreSQL on this machine.
///
/// # Errors
/// When none is installed.
pub(crate) fn postgres() -> Result<PostgresPrograms> {
    let beside = POSTGRES_HOMES.iter().flat_map(|(parent, start, end)| {
        let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
        entries
            .filter(move |entry| entry.file_name().to_string_lossy().starts_with(start))
            .map(move |entry| entry.path().join(end))
    });
    search_path()
        .chain(beside)
        .filter(|bin| bin.join("initdb").is_file())
        .filter_map(|bin| {
            let version = version_of(&bin.join("postgres"), ") ")?;
            let major = version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
            Some(PostgresPrograms { bin, version, major })
        })
        .max_by_key(|programs| programs.major)
        .context("no PostgreSQL server on this machine: initdb and postgres are in no known place")
}

/// The `pgbench` that came with the newest PostgreSQL on this machine.
///
/// # Errors
/// When there is no server, or none beside it.
pub(crate) fn pgbench() -> Result<PathBuf> {
    let bin = postgres()?.bin;
    // What is on the `PATH` may only be links to some of the programs.
    let linked = bin.join("postgres").canonicalize().context("looking where PostgreSQL lies")?;
    let found = [bin.join("pgbench"), linked.with_file_name("pgbench")].into_iter().find(|path| path.is_file());
    found.with_context(|| format!("no pgbench beside {}", linked.display()))
}

/// The Redis server (or its drop-in Valkey) and its version, e.g. `7.0.15`.
///
/// # Errors
/// When neither is on the `PATH`.
pub(crate) fn redis() -> Result<(PathBuf, String)> {
    for name in ["redis-server", "valkey-server"] {
        let found = search_path().map(|dir| dir.join(name)).find(|path| path.is_file());
        if let Some(path) = found {
            let version = version_of(&path, "v=").unwrap_or_else(|| "of unknown version".to_owned());
            return Ok((path, version));
        }
    }
    bail!("no redis-server or valkey-server on the PATH")
}

/// The Python that has moto: that of `OXCART_TEST_MOTO`, the path of moto's program, else the one on the `PATH`.
pub(crate) fn moto() -> PathBuf {
    let beside = |program: std::ffi::OsString| PathBuf::from(program).with_file_name("python");
    std::env::var_os("OXCART_TEST_MOTO").map_or_else(|| PathBuf::from("python3"), beside)
}

/// A Chromium and the driver made for it.
#[derive(Clone, Debug)]
pub(crate) struct BrowserPrograms {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
    /// The browser's, e.g. `140.0.7339.80`.
    pub(crate) version: String,
}

/// A Chromium (or Chrome) and a chromedriver of the same major version.
///
/// # Errors
/// When one is missing, or they don't belong together.
pub(crate) fn browser() -> Result<BrowserPrograms> {
    let find = |name: &str| {
        let homes = search_path().chain(BROWSER_HOMES.iter().map(PathBuf::from));
        homes.map(|dir| dir.join(name)).find(|path| path.is_file())
    };
    let driver = find("chromedriver").context("no chromedriver on this machine")?;
    let drives = version_of(&driver, "ChromeDriver ").context("chromedriver does not tell its version")?;
    let mut other = Vec::new();
    for browser in BROWSERS.iter().filter_map(|name| find(name)) {
        let version = ["Chromium ", "Google Chrome "].iter().find_map(|mark| version_of(&browser, mark));
        match version {
            Some(version) if major_of(&version) == major_of(&drives) => {
                return Ok(BrowserPrograms { browser, driver, version });
            }
            version => other.push(format!("{} {}", browser.display(), version.unwrap_or_default())),
        }
    }
    match other.is_empty() {
        true => bail!("no Chromium or Chrome on this machine"),
        false => bail!("chromedriver {drives} can't drive {}", other.join(", ")),
    }
}

fn major_of(version: &str) -> Option<&str> {
    version.split('.').next()
}

fn search_path() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

/// The word after `mark` in what `program --version` prints.
fn version_of(program: &Path, mark: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, rest) = text.split_once(mark)?;
    rest.split_whitespace().next().map(str::to_owned)
}

/// An account to run a server under when we are root, which PostgreSQL refuses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// `None` for a normal user, who runs servers as himself; as root the account `postgres`, or
/// `nobody` where PostgreSQL brought none.
///
/// # Errors
/// As root on a machine with neither account.
pub(crate) fn account_for_postgres() -> Result<Option<Account>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let passwd = std::fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| account_in(&passwd, name))
        .map(Some)
        .context("PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody`")
}

fn account_in(passwd: &str, name: &str) -> Option<Account> {
    let fields: Vec<&str> = passwd.lines().map(|line| line.split(':').collect()).find(|f: &Vec<&str>| f[0] == name)?;
    Some(Account { uid: fields.get(2)?.parse().ok()?, gid: fields.get(3)?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_from_passwd_by_its_whole_name() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgresql:x:7:8::/:/x\npostgres:x:104:112::/:/x\n";
        let account = account_in(passwd, "postgres").expect("postgres is there");
        assert_eq!((account.uid, account.gid), (104, 112));
        assert!(account_in(passwd, "nobody").is_none());
    }
}
