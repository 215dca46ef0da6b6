//! Numbers are read in order, so none may appear behind one that was read: not with many writers at once, not when a
//! transaction takes its place early and commits late, and not on an instance that hears of everything last.

use super::reader::{Polling, Reader, Way};
use super::{everywhere, missed, open, restock};
use crate::log::{self, Who};
use crate::support::{World, add, together};
use crate::ways::seq;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use testkit::servers::{database, sqlite};
use testkit::{Client, Setup};

/// How long a condition may take to come true.
const PATIENCE: Duration = Duration::from_secs(10);
/// Enough for some of them to arrive just when an instance hears of something.
const HOPPERS: usize = 45;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_in_tiny_pages_skips_nothing_beside_many_writers_on_all_instances() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 100_000).await;
    let after = log::head(&world.shop).await;
    let over = Arc::new(AtomicBool::new(false));
    let followers: Vec<_> = everywhere(&world, &world.staff)
        .into_iter()
        .zip([1, 2, 5])
        .map(|(caller, limit)| tokio::spawn(follow(caller, limit, after, Arc::clone(&over))))
        .collect();
    let bought = together(24, |number| {
        let buyer = world.shop.client_of(number % world.shop.instances());
        async move {
            for _ in 0..5 {
                add(&buyer, mug, 1).await.expect(201);
                buyer.post("/order/place_order/", ()).await.expect(201);
            }
        }
    });
    bought.await;
    let log = log::settled(&world.shop).await;
    over.store(true, Ordering::Relaxed);
    let wanted = log::told(&log, log::staff(&world), &["products", "orders"], after);
    // Every order is told; what orders placed together leave of the stock may be told together.
    assert!(wanted.len() > 120, "only {} events", wanted.len());
    for follower in followers {
        let read = follower.await.expect("the follower ends");
        let skipped: Vec<_> = wanted.iter().filter(|seq| !read.contains(seq)).collect();
        assert!(skipped.is_empty(), "skipped {skipped:?}");
        assert!(read == wanted, "not in order, or twice: {read:?}");
    }
}

