//! Throw-away PostgreSQL, Redis and S3 servers on free ports of 127.0.0.1, in temporary directories.
//! They work for root and for a normal user, keep their port over a restart, and vanish with the test.

pub mod bucket;
pub mod database;
mod desk;
mod postgres;
mod redis;
pub mod sqlite;

pub use bucket::Bucket;
pub(crate) use desk::Desk;
pub use postgres::{Durability, Postgres};
pub use redis::Redis;

use anyhow::{Result, ensure};
use std::path::PathBuf;

/// Oldest PostgreSQL the shop is tested on.
const OLDEST_POSTGRES: u32 = 15;

/// The version of the newest PostgreSQL installed here, e.g. `15.3`.
///
/// # Errors
/// When there is none, or only one older than 15.
pub fn postgres_version() -> Result<String> {
    let found = crate::find::postgres()?;
    ensure!(
        found.major >= OLDEST_POSTGRES,
        "PostgreSQL {} is too old: {OLDEST_POSTGRES} or newer is needed",
        found.version
    );
    Ok(found.version)
}

/// PostgreSQL's own load generator, of the version that [`Postgres`] launches.
///
/// # Errors
/// When it is not installed beside the server.
pub fn pgbench() -> Result<PathBuf> {
    crate::find::pgbench()
}

/// The version of the Redis (or Valkey) installed here, e.g. `7.0.15`.
///
/// # Errors
/// When there is none.
pub fn redis_version() -> Result<String> {
    Ok(crate::find::redis()?.1)
}
