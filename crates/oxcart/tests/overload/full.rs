//! More connections than may be.

use crate::support::builder;
use crate::ways::{LIVEZ, PATIENCE, PRODUCTS, cpu_time, figure, figure_becomes, wire, wire_from};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::time::{Duration, Instant};
use testkit::{Dial, Wire};

const FULL: &str = r#"oxcart_connections_refused_total{reason="full"}"#;

#[tokio::test]
async fn a_full_shop_says_so_at_once_and_serves_those_it_has() {
    let shop = builder().demo().env("OXCART_MAX_CONNECTIONS", "8").start().await;
    figure_becomes(&shop, "oxcart_connections", |open| open == 1.0).await;
    let mut held: Vec<Wire> = vec![];
    // They ask for nothing yet: where it gets tight, who has been answered is asked to let go.
    for _ in 0..8 {
        held.push(wire(&shop).await);
    }
    // The connection that asked for the figure may still have a place when they come, so one of them may be turned away.
    let (mut refused, answer, took) = loop {
        let mut next = wire(&shop).await;
        let began = Instant::now();
        let answer = next.ask(PRODUCTS).await.expect("an answer");
        if answer.status != 200 {
            break (next, answer, began.elapsed());
        }
        held.push(wire(&shop).await);
        assert!(held.len() < 12, "eight may be there, and a ninth is served again and again");
    };
    assert_eq!(answer.status, 503);
    assert!(answer.head.contains("retry-after: ") && took < Duration::from_millis(500), "{took:?} {}", answer.head);
    refused.closed(PATIENCE).await.expect("a refused connection ends");
    assert_eq!(wire(&shop).await.ask(LIVEZ).await.expect("an answer").status, 200, "who watches over it must know");
    assert_eq!(held[0].ask(PRODUCTS).await.expect("an answer").status, 200);
    drop(held);
    figure_becomes(&shop, FULL, |count| count >= 2.0).await;
    assert_eq!(wire(&shop).await.ask(PRODUCTS).await.expect("an answer").status, 200);
}

#[tokio::test]
async fn one_address_can_not_take_the_places_of_all() {
    let shop = builder().demo().env("OXCART_MAX_CONNECTIONS_PER_ADDRESS", "5").start().await;
    let mut held = vec![];
    for _ in 0..5 {
        let mut one = wire_from(&shop, 7).await;
        assert_eq!(one.ask(LIVEZ).await.expect("an answer").status, 200);
        held.push(one);
    }
    let answer = wire_from(&shop, 7).await.ask(PRODUCTS).await.expect("an answer");
    assert!(answer.status == 429 && answer.head.contains("retry-after: "), "{}", answer.head);
    let alive = wire_from(&shop, 7).await.ask(LIVEZ).await.expect("an answer");
    assert_eq!(alive.status, 200, "who watches over it may come from there too");
    assert_eq!(wire_from(&shop, 8).await.ask(PRODUCTS).await.expect("an answer").status, 200);
    held.pop();
    let mut again = wire_from(&shop, 7).await;
    let began = Instant::now();
    while again.ask(PRODUCTS).await.is_ok_and(|answer| answer.status == 429) {
        assert!(began.elapsed() < PATIENCE, "a place that became free is given to nobody");
        again = wire_from(&shop, 7).await;
    }
}

#[tokio::test]
async fn a_trusted_proxy_is_not_bounded_as_one_address() {
    let shop = builder().env("OXCART_MAX_CONNECTIONS_PER_ADDRESS", "5").env("OXCART_TRUSTED_PROXIES", "127.0.0.9");
    let shop = shop.start().await;
    let mut held = vec![];
    for _ in 0..20 {
        let mut one = wire_from(&shop, 9).await;
        assert_eq!(one.ask(LIVEZ).await.expect("an answer").status, 200);
        held.push(one);
    }
}

#[tokio::test]
async fn a_socket_counts_as_the_connection_it_is() {
    let shop = builder().start().await;
    let client = shop.client();
    let mut sockets = vec![];
    for _ in 0..10 {
        let mut socket = client.socket("/ws/products/").await;
        socket.expect_type("subscribed").await;
        sockets.push(socket);
    }
    assert!(figure(&shop, "oxcart_connections").await >= 10.0);
    drop(sockets);
    figure_becomes(&shop, "oxcart_connections", |open| open < 5.0).await;
}

#[tokio::test]
async fn running_out_of_files_neither_ends_the_shop_nor_keeps_it_busy() {
    let shop = builder().demo().start().await;
    let mut before = wire(&shop).await;
    assert_eq!(before.ask(PRODUCTS).await.expect("an answer").status, 200);
    let pid = Pid::from_raw(i32::try_from(shop.pid(0).expect("it runs")).expect("a small number"));
    let open = std::fs::read_dir(format!("/proc/{}/fd", shop.pid(0).expect("it runs"))).expect("/proc tells").count();
    let all = prlimit(pid, Resource::Nofile, Rlimit { current: Some(open as u64 + 5), maximum: Some(20_000) });
    let all = all.expect("the limit of a process of one's own can be set");
    let mut held = vec![];
    for _ in 0..30 {
        held.push(Dial::default().connect(shop.address_of(0)).await.expect("the system takes it"));
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (busy, began) = (cpu_time(&shop), Instant::now());
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (busy, took) = (cpu_time(&shop) - busy, began.elapsed());
    assert!(busy < took / 4, "{busy:?} of {took:?} were spent on nothing");
    let answer = before.ask(PRODUCTS).await.expect("an answer");
    let said = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, 200, "who is there is served: {said}");
    prlimit(pid, Resource::Nofile, all).expect("the limit can be set back");
    for mut late in held {
        let answer = tokio::time::timeout(PATIENCE, late.ask(LIVEZ)).await.expect("it is served in the end");
        assert_eq!(answer.expect("an answer").status, 200);
    }
    assert!(figure(&shop, r#"oxcart_connections_refused_total{reason="system"}"#).await >= 1.0);
}
