//! Three times the work that can be done: requests come at a rate, whether or not those before were answered, as they do
//! from people. Several rounds, of which the medians count: one second in which a machine stands still is in the slowest
//! percent of a round.

use super::callers::{Pool, Seen};
use super::figures::{Figure, shown};
use super::probe::Probe;
use crate::stage::{Servers, median, percentile};
use anyhow::Result;
use std::path::Path;
use std::time::Duration;

/// How long each part is measured, and how long it runs before that: longer than what counts as a rush.
const MEASURED: Duration = Duration::from_secs(8);
const BEFORE: Duration = Duration::from_secs(7);
/// How soon all is as before.
const RECOVERY: Duration = Duration::from_secs(10);

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// A login: much computing.
    Logins,
    /// An addition to a cart and the order: transactions.
    Orders,
}

impl Work {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Logins => "logins",
            Self::Orders => "orders",
        }
    }
}

/// What a round saw.
struct Round {
    /// What can be done, a second.
    rate: u32,
    usually: Seen,
    at_capacity: Seen,
    excess: Seen,
    /// How long product lists took meanwhile.
    reads: Vec<Duration>,
    again: Seen,
}

impl Round {
    async fn measure(pool: &mut Pool, address: std::net::SocketAddr) -> Result<Self> {
        let rate = pool.capacity(MEASURED).await?;
        let usually = pool.offer(usual(rate), BEFORE, MEASURED).await?;
        let at_capacity = pool.offer(rate, BEFORE, MEASURED).await?;
        let probe = Probe::start(address, "/products/");
        let excess = pool.offer(3 * rate, BEFORE, MEASURED).await?;
        let reads = probe.stop().await?;
        let again = pool.offer(usual(rate), RECOVERY, MEASURED).await?;
        Ok(Self { rate, usually, at_capacity, excess, reads, again })
    }
}

/// Four fifths of what can be done: what is compared before and after. At exactly what can be done, a queue is now empty
/// and now a second long, whatever came before.
fn usual(rate: u32) -> u32 {
    rate * 4 / 5
}

/// Measures so many rounds.
pub(super) async fn measure(work: Work, program: &Path, servers: &Servers, rounds: u32) -> Result<Vec<Figure>> {
    // Most connections wait for their turn to ask, for longer than a connection may.
    let shop = servers.builder(program)?.env("OXCART_HEADER_TIMEOUT", "1h").env("OXCART_IDLE_TIMEOUT", "1h");
    let shop = shop.env("OXCART_MAX_CONNECTIONS_PER_ADDRESS", "0").start().await;
    let address = shop.address_of(0);
    let mut pool = Pool::of(work, &shop, address).await?;
    let mut seen = vec![];
    for number in 1..=rounds {
        let round = Round::measure(&mut pool, address).await?;
        let [once, thrice] = [&round.at_capacity, &round.excess].map(|seen| shown(p99(&seen.accepted)));
        eprintln!("{}, round {number} of {rounds}: {}/s, p99 {once} at 1 ×, {thrice} at 3 ×", work.name(), round.rate);
        seen.push(round);
    }
    Ok(figures(work.name(), &seen))
}

fn figures(name: &str, rounds: &[Round]) -> Vec<Figure> {
    let slowest =
        |of: fn(&Round) -> &[Duration]| median(rounds.iter().map(|round| p99(of(round))).collect()).unwrap_or_default();
    let share = |of: fn(&Round) -> &Seen| {
        let (accepted, all) = rounds.iter().fold((0, 0), |(accepted, all), round| {
            let seen = of(round);
            (accepted + seen.accepted.len(), all + seen.count())
        });
        format!("{accepted} of {all}")
    };
    let rate = median(rounds.iter().map(|round| round.rate).collect()).unwrap_or_default();
    let before = slowest(|round| &round.usually.accepted);
    let once = slowest(|round| &round.at_capacity.accepted);
    let within = Figure::within;
    vec![
        Figure::new(format!("{name}: what can be done"), format!("{rate}/s")),
        Figure::new(format!("{name}: p99 at 4/5 of it"), shown(before)),
        Figure::new(format!("{name}: accepted at 1 ×"), share(|round| &round.at_capacity)),
        Figure::new(format!("{name}: p99 of the accepted at 1 ×"), shown(once)),
        Figure::new(format!("{name}: accepted at 3 ×"), share(|round| &round.excess)),
        within(format!("{name}: p99 of the accepted at 3 ×"), slowest(|round| &round.excess.accepted), 2 * once),
        Figure::new(format!("{name}: p99 of refusals at 3 ×"), shown(slowest(|round| &round.excess.refused))),
        within(
            format!("{name}: p99 of product lists meanwhile"),
            slowest(|round| &round.reads),
            Duration::from_millis(100),
        ),
        Figure::new(format!("{name}: accepted at 4/5 again, 10 s later"), share(|round| &round.again)),
        within(format!("{name}: p99 at 4/5 again, 10 s later"), slowest(|round| &round.again.accepted), before * 3 / 2),
    ]
}

fn p99(took: &[Duration]) -> Duration {
    percentile(&mut took.to_vec(), 99)
}