/// Reads pages one after the other until it is over and nothing is left.
async fn follow(caller: Client, limit: usize, after: i64, over: Arc<AtomicBool>) -> Vec<i64> {
    let mut polling = Polling::new(&caller, &format!("topics=products,orders&limit={limit}"), after);
    let (mut read, mut quiet_since) = (vec![], None);
    loop {
        let was_over = over.load(Ordering::Relaxed);
        let page = polling.ask().await;
        assert!(page.len() <= limit, "{} events in a page of {limit}", page.len());
        if !page.is_empty() {
            quiet_since = None;
        } else if was_over {
            // An instance may take its time to hear of what others did.
            let since = *quiet_since.get_or_insert_with(Instant::now);
            if since.elapsed() > Duration::from_secs(2) {
                return read;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        read.extend(page);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_took_its_place_early_and_committed_late_is_not_skipped() {
    let world = open().await;
    let (mug, pan) = (world.product("Mug", "1.00", 1).await, world.product("Pan", "1.00", 1).await);
    let after = log::head(&world.shop).await;
    let mut readers = vec![];
    for (number, caller) in everywhere(&world, &world.shop.client()).iter().enumerate() {
        for way in Way::ALL {
            readers.push((format!("{way:?} at {number}"), Reader::open(way, caller, "products", after).await));
        }
    }
    match world.shop.setup() {
        Setup::Sqlite => late_on_sqlite(&world, mug, pan, &mut readers).await,
        _ => late_on_postgres(&world, mug, pan, &mut readers).await,
    }
    let all = missed(&world, Who::Nobody, "products", after).await;
    for way in Way::ALL {
        let read = Reader::open(way, &world.shop.client(), "products", after).await.seqs(all.len()).await;
        assert_eq!(read, all, "{way:?}: who comes later reads another order");
    }
}

fn planted(world: &World, product: i64) -> String {
    let row = format!("SELECT 'product.updated' AS kind, {product} AS subject_id, '{{\"id\":{product}}}' AS data");
    log::planting(world.shop.setup(), &row)
}

/// Which product the reader's next event is about.
async fn next_is_about(readers: &mut [(String, Reader)], product: i64, when: &str) {
    for (who, reader) in readers {
        let event = reader.next().await;
        assert_eq!(event["data"]["id"], product, "{who}, {when}: {event}");
    }
}

/// The insert has drawn its id; its transaction ends when the gate opens.
async fn late_on_postgres(world: &World, mug: i64, pan: i64, readers: &mut [(String, Reader)]) {
    let drawn = || log::number(&world.shop, "SELECT CAST(last_value AS text) FROM event_batches_id_seq");
    world.shop.plant("CREATE TABLE gate (is_open boolean)");
    let before = drawn();
    let late = tokio::task::spawn_blocking({
        let url = world.shop.database_url().to_owned();
        let wait = "DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM gate) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$";
        let sql = format!("BEGIN; {}; {wait}; COMMIT", planted(world, pan));
        move || database::execute(&url, &sql)
    });
    let deadline = Instant::now() + PATIENCE;
    while drawn() == before {
        assert!(Instant::now() < deadline, "the late transaction has not begun");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    restock(world, mug, 10..14).await;
    for round in 0..4 {
        next_is_about(readers, mug, &format!("change {round} beside the open transaction")).await;
    }
    let ids = "SELECT CAST(id AS text) FROM event_batches ORDER BY seq DESC NULLS LAST LIMIT 1";
    assert!(log::number(&world.shop, ids) > before + 1, "what was read drew its id later than what is still open");
    world.shop.plant("INSERT INTO gate VALUES (true)");
    late.await.expect("it ends").expect("it commits");
    next_is_about(readers, pan, "after the late commit").await;
    restock(world, mug, 14..15).await;
    next_is_about(readers, mug, "afterwards").await;
}

/// One writes at a time: whoever comes second waits, and nothing is told before it is committed.
async fn late_on_sqlite(world: &World, mug: i64, pan: i64, readers: &mut [(String, Reader)]) {
    let file = sqlite::Connection::open(world.shop.database_url()).expect("the file opens");
    file.execute_batch(&format!("BEGIN IMMEDIATE; {}", planted(world, pan))).expect("it locks");
    let waiting = tokio::spawn({
        let (staff, path) = (world.staff.client.clone(), format!("/products/{mug}/"));
        async move { staff.patch(&path, serde_json::json!({"stock": 10})).await }
    });
    let nothing = tokio::time::timeout(Duration::from_millis(700), readers[0].1.next()).await;
    assert!(nothing.is_err(), "told before it was committed: {nothing:?}");
    file.execute_batch("COMMIT").expect("it unlocks");
    waiting.await.expect("it ends").expect(200);
    next_is_about(readers, pan, "the first to write").await;
    next_is_about(readers, mug, "the second").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_that_has_not_heard_of_what_one_saw_elsewhere_does_not_start_anew() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 1).await;
    let staff = everywhere(&world, &world.staff);
    let path = format!("/products/{mug}/");
    let mut socket = world.shop.client().socket("/ws/products/").await;
    socket.expect_type("subscribed").await;
    for round in 1..=8 {
        staff[0].patch(&path, serde_json::json!({"stock": 10 * round})).await.expect(200);
        let saw = seq(&socket.event().await);
        let mut readers = vec![];
        for caller in everywhere(&world, &world.shop.client()) {
            for way in Way::ALL {
                readers.push((way, Reader::open(way, &caller, "products", saw).await));
            }
        }
        staff[staff.len() - 1].patch(&path, serde_json::json!({"stock": 10 * round + 1})).await.expect(200);
        let next = seq(&socket.event().await);
        for (way, mut reader) in readers {
            let event = reader.next().await;
            assert_eq!(seq(&event), next, "{way:?} after {saw} in round {round}: {event}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hops_between_instances_beside_a_busy_writer_misses_nothing() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 1).await;
    let after = log::head(&world.shop).await;
    let (over, path) = (Arc::new(AtomicBool::new(false)), format!("/products/{mug}/"));
    let writing = tokio::spawn({
        let (staff, over) = (world.staff.client.clone(), Arc::clone(&over));
        async move {
            for level in 2.. {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                staff.patch(&path, serde_json::json!({"stock": level})).await.expect(200);
            }
        }
    });
    let all = together(HOPPERS, |number| {
        let (way, callers) = (Way::ALL[number % 3], everywhere(&world, &world.shop.client()));
        async move {
            let (mut read, mut last) = (vec![], after);
            for caller in callers.iter().cycle().skip(number % 2).take(30) {
                let seqs = Reader::open(way, caller, "products", last).await.seqs(2).await;
                last = seqs[1];
                read.extend(seqs);
            }
            (way, read)
        }
    });
    let all = all.await;
    over.store(true, Ordering::Relaxed);
    writing.await.expect("the writer comes to an end");
    let wanted = missed(&world, Who::Nobody, "products", after).await;
    for (way, read) in all {
        assert_eq!(read, wanted[..read.len()], "{way:?}: not all, or not in order");
    }
}
