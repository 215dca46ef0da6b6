//! Clients that hold connections and do not get on with them: each opens another when its own is closed, until the time
//! is over.

use super::Options;
use super::figures::Figure;
use super::probe::Probe;
use crate::stage::{Servers, memory, percentile};
use anyhow::{Result, ensure};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};
use testkit::{Dial, Shop, Wire};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// The limits as they are shipped.
const HEADER: Duration = Duration::from_secs(10);
const BODY: Duration = Duration::from_secs(20);
const UNREAD: Duration = Duration::from_secs(30);
/// How much later than its limit a connection may be closed.
const LATE: Duration = Duration::from_secs(15);
/// Connections of one address; fewer than an address may have.
const OF_AN_ADDRESS: u64 = 400;
/// Between signs of life of those that send something.
const TICK: Duration = Duration::from_secs(1);

const HEAD: &str = "GET /products/ HTTP/1.1\r\nhost: shop\r\nx-slow: ";
const BODY_BEGUN: &str =
    "POST /cart/add/ HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{";
const PRODUCTS: &str = "GET /products/ HTTP/1.1\r\nhost: shop\r\n\r\n";

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Malice {
    HalfOpen,
    SlowBody,
    Unread,
}

/// Measures once.
pub(super) async fn measure(options: &Options, program: &Path, servers: &Servers) -> Result<Vec<Figure>> {
    let shop = servers.builder(program)?.demo().start().await;
    let address = shop.address_of(0);
    let before = settled_memory(&shop).await?;
    let until = Instant::now() + Duration::from_secs(options.seconds);
    let mut clients = JoinSet::new();
    let crowds = [
        (Malice::HalfOpen, options.half_open),
        (Malice::SlowBody, options.slow_bodies),
        (Malice::Unread, options.unread),
    ];
    let all =
        crowds.iter().flat_map(|(malice, count)| std::iter::repeat_n(*malice, usize::try_from(*count).unwrap_or(0)));
    eprintln!("opening {} hostile connections", crowds.iter().map(|(_, count)| count).sum::<u64>());
    for (number, malice) in (0_u64..).zip(all) {
        let last = u8::try_from(2 + number / OF_AN_ADDRESS)?;
        let dial = Dial { from: Some(Ipv4Addr::new(127, 0, 0, last)), receive_buffer: unread(malice).then_some(4096) };
        clients.spawn(async move { (malice, pester(dial, address, malice, until).await) });
        if number % 100 == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    }
    let opened = Instant::now();
    let probe = Probe::start(address, "/readyz");
    let mut most = before;
    while Instant::now() < until {
        sleep(Duration::from_millis(500)).await;
        most = most.max(memory(&shop)?);
    }
    let mut health = probe.stop().await?;
    let mut late = [vec![], vec![], vec![]];
    while let Some(client) = clients.join_next().await {
        let (malice, closed) = client?;
        late[malice as usize].extend(closed?);
    }
    let tens = |kib: u64| format!("{} MB", kib / 1000);
    ensure!(opened < until, "it took too long to open the connections: choose a longer time");
    let mut figures = vec![
        Figure::within("health beside hostile clients, p99", percentile(&mut health, 99), Duration::from_millis(100)),
        Figure::new("memory more than before, at most", tens(most.saturating_sub(before)))
            .should("≤ 100 MB", most.saturating_sub(before) <= 100_000),
    ];
    let names = ["half-open connections", "slow bodies", "unread answers"];
    for (name, mut late) in names.into_iter().zip(late) {
        if !late.is_empty() {
            let closed = late.len();
            let what = format!("{name}: the latest of {closed} closed, after its limit");
            figures.push(Figure::within(what, percentile(&mut late, 100), LATE));
        }
    }
    Ok(figures)
}

fn unread(malice: Malice) -> bool {
    malice == Malice::Unread
}

/// In KiB, once what was needed to start is given back.
async fn settled_memory(shop: &Shop) -> Result<u64> {
    sleep(Duration::from_secs(2)).await;
    memory(shop)
}

/// One client, until the time is over; how much later than its limit each of its connections was closed.
async fn pester(dial: Dial, address: SocketAddr, malice: Malice, until: Instant) -> Result<Vec<Duration>> {
    let mut late = vec![];
    while Instant::now() < until {
        let began = Instant::now();
        // A port of its address may be taken for a moment.
        let Ok(wire) = dial.connect(address).await else {
            sleep(TICK).await;
            continue;
        };
        late.push(match malice {
            Malice::HalfOpen => trickle(wire, HEAD).await?.duration_since(began + HEADER),
            Malice::SlowBody => trickle(wire, BODY_BEGUN).await?.duration_since(began + BODY),
            Malice::Unread => {
                let (full, closed) = ask_without_reading(wire).await?;
                closed.duration_since(full + UNREAD)
            }
        });
    }
    Ok(late)
}

/// Begins something and goes on with a byte now and then; when the connection was closed.
async fn trickle(mut wire: Wire, beginning: &str) -> Result<Instant> {
    let patience = Instant::now() + BODY + LATE + LATE;
    let mut more = wire.send(beginning).await;
    while more.is_ok() && timeout(TICK, wire.closed(TICK * 60)).await.is_err() {
        ensure!(Instant::now() < patience, "a connection is kept for ever");
        more = wire.send("x").await;
    }
    Ok(Instant::now())
}

/// Asks until nothing more is taken, and reads nothing; since when nothing was taken, and when the connection was closed.
async fn ask_without_reading(wire: Wire) -> Result<(Instant, Instant)> {
    let many = PRODUCTS.repeat(100);
    let mut full = Instant::now();
    let patience = full + UNREAD + LATE + LATE;
    loop {
        match wire.send_some(many.as_bytes()) {
            Ok(0) => {}
            Ok(_) => full = Instant::now(),
            Err(_) => return Ok((full, Instant::now())),
        }
        ensure!(Instant::now() < patience, "a connection is kept for ever");
        sleep(TICK / 2).await;
    }
}
