//! Three times the work that can be done: requests come at a rate, whether or not those before were answered, as they do
//! from people.

use super::figures::{Figure, shown};
use super::probe::Probe;
use crate::stage::{Servers, new_session, percentile};
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};
use testkit::{Dial, Shop, Wire};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

/// Callers that find out what can be done.
const CALLERS: usize = 64;
/// Connections at most: what comes while all wait for answers is counted as refused by the client.
const CONNECTIONS: usize = 1_500;
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

/// What came of the requests that came while it was measured.
#[derive(Default)]
struct Seen {
    accepted: Vec<Duration>,
    refused: Vec<Duration>,
    /// Nobody was free to send them.
    unsent: usize,
}

/// A caller: its connection, and what it asks, one after the other.
struct Caller {
    wire: Wire,
    steps: Vec<String>,
}

/// Measures once.
pub(super) async fn measure(work: Work, program: &Path, servers: &Servers) -> Result<Vec<Figure>> {
    // Most connections wait for their turn to ask, for longer than a connection may.
    let shop = servers.builder(program)?.env("OXCART_HEADER_TIMEOUT", "1h").env("OXCART_IDLE_TIMEOUT", "1h");
    let shop = shop.env("OXCART_MAX_CONNECTIONS_PER_ADDRESS", "0").start().await;
    let address = shop.address_of(0);
    let callers = callers(work, &shop, address).await?;
    let mut pool = Pool::of(callers);
    let rate = pool.capacity().await?;
    eprintln!("{}: {rate} a second", work.name());
    let usually = pool.offer(usual(rate), BEFORE, MEASURED).await?;
    let at_capacity = pool.offer(rate, BEFORE, MEASURED).await?;
    let probe = Probe::start(address, "/products/");
    let excess = pool.offer(3 * rate, BEFORE, MEASURED).await?;
    let mut reads = probe.stop().await?;
    let after = pool.offer(usual(rate), RECOVERY, MEASURED).await?;
    let p99 = |seen: &Seen| percentile(&mut seen.accepted.clone(), 99);
    let (before, once, thrice, again) = (p99(&usually), p99(&at_capacity), p99(&excess), p99(&after));
    let name = work.name();
    let share = |seen: &Seen| {
        let all = seen.accepted.len() + seen.refused.len() + seen.unsent;
        format!("{} of {all}", seen.accepted.len())
    };
    let mut refusals = excess.refused.clone();
    Ok(vec![
        Figure::new(format!("{name}: what can be done"), format!("{rate}/s")),
        Figure::new(format!("{name}: p99 at 4/5 of it"), shown(before)),
        Figure::new(format!("{name}: accepted at 1 ×"), share(&at_capacity)),
        Figure::new(format!("{name}: p99 of the accepted at 1 ×"), shown(once)),
        Figure::new(format!("{name}: accepted at 3 ×"), share(&excess)),
        Figure::within(format!("{name}: p99 of the accepted at 3 ×"), thrice, 2 * once),
        Figure::new(format!("{name}: p99 of refusals at 3 ×"), shown(percentile(&mut refusals, 99))),
        Figure::within(
            format!("{name}: p99 of product lists meanwhile"),
            percentile(&mut reads, 99),
            Duration::from_millis(100),
        ),
        Figure::new(format!("{name}: accepted at 4/5 again, 10 s later"), share(&after)),
        Figure::within(format!("{name}: p99 at 4/5 again, 10 s later"), again, before * 3 / 2),
    ])
}

/// Four fifths of what can be done: what is compared before and after. At exactly what can be done, a queue is now empty
/// and now a second long, whatever came before.
fn usual(rate: u32) -> u32 {
    rate * 4 / 5
}

