//! An instance that is told to stop.

use crate::support::builder;
use crate::ways::{LIVEZ, PATIENCE, PRODUCTS, wire};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::Body;

#[tokio::test]
async fn an_instance_that_stops_says_so_at_once_and_serves_on_for_a_moment() {
    let shop = builder().demo().env("OXCART_SHUTDOWN_DELAY", "3").start().await;
    let (mut busy, mut idle) = (wire(&shop).await, wire(&shop).await);
    for wire in [&mut busy, &mut idle] {
        let answer = wire.ask(LIVEZ).await.expect("an answer");
        assert!(!answer.head.contains("connection: close"), "{}", answer.head);
    }
    let mut socket = shop.client().socket("/ws/products/").await;
    socket.expect_type("subscribed").await;
    shop.terminate(0);
    let began = Instant::now();
    let mut ready = shop.client().get("/readyz").await;
    while ready.status == 200 {
        assert!(began.elapsed() < Duration::from_secs(1), "it still says that it is ready");
        ready = shop.client().get("/readyz").await;
    }
    assert_eq!((ready.status, &ready.json()["status"]), (503, &json!("stopping")));
    let answer = busy.ask(PRODUCTS).await.expect("it still serves");
    assert!(answer.status == 200 && answer.head.contains("connection: close"), "{}", answer.head);
    busy.closed(Duration::from_secs(2)).await.expect("what was announced is done");
    let answer = wire(&shop).await.ask(PRODUCTS).await.expect("who comes now is served too");
    assert!(answer.status == 200 && answer.head.contains("connection: close"), "{}", answer.head);
    tokio::time::sleep(Duration::from_millis(1000)).await;
    let answer = idle.ask(PRODUCTS).await.expect("a connection that was left open is good for another request");
    assert!(answer.status == 200 && answer.head.contains("connection: close"), "{}", answer.head);
    assert_eq!(socket.closed().await, 1012);
    let took = began.elapsed();
    assert!(took > Duration::from_millis(2500), "sockets were closed after {took:?}");
    while shop.pid(0).is_some() {
        assert!(began.elapsed() < PATIENCE, "it does not end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_second_signal_leaves_the_moment_out() {
    let shop = builder().env("OXCART_SHUTDOWN_DELAY", "60").start().await;
    shop.terminate(0);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let began = Instant::now();
    assert_eq!(shop.stop(0), Some(0));
    assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
}

#[tokio::test]
async fn a_silent_connection_does_not_keep_an_instance_from_stopping() {
    let shop = builder().start().await;
    let _silent = wire(&shop).await;
    let mut idle = wire(&shop).await;
    assert_eq!(idle.ask(LIVEZ).await.expect("an answer").status, 200);
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let began = Instant::now();
    assert_eq!(shop.stop(0), Some(0));
    assert!(began.elapsed() < Duration::from_secs(4), "it took {:?}", began.elapsed());
}

#[tokio::test]
async fn what_is_under_way_is_finished() {
    let shop = builder().demo().start().await;
    let mut wire = wire(&shop).await;
    let head = "POST /cart/add/ HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n";
    wire.send(head).await.expect("it is taken");
    tokio::time::sleep(Duration::from_millis(200)).await;
    shop.terminate(0);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let answer = wire.ask(r#"{"product_id": 1}"#).await.expect("what was begun is answered");
    assert!(answer.status == 201 && answer.head.contains("connection: close"), "{answer:?}");
}

#[tokio::test]
async fn one_more_signal_ends_it_at_once() {
    let shop = builder().demo().start().await;
    let mut wire = wire(&shop).await;
    let head = "POST /cart/add/ HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n";
    wire.send(head).await.expect("it is taken");
    tokio::time::sleep(Duration::from_millis(200)).await;
    shop.terminate(0);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let began = Instant::now();
    assert_eq!(shop.stop(0), Some(0), "it would have waited for the rest of the request");
    assert!(began.elapsed() < Duration::from_secs(4), "it took {:?}", began.elapsed());
}

#[tokio::test]
async fn an_import_under_way_ends_with_a_report_and_can_be_gone_on_with() {
    const PRODUCTS: u64 = 4_000;
    let shop = builder().start().await;
    let staff = shop.staff().await;
    let rows = (0..PRODUCTS).map(|number| format!("mug-{number},Mug {number},2.50\n"));
    let file = format!("Handle,Title,Variant Price\n{}", rows.collect::<String>());
    let sent = file.clone();
    let client = staff.client.clone();
    let importing = tokio::spawn(async move { client.post("/staff/imports/", Body::raw("text/csv", sent)).await });
    let began = Instant::now();
    while shop.client().get("/products/").await.expect(200).json()["count"].as_u64() < Some(20) {
        assert!(began.elapsed() < PATIENCE, "nothing is imported");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    shop.terminate(0);
    let began = Instant::now();
    let answer = importing.await.expect("it ends").expect(200).text();
    let last: serde_json::Value = serde_json::from_str(answer.lines().last().expect("a line")).expect("JSON");
    let created = last["created"].as_u64().expect("a number");
    assert_eq!((&last["finished"], &last["saved"]), (&json!(false), &json!(true)), "{last}");
    assert!((20..PRODUCTS).contains(&created), "{last}");
    assert!(last["error"].as_str().is_some_and(|error| error.contains("import the file again")), "{last}");
    while shop.pid(0).is_some() {
        assert!(began.elapsed() < Duration::from_secs(5), "it does not end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let csv = shop.folder().join("in.csv");
    std::fs::write(&csv, file).expect("a file");
    let said = shop.run_well(&["import", "products", "in.csv"]);
    let rest = PRODUCTS - created;
    assert!(said.starts_with(&format!("created {rest}, changed 0, unchanged {created}")), "{said}");
}
