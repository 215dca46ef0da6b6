//! The ways a shop is tortured. Each takes servers, opens a shop of its own on them, and ends with what it found.

mod buyers;
mod failures;
mod storm;
mod twins;

use super::history::{Finding, History};
use crate::stage::Servers;
use anyhow::Result;
use std::path::PathBuf;
use std::sync::Arc;
use testkit::Setup;

/// Servers, and the program that runs on them.
pub(super) struct Stage {
    pub(super) servers: Servers,
    pub(super) program: PathBuf,
}

/// A way to torture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A thousand buyers want the last hundred units, at once.
    Buyers,
    /// One cart is ordered by 64 twins at once, under one key.
    Twins,
    /// A random run in which nothing is killed.
    Quiet,
    /// The same, with instances killed.
    ServerKilled,
    /// The same, with PostgreSQL killed.
    PostgresKilled,
    /// The same, with Redis killed.
    RedisKilled,
    /// The same, with Redis emptied.
    RedisFlushed,
    /// Every transaction of the API loses a race on its first attempt.
    Failures,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    pub(super) part: Part,
    pub(super) setup: Setup,
    pub(super) instances: usize,
    /// Rounds, keys, seconds or kills; of lost races, more than one stands for all of them.
    pub(super) size: u64,
    /// Of all chances.
    pub(super) seed: u64,
}

/// What a round came to.
pub(super) struct Ended {
    /// How much was done.
    pub(super) note: String,
    /// What must not be, each with the name of its promise.
    pub(super) findings: Vec<(&'static str, Finding)>,
    /// For the file.
    pub(super) history: Option<History>,
}

impl Part {
    pub(super) const ALL: [Self; 8] = [
        Self::Buyers,
        Self::Twins,
        Self::Quiet,
        Self::ServerKilled,
        Self::PostgresKilled,
        Self::RedisKilled,
        Self::RedisFlushed,
        Self::Failures,
    ];

    /// On the command line, and in the name of the file.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Buyers => "buyers",
            Self::Twins => "twins",
            Self::Quiet => "history",
            Self::ServerKilled => "kill-server",
            Self::PostgresKilled => "kill-postgres",
            Self::RedisKilled => "kill-redis",
            Self::RedisFlushed => "flush-redis",
            Self::Failures => "failures",
        }
    }

    /// In the table.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Buyers => "1,000 buyers of 100 units",
            Self::Twins => "64 twins of one order",
            Self::Quiet => "random history",
            Self::ServerKilled => "history, kill -9 of the server",
            Self::PostgresKilled => "history, kill -9 of PostgreSQL",
            Self::RedisKilled => "history, kill -9 of Redis",
            Self::RedisFlushed => "history, Redis emptied",
            Self::Failures => "every transaction loses a race",
        }
    }

    /// Whether there is on this set-up what it needs.
    pub(super) fn fits(self, setup: Setup) -> bool {
        match self {
            Self::PostgresKilled => setup.has_postgres(),
            // It is about the database alone.
            Self::Failures => setup == Setup::Postgres,
            Self::RedisKilled | Self::RedisFlushed => setup.has_redis(),
            Self::Buyers | Self::Twins | Self::Quiet | Self::ServerKilled => true,
        }
    }
}

/// Does it, from beginning to end.
///
/// # Errors
/// When the shop does not do what is needed to find out.
pub(super) async fn run(stage: Arc<Stage>, round: Round) -> Result<Ended> {
    match round.part {
        Part::Buyers => buyers::run(&stage, round).await,
        Part::Twins => twins::run(&stage, round).await,
        Part::Failures => failures::run(&stage, round).await,
        _ => storm::run(&stage, round).await,
    }
}

/// A finding without a history: what is wrong, and nothing else to tell.
fn plain(promise: &'static str, what: impl Into<String>) -> (&'static str, Finding) {
    (promise, Finding::new(what, []))
}