async fn callers(work: Work, shop: &Shop, address: SocketAddr) -> Result<Vec<Caller>> {
    let staff = shop.staff().await;
    let product = json!({"name": "Mug", "price": "1.00", "stock": 100_000_000});
    let mug =
        staff.post("/products/", product).await.expect(201).json()["id"].as_u64().context("a product has an id")?;
    let login = json!({"email": staff.email, "password": staff.password}).to_string();
    let mut callers = vec![];
    for _ in 0..CONNECTIONS {
        let steps = match work {
            Work::Logins => vec![post("/api/token/", "", &login)],
            Work::Orders => {
                let cookie = new_session(&shop.client(), mug).await?;
                let add = json!({"product_id": mug}).to_string();
                vec![post("/cart/add/", &cookie, &add), post("/order/place_order/", &cookie, "")]
            }
        };
        callers.push(Caller { wire: Dial::default().connect(address).await?, steps });
    }
    Ok(callers)
}

fn post(path: &str, cookie: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: shop\r\ncookie: {cookie}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

impl Caller {
    /// Whether all was done; false when the shop was too busy.
    async fn ask(&mut self) -> Result<bool> {
        for step in &self.steps {
            let answer = self.wire.ask(step).await?;
            match answer.status {
                200 | 201 => {}
                503 => return Ok(false),
                _ => bail!("{} was answered with {answer:?}", step.lines().next().unwrap_or_default()),
            }
        }
        Ok(true)
    }
}

/// Callers, of whom each asks for one thing at a time.
struct Pool {
    idle: Vec<Caller>,
    at_work: JoinSet<Result<(Caller, Answered)>>,
}

/// What came of asking for one thing.
#[derive(Clone, Copy, Debug)]
struct Answered {
    /// When it was to be asked.
    due: Instant,
    /// How long it took from then on.
    took: Duration,
    /// Whether it was done; else the shop was too busy.
    done: bool,
}

impl Pool {
    fn of(callers: Vec<Caller>) -> Self {
        Self { idle: callers, at_work: JoinSet::new() }
    }

    fn ask(&mut self, mut caller: Caller, due: Instant) {
        self.at_work.spawn(async move {
            let done = caller.ask().await?;
            Ok((caller, Answered { due, took: due.elapsed(), done }))
        });
    }

    /// How much is done in a second when some ask again as soon as they are answered.
    async fn capacity(&mut self) -> Result<u32> {
        let from = Instant::now() + Duration::from_secs(2);
        let mut done = 0_u32;
        for caller in self.idle.split_off(self.idle.len() - CALLERS) {
            self.ask(caller, Instant::now());
        }
        while let Some(answered) = self.at_work.join_next().await {
            let (caller, answered) = answered??;
            let now = Instant::now();
            done += u32::from(answered.done && now > from);
            if now < from + MEASURED {
                self.ask(caller, now);
            } else {
                self.idle.push(caller);
            }
        }
        Ok(done / u32::try_from(MEASURED.as_secs())?)
    }

    /// Asks so many times a second, whatever comes of it.
    async fn offer(&mut self, rate: u32, before: Duration, measured: Duration) -> Result<Seen> {
        let began = Instant::now();
        let (from, until) = (began + before, began + before + measured);
        let (mut seen, mut due, pause) = (Seen::default(), began, Duration::from_secs(1) / rate.max(1));
        while due < until || !self.at_work.is_empty() {
            tokio::select! {
                biased;
                Some(answered) = self.at_work.join_next() => {
                    let (caller, answered) = answered??;
                    self.idle.push(caller);
                    seen.note(answered, from);
                }
                () = sleep_until(due.into()), if due < until => {
                    match self.idle.pop() {
                        Some(caller) => self.ask(caller, due),
                        None => seen.unsent += usize::from(due >= from),
                    }
                    due += pause;
                }
            }
        }
        Ok(seen)
    }
}

impl Seen {
    fn note(&mut self, answered: Answered, from: Instant) {
        if answered.due < from {
            return;
        }
        match answered.done {
            true => self.accepted.push(answered.took),
            false => self.refused.push(answered.took),
        }
    }
}
