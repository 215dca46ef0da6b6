//! The set-ups a shop runs on, and which of them this test run is about.

use std::fmt;

const SETUP: &str = "OXCART_TEST_SETUP";
const POSTGRES: &str = "OXCART_TEST_POSTGRES";
/// A database of that server with every migration applied and nothing else, to begin shops with.
const TEMPLATE: &str = "OXCART_TEST_POSTGRES_TEMPLATE";
const REDIS: &str = "OXCART_TEST_REDIS";

/// What stands under a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Setup {
    /// The embedded database in a file, everything else in memory. One instance only.
    #[default]
    Sqlite,
    /// A PostgreSQL database; carts and limits in memory.
    Postgres,
    /// A PostgreSQL database, and Redis for what instances share.
    PostgresRedis,
}

impl Setup {
    /// Every set-up, in the order they are tested.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::PostgresRedis];

    /// Its name in `OXCART_TEST_SETUP`: `sqlite`, `postgres` or `postgres-redis`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::PostgresRedis => "postgres-redis",
        }
    }

    /// The set-up `OXCART_TEST_SETUP` asks for; SQLite when it is not set.
    ///
    /// # Panics
    /// On a name it does not know: a typo must not quietly test something else.
    pub fn from_env() -> Self {
        match std::env::var(SETUP) {
            Err(_) => Self::default(),
            Ok(name) => Self::ALL
                .into_iter()
                .find(|setup| setup.name() == name)
                .unwrap_or_else(|| panic!("{SETUP}={name} is not a set-up: use sqlite, postgres or postgres-redis")),
        }
    }

    /// Whether the database is a PostgreSQL, so that several instances can share it.
    pub fn has_postgres(self) -> bool {
        self != Self::Sqlite
    }

    /// Whether a Redis is there.
    pub fn has_redis(self) -> bool {
        self == Self::PostgresRedis
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The PostgreSQL server of this test run, as the URL of its `postgres` database.
///
/// # Panics
/// When `OXCART_TEST_POSTGRES` is not set.
pub(crate) fn postgres_server() -> String {
    address(POSTGRES, "postgres://postgres@127.0.0.1:5432/postgres")
}

/// The database that shops on [`postgres_server`] begin as, if one was made.
pub(crate) fn postgres_template() -> Option<String> {
    std::env::var(TEMPLATE).ok()
}

/// The Redis server of this test run.
///
/// # Panics
/// When `OXCART_TEST_REDIS` is not set.
pub(crate) fn redis_server() -> String {
    address(REDIS, "redis://127.0.0.1:6379/0")
}

fn address(variable: &str, example: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!(
            "{variable} is not set: run the suite with `cargo xtask test`, which starts the servers, \
             or set it yourself, e.g. {variable}={example}"
        )
    })
}
