//! Those who ask: each one thing at a time, as many as a rate or their answers let them.

use super::excess::Work;
use crate::stage::new_session;
use anyhow::{Context as _, Result, bail};
use serde_json::json;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use testkit::{Dial, Shop, Wire};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

/// Callers that find out what can be done.
const CALLERS: usize = 64;
/// Connections at most: what comes while all wait for answers is counted as refused by the client.
const CONNECTIONS: usize = 1_500;

/// What came of the requests that came while it was measured.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) accepted: Vec<Duration>,
    pub(super) refused: Vec<Duration>,
    /// Nobody was free to send them.
    unsent: usize,
}

/// A caller: its connection, and what it asks, one after the other.
struct Caller {
    wire: Wire,
    steps: Vec<String>,
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
pub(super) struct Pool {
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
    /// Those who ask a shop for this.
    pub(super) async fn of(work: Work, shop: &Shop, address: SocketAddr) -> Result<Self> {
        Ok(Self { idle: callers(work, shop, address).await?, at_work: JoinSet::new() })
    }

    fn ask(&mut self, mut caller: Caller, due: Instant) {
        self.at_work.spawn(async move {
            let done = caller.ask().await?;
            Ok((caller, Answered { due, took: due.elapsed(), done }))
        });
    }

    /// How much is done in a second when some ask again as soon as they are answered.
    pub(super) async fn capacity(&mut self, measured: Duration) -> Result<u32> {
        let from = Instant::now() + Duration::from_secs(2);
        let mut done = 0_u32;
        for caller in self.idle.split_off(self.idle.len() - CALLERS) {
            self.ask(caller, Instant::now());
        }
        while let Some(answered) = self.at_work.join_next().await {
            let (caller, answered) = answered??;
            let now = Instant::now();
            done += u32::from(answered.done && now > from);
            if now < from + measured {
                self.ask(caller, now);
            } else {
                self.idle.push(caller);
            }
        }
        Ok(done / u32::try_from(measured.as_secs())?)
    }

    /// Asks so many times a second, whatever comes of it.
    pub(super) async fn offer(&mut self, rate: u32, before: Duration, measured: Duration) -> Result<Seen> {
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
    /// How many were due.
    pub(super) fn count(&self) -> usize {
        self.accepted.len() + self.refused.len() + self.unsent
    }

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
