//! Package managers, and what the programs that tests and measurements need are called there.

/// What a package manager calls a thing: a name, or several with spaces between them when it takes all
/// of them together. Later entries stand in for earlier ones.
pub(super) type Names = &'static [&'static str];

/// A package manager and what it calls things.
pub(super) struct Manager {
    pub(super) program: &'static str,
    pub(super) refresh: &'static [&'static str],
    pub(super) install: &'static [&'static str],
    pub(super) needs_root: bool,
    pub(super) postgres: Names,
    pub(super) pgbench: Names,
    pub(super) redis: Names,
    pub(super) python: Names,
    pub(super) browser: Names,
    pub(super) perf: Names,
}

pub(super) const MANAGERS: [Manager; 5] = [
    Manager {
        program: "apt-get",
        refresh: &["update"],
        install: &["install", "-y", "--no-install-recommends"],
        needs_root: true,
        postgres: &["postgresql"],
        pgbench: &["postgresql postgresql-contrib", "postgresql"],
        redis: &["redis-server", "valkey-server"],
        python: &["python3-venv"],
        browser: &["chromium chromium-driver", "chromium-browser chromium-chromedriver"],
        perf: &["linux-perf", "linux-tools-generic"],
    },
    Manager {
        program: "dnf",
        refresh: &["makecache"],
        install: &["install", "-y"],
        needs_root: true,
        postgres: &["postgresql-server"],
        pgbench: &["postgresql-contrib"],
        redis: &["redis", "valkey"],
        python: &["python3-pip"],
        browser: &["chromium chromedriver"],
        perf: &["perf"],
    },
    Manager {
        program: "apk",
        refresh: &["update"],
        install: &["add"],
        needs_root: true,
        postgres: &["postgresql", "postgresql17", "postgresql16"],
        pgbench: &["postgresql-contrib", "postgresql17-contrib", "postgresql16-contrib"],
        redis: &["redis", "valkey"],
        python: &["py3-pip"],
        browser: &["chromium chromium-chromedriver"],
        perf: &["perf"],
    },
    Manager {
        program: "pacman",
        refresh: &["-Sy"],
        install: &["-S", "--noconfirm"],
        needs_root: true,
        postgres: &["postgresql"],
        pgbench: &["postgresql"],
        redis: &["redis", "valkey"],
        python: &["python"],
        // The driver is part of it.
        browser: &["chromium"],
        perf: &["perf"],
    },
    Manager {
        program: "brew",
        refresh: &["update"],
        install: &["install"],
        needs_root: false,
        postgres: &["postgresql@17"],
        pgbench: &["postgresql@17"],
        redis: &["redis"],
        python: &["python"],
        // Casks, which brew finds by these names on macOS and has none of elsewhere.
        browser: &["google-chrome chromedriver", "chromium chromedriver"],
        // It looks into the kernel of Linux.
        perf: &[],
    },
];
