//! Everything at once: two hundred clients that are cut off and come back anywhere, buyers and staff at work, instances
//! killed and started again, a Redis that forgets and dies. In the end what each client was told is held against the
//! log: no gap, nothing twice, nothing that was not for it.

mod by_request;
mod by_socket;
mod cast;
mod feed;
mod follower;
mod shopper;

use crate::log;
use crate::support::{World, builder};
use cast::Cast;
use follower::{End, Field};
use rand::RngExt;
use rand::rngs::StdRng;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use testkit::servers::Redis;
use testkit::{Builder, Setup};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often an instance is killed.
const KILLS: usize = 6;

/// The seed of all chances: another one every time, unless `OXCART_TEST_SEED` names it.
fn seed() -> u64 {
    match std::env::var("OXCART_TEST_SEED") {
        Ok(seed) => seed.parse().unwrap_or_else(|_| panic!("OXCART_TEST_SEED={seed} is no number")),
        Err(_) => u64::from(rand::random::<u32>()),
    }
}

/// Three instances where the database can be shared, else one; nothing ends before the test does.
fn shop() -> Builder {
    builder()
        .instances(3)
        .env("OXCART_ACCESS_TOKEN_LIFETIME", "1h")
        .env("OXCART_MAX_SOCKETS_PER_CALLER", "100")
        .env("OXCART_REGISTER_RATE", "1000000/s")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_clients_in_a_storm_are_told_exactly_what_the_log_holds_for_them() {
    let seed = seed();
    println!("OXCART_TEST_SEED={seed} makes these chances again");
    let redis = Setup::from_env().has_redis().then(|| Redis::launch().expect("a Redis"));
    let world = match &redis {
        Some(redis) => World::of(shop().redis(&redis.url())).await,
        None => World::of(shop()).await,
    };
    let cast = Cast::gather(&world).await;
    let (announce, end) = watch::channel(None);
    let addresses = (0..world.shop.instances()).map(|number| world.shop.url_of(number)).collect();
    let field = Field { addresses: Arc::new(addresses), seed, end };
    let over = Arc::new(AtomicBool::new(false));
    let mut shoppers: JoinSet<_> = cast.shoppers(&field, &over).into_iter().map(shopper::Shopper::run).collect();
    let mut followers: JoinSet<_> = cast.followers(&field).into_iter().map(follower::Follower::run).collect();

    rage(&world, redis.as_ref(), field.chances(2_000)).await;
    over.store(true, Ordering::Relaxed);
    let mut requests = 0;
    while let Some(done) = shoppers.join_next().await {
        requests += done.expect("a buyer comes to an end");
    }
    // The last event of all, which everybody may read.
    world.product("The last one", "1.00", 1).await;
    let log = Arc::new(log::settled(&world.shop).await);
    let last = log.last().expect("a long log");
    assert_eq!(last.kind, "product.created", "something happens after the end: {last:?}");
    announce.send_replace(Some(End { head: last.seq, log: Arc::clone(&log), since: Instant::now() }));

    let (mut wrong, mut connections, mut told) = (vec![], 0, 0);
    while let Some(outcome) = followers.join_next().await {
        match outcome.expect("a client comes to an end") {
            Ok((connected, events)) => (connections, told) = (connections + connected, told + events),
            Err(why) => wrong.push(why),
        }
    }
    let all = wrong.len();
    wrong.truncate(8);
    let wrong = wrong.join("\n");
    assert!(all == 0, "{all} of 200 clients were not told what the log holds; OXCART_TEST_SEED={seed}\n{wrong}");
    println!("{requests} requests, {} events, told {told} times over {connections} connections", log.len());
    assert!(log.len() > 250 && connections > 400 && told > 2_000, "hardly a storm; OXCART_TEST_SEED={seed}");
    assert!(!world.shop.log().contains("panicked"), "OXCART_TEST_SEED={seed}\n{}", world.shop.log());
    world.books_add_up();
}

/// Kills instances one after the other and starts them again; what they share forgets and dies meanwhile.
async fn rage(world: &World, redis: Option<&Redis>, mut random: StdRng) {
    for round in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(random.random_range(600..1_600))).await;
        let victim = random.random_range(0..world.shop.instances());
        tokio::task::block_in_place(|| {
            world.shop.kill(victim);
            match (redis, round % 3) {
                (Some(redis), 0) => redis.flush().expect("it forgets"),
                (Some(redis), 1) => redis.restart().expect("it starts again"),
                (Some(redis), _) => redis.kill(),
                (None, _) => {}
            }
        });
        tokio::time::sleep(Duration::from_millis(random.random_range(50..500))).await;
        world.shop.start(victim).await;
        if let Some(redis) = redis {
            tokio::task::block_in_place(|| redis.start().expect("it starts"));
        }
    }
}
