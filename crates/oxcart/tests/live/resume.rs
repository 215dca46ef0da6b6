//! Whoever comes back with the last `seq` they saw gets exactly what they missed, once, in order: on any instance, after
//! a crash, after more than any memory holds, whoever committed when. And is told when it can't be had any more.

mod many;
mod order;
mod reader;

use crate::log::{self, Who};
use crate::support::{World, add, builder, place};
use crate::ways::{now, seq, up_to};
use reader::{Reader, Way};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::live::{Frame, Part};
use testkit::{Builder, Client};

/// Three instances where the database can be shared, else one.
async fn open() -> World {
    World::of(builder().instances(3)).await
}

/// The caller at each of the instances.
fn everywhere(world: &World, caller: &Client) -> Vec<Client> {
    (0..world.shop.instances()).map(|number| caller.at(&world.shop.url_of(number))).collect()
}

/// Changes the stock of the product, each time at the next instance.
async fn restock(world: &World, product: i64, levels: std::ops::Range<i64>) {
    for (staff, level) in everywhere(world, &world.staff).iter().cycle().zip(levels) {
        staff.patch(&format!("/products/{product}/"), json!({"stock": level})).await.expect(200);
    }
}

/// The numbers in the log that `who` is told of under the topic after `after`.
async fn missed(world: &World, who: Who, topic: &str, after: i64) -> Vec<i64> {
    log::told(&log::settled(&world.shop).await, who, &[topic], after)
}

/// Somebody who comes back, in every way on every instance.
async fn returning(world: &World, caller: &Client, topic: &str, after: i64) -> Vec<(String, Reader)> {
    let mut readers = vec![];
    for (number, caller) in everywhere(world, caller).iter().enumerate() {
        for way in Way::ALL {
            readers.push((format!("{way:?} at instance {number}"), Reader::open(way, caller, topic, after).await));
        }
    }
    readers
}

