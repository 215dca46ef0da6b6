//! The database does not answer for a while: what is open stays open, says so where it has to, and nothing is missed
//! once it is back. On SQLite, which can't be away, somebody else holds the file instead.

use crate::support::{World, add, builder, id, place};
use crate::ways::{answer, marker, page, poll, seqs, subscribing, up_to};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::Setup;
use testkit::live::Socket;
use testkit::servers::sqlite::Connection;
use testkit::servers::{Durability, Postgres};

/// How long the shop may take to notice that everything is well again.
const RECOVERY: Duration = Duration::from_secs(10);

/// Asks for a topic until it is to be had.
async fn subscribed_at_last(socket: &mut Socket, topic: &str) {
    let deadline = Instant::now() + RECOVERY;
    loop {
        let answer = socket.ask(json!({"type": "subscribe", "topic": topic})).await;
        if answer["type"] == "subscribed" {
            return;
        }
        let late = Instant::now() >= deadline;
        assert!(answer["code"] == "unavailable" && !late, "{RECOVERY:?} after the database was back: {answer}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_outlive_a_database_that_hangs_and_hear_what_came_meanwhile() {
    if Setup::from_env() == Setup::Sqlite {
        return sockets_hear_what_others_wrote_into_the_file().await;
    }
    let postgres = Postgres::launch(Durability::Off).expect("a PostgreSQL");
    let world = World::of(builder().postgres(&postgres.url("postgres"))).await;
    let mug = world.product("Mug", "1.00", 100).await;
    let customer = world.shop.customer().await;
    add(&customer, mug, 1).await.expect(201);
    let order = format!("order:{}", id(&place(&customer).await));
    let start = marker(&world).await;
    let mut socket = customer.socket(&format!("/ws/products/?after={start}")).await;
    socket.expect_type("subscribed").await;

    postgres.pause().expect("it pauses");
    let error = subscribing(&mut socket, &order).await;
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("unavailable")), "{error}");
    assert_eq!((&error["topic"], &error["id"]), (&json!(order), &json!(order)));
    let polled = poll(&world.shop.client(), "products").await.expect(503);
    assert!(polled.header("retry-after").is_some(), "{polled}");
    assert_eq!(answer(&mut socket, json!({"type": "ping"})).await["type"], "pong", "it lives on meanwhile");

    postgres.resume();
    subscribed_at_last(&mut socket, &order).await;
    heard_nothing_twice_and_all(&world, &mut socket, mug, start).await;
}

/// Changes something and fails unless the socket hears exactly what the log holds since `start`.
async fn heard_nothing_twice_and_all(world: &World, socket: &mut Socket, product: i64, start: i64) {
    for stock in [5, 0, 7] {
        world.set_stock(product, stock).await;
    }
    let end = marker(world).await;
    let heard = up_to(socket, end).await;
    let log = page(&world.staff, &format!("topics=products&after={start}&limit=1000")).await;
    let log = log["results"].as_array().expect("a list");
    assert_eq!(seqs(&heard), seqs(log));
    assert_eq!(log.len(), 6, "{log:?}");
}

/// SQLite: while somebody else writes, everything can be read; what they wrote is told when it is there.
async fn sockets_hear_what_others_wrote_into_the_file() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 100).await;
    let customer = world.shop.customer().await;
    add(&customer, mug, 1).await.expect(201);
    let order = format!("order:{}", id(&place(&customer).await));
    let start = marker(&world).await;
    let mut socket = customer.socket(&format!("/ws/products/?after={start}")).await;
    socket.expect_type("subscribed").await;
    let file = Connection::open(world.shop.database_url()).expect("the file opens");
    file.execute_batch("BEGIN IMMEDIATE").expect("it locks");
    assert_eq!(subscribing(&mut socket, &order).await["type"], "subscribed", "reading waits for a writer");
    poll(&world.shop.client(), "products").await.expect(200);
    file.execute_batch("COMMIT").expect("it unlocks");
    heard_nothing_twice_and_all(&world, &mut socket, mug, start).await;
}
