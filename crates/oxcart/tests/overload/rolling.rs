//! Three instances, restarted one after the other while they are used.

use crate::support::{World, builder};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use testkit::{Dial, Wire, WireAnswer};
use tokio::task::JoinSet;

/// What a load balancer knows: who is ready. It asks each instance ten times a second, sends requests in turn to those
/// that are, keeps connections that were not announced to end, and tries nothing twice.
struct Balancer {
    instances: Vec<(SocketAddr, AtomicBool)>,
    turn: AtomicU64,
}

impl Balancer {
    async fn watch(self: Arc<Self>, number: usize) {
        let (address, ready) = &self.instances[number];
        loop {
            let asked = async {
                let mut wire = Dial::default().connect(*address).await.ok()?;
                wire.ask("GET /readyz HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n").await.ok()
            };
            let answer = tokio::time::timeout(Duration::from_secs(1), asked).await.ok().flatten();
            ready.store(answer.is_some_and(|answer| answer.status == 200), Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn next(&self) -> usize {
        let first = usize::try_from(self.turn.fetch_add(1, Ordering::Relaxed)).expect("a small number");
        let all = self.instances.len();
        let turns = (first..first + all).map(|number| number % all);
        turns.into_iter().find(|number| self.instances[*number].1.load(Ordering::Relaxed)).expect("somebody is ready")
    }
}

/// One client behind the balancer, with its connections.
struct Caller {
    balancer: Arc<Balancer>,
    wires: Vec<Option<Wire>>,
    cookie: String,
}

impl Caller {
    async fn ask(&mut self, method: &str, path: &str, body: &str) -> WireAnswer {
        let number = self.balancer.next();
        let kept = self.wires[number].take().filter(|wire| !wire.is_closed());
        let mut wire = match kept {
            Some(wire) => wire,
            None => {
                let address = self.balancer.instances[number].0;
                Dial::default().connect(address).await.unwrap_or_else(|error| panic!("{method} {path}: {error:#}"))
            }
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: shop\r\ncookie: {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        );
        let answer = wire.ask(request).await.unwrap_or_else(|error| panic!("{method} {path} was lost: {error:#}"));
        assert!(answer.status < 500, "{method} {path}: {answer:?}");
        if let Some(cookie) = answer.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")) {
            self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        }
        if !answer.head.contains("connection: close") {
            self.wires[number] = Some(wire);
        }
        answer
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_loses_no_request() {
    // The moment must be longer than a load balancer takes to notice.
    let world = World::of(builder().instances(3).env("OXCART_SHUTDOWN_DELAY", "2")).await;
    if world.shop.instances() < 3 {
        // SQLite is for one instance.
        return;
    }
    let mug = world.product("Mug", "1.00", 1_000_000).await;
    let instances = (0..3).map(|number| (world.shop.address_of(number), AtomicBool::new(true))).collect();
    let balancer = Arc::new(Balancer { instances, turn: AtomicU64::new(0) });
    let mut watching = JoinSet::new();
    (0..3).for_each(|number| drop(watching.spawn(Arc::clone(&balancer).watch(number))));
    let over = Arc::new(AtomicBool::new(false));
    let mut callers = JoinSet::new();
    for number in 0..12 {
        let (balancer, over) = (Arc::clone(&balancer), Arc::clone(&over));
        callers.spawn(async move {
            let mut caller = Caller { balancer, wires: vec![None, None, None], cookie: String::new() };
            let mut placed = 0_u64;
            while !over.load(Ordering::Relaxed) {
                if number % 2 == 0 {
                    assert_eq!(caller.ask("GET", "/products/", "").await.status, 200);
                    continue;
                }
                assert_eq!(caller.ask("POST", "/cart/add/", &format!("{{\"product_id\": {mug}}}")).await.status, 201);
                assert_eq!(caller.ask("POST", "/order/place_order/", "").await.status, 201);
                placed += 1;
            }
            placed
        });
    }
    for number in 0..3 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        world.shop.terminate(number);
        while world.shop.pid(number).is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        world.shop.start(number).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    over.store(true, Ordering::Relaxed);
    let placed: u64 = callers.join_all().await.into_iter().sum();
    assert!(placed > 10, "only {placed} orders were placed");
    assert_eq!(world.stock(mug).await, 1_000_000 - i64::try_from(placed).expect("a small number"));
    world.books_add_up();
}