/// Fails unless each reader is told of exactly these, in this order, and of nothing else before them or between.
async fn all_read(readers: &mut [(String, Reader)], wanted: &[i64]) {
    for (who, reader) in readers {
        let read = reader.seqs(wanted.len()).await;
        assert_eq!(read, wanted, "{who} did not get what was missed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_to_any_instance_gets_what_happened_to_the_catalogue_once_and_goes_on() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 1).await;
    quiet(&world, &world.shop.client()).await;
    let mut socket = world.shop.client().socket("/ws/products/").await;
    let start = seq(&socket.expect_type("subscribed").await);
    restock(&world, mug, 2..4).await;
    let seen = socket.events(2).await;
    socket.cut();
    let last = seq(&seen[1]);
    assert!(last > seq(&seen[0]) && seq(&seen[0]) > start, "{seen:?}");
    restock(&world, mug, 4..13).await;
    let before = missed(&world, Who::Nobody, "products", last).await;
    assert_eq!(before.len(), 9, "one event a change");
    let mut readers = returning(&world, &world.shop.client(), "products", last).await;
    all_read(&mut readers, &before).await;
    // What comes live follows at once: nothing is told a second time.
    restock(&world, mug, 13..15).await;
    let live = missed(&world, Who::Nobody, "products", before[8]).await;
    all_read(&mut readers, &live).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_to_any_instance_gets_what_happened_to_own_cart_and_orders_and_no_others() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 1000).await;
    let (ann, bob, browser) = (world.shop.customer().await, world.shop.customer().await, world.shop.client());
    add(&browser, mug, 1).await.expect(201);
    let after = log::head(&world.shop).await;
    let everybody = [&ann.client, &bob.client, &browser];
    let buy = async || {
        for number in 0..world.shop.instances() {
            for buyer in everybody {
                let buyer = buyer.at(&world.shop.url_of(number));
                add(&buyer, mug, 1).await;
                place(&buyer).await;
            }
        }
    };
    buy().await;
    let (ann_is, staff_is) = (Who::Customer(log::account(&world.shop, &ann.email)), log::staff(&world));
    let browser_is = Who::Session(log::newest_session(&world.shop));
    let whose = [(&ann.client, ann_is), (&browser, browser_is), (&world.staff.client, staff_is)];
    let mut all = vec![];
    for (caller, who) in whose {
        for topic in ["cart", "orders"] {
            let wanted = missed(&world, who, topic, after).await;
            assert_eq!(wanted.is_empty(), topic == "cart" && who == staff_is, "{who:?} and {topic}: {wanted:?}");
            let mut readers = returning(&world, caller, topic, after).await;
            all_read(&mut readers, &wanted).await;
            all.push((who, topic, wanted, readers));
        }
    }
    buy().await;
    for (who, topic, before, readers) in &mut all {
        let last = before.last().copied().unwrap_or(after);
        all_read(readers, &missed(&world, *who, topic, last).await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_committed_is_missing_after_an_instance_was_killed() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 1).await;
    let mut socket = world.shop.client().socket("/ws/products/").await;
    let start = seq(&socket.expect_type("subscribed").await);
    let mut stream = world.shop.client().stream("/events/stream?topics=products").await;
    for round in 1..=3 {
        restock(&world, mug, round * 10..round * 10 + 3).await;
        world.shop.kill(0);
        if world.shop.instances() > 1 {
            let other = world.staff.at(&world.shop.url_of(1));
            other.patch(&format!("/products/{mug}/"), json!({"stock": round * 100})).await.expect(200);
        }
        world.shop.start(0).await;
    }
    let wanted = missed(&world, Who::Nobody, "products", start).await;
    assert!(wanted.len() >= 9, "{wanted:?}");
    // Those of the killed process were told, if anything, only what the log holds.
    while let Some(Frame::Json(event)) = socket.try_next(Duration::from_secs(1)).await {
        assert!(wanted.contains(&seq(&event)), "told and lost: {event}");
    }
    while let Some(Part::Message(message)) = stream.try_next(Duration::from_secs(1)).await {
        let told = message.id.as_ref().and_then(|id| id.parse().ok());
        let is_known = message.event != "message" || told.is_some_and(|told| wanted.contains(&told));
        assert!(is_known, "told and lost: {message:?}");
    }
    all_read(&mut returning(&world, &world.shop.client(), "products", start).await, &wanted).await;
}

/// A shop that forgets events after two seconds.
fn forgetful() -> Builder {
    builder().instances(2).env("OXCART_EVENT_RETENTION", "2s")
}

/// Waits until this caller's instance has handed out all there is; returns the `seq` of now.
async fn quiet(world: &World, caller: &Client) -> i64 {
    let everything = log::head(&world.shop).await.max(now(&world.staff).await);
    up_to(&mut caller.socket("/ws/").await, everything).await;
    everything
}

/// Fails unless who asks for what came after `after` is told by all three ways that it can't be had, and then goes on
/// with what happens from now on.
async fn is_told_to_start_anew(world: &World, product: i64, after: i64) {
    let caller = world.shop.client_of(world.shop.instances() - 1);
    let head = quiet(world, &caller).await;
    let mut socket = caller.socket("/ws/").await;
    socket.subscribe_after("products", after).await;
    let reset = socket.expect_type("reset").await;
    assert_eq!((&reset["topic"], &reset["seq"]), (&json!("products"), &json!(head)), "{reset}");
    let returning = caller.with_header("Last-Event-ID", &after.to_string());
    let mut stream = returning.stream("/events/stream?topics=products").await;
    let (ready, reset) = (stream.next().await, stream.next().await);
    assert_eq!((ready.event.as_str(), reset.event.as_str()), ("ready", "reset"), "{ready:?} {reset:?}");
    assert_eq!(reset.data, json!({"seq": head}).to_string());
    let page = caller.get(&format!("/events/?topics=products&after={after}")).await.expect(200).json();
    assert_eq!(page, json!({"results": [], "after": head, "more": false, "reset": true}));
    restock(world, product, 70..71).await;
    let live = missed(world, Who::Nobody, "products", head).await;
    assert_eq!([seq(&socket.event().await), seq(&stream.event().await)], [live[0]; 2]);
    let page = caller.get(&format!("/events/?topics=products&after={head}")).await.expect(200).json();
    assert_eq!((&page["reset"], &page["results"][0]["seq"]), (&json!(false), &json!(live[0])), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_missed_what_is_no_longer_kept_is_told_to_start_anew() {
    let world = World::of(forgetful()).await;
    let mug = world.product("Mug", "1.00", 1).await;
    restock(&world, mug, 2..5).await;
    let after = log::read(&world.shop)[0].seq;
    let deadline = Instant::now() + Duration::from_secs(20);
    while log::read(&world.shop).iter().any(|row| row.seq <= after + 1) {
        assert!(Instant::now() < deadline, "events of 2 s are not swept away after 20 s:\n{}", world.shop.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // What an instance has in memory it may tell for longer.
    for number in 0..world.shop.instances() {
        world.shop.restart(number).await;
    }
    is_told_to_start_anew(&world, mug, after).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_with_a_number_of_another_log_is_told_to_start_anew() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 1).await;
    let head = log::head(&world.shop).await;
    is_told_to_start_anew(&world, mug, head + 1).await;
}
