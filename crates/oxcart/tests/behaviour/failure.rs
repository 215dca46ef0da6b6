//! What lies under the shop fails: the database is away, hangs or is busy, what instances share forgets everything.
//! The shop says so in time, answers rightly, and goes on by itself. Each test runs servers of its own; on SQLite,
//! where nothing can be away, the file is held by somebody else instead.

use crate::support::{World, add, ask, builder, each, id, place, together};

use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use testkit::servers::sqlite::Connection;
use testkit::servers::{Durability, Postgres, Redis};
use testkit::{Answer, Client, Setup};

/// How long the shop may take to notice that everything is well again.
const RECOVERY: Duration = Duration::from_secs(10);

fn on_sqlite() -> bool {
    Setup::from_env() == Setup::Sqlite
}

/// A PostgreSQL of the test's own and a shop with one product on it.
async fn on_own_postgres() -> (Postgres, World, i64) {
    let postgres = Postgres::launch(Durability::Off).expect("a PostgreSQL");
    let world = World::of(builder().postgres(&postgres.url("postgres"))).await;
    let mug = world.product("Mug", "1.00", 100).await;
    (postgres, world, mug)
}

/// An answer and how long it took.
async fn timed(caller: &Client, method: &str, path: &str) -> (Answer, Duration) {
    let began = Instant::now();
    (ask(caller, method, path, ()).await, began.elapsed())
}

/// Fails unless the shop says that the database is away: alive at once, unready within a second, and every other
/// route a 503 that explains itself within two.
async fn says_the_database_is_away(world: &World, when: &str) {
    let client = world.shop.client();
    let (alive, took) = timed(&client, "GET", "/livez").await;
    assert!(alive.status == 200 && took < Duration::from_millis(500), "{when}, after {took:?}: {alive}");
    let (ready, took) = timed(&client, "GET", "/readyz").await;
    assert!(ready.status == 503 && took < Duration::from_secs(1), "{when}, after {took:?}: {ready}");
    assert_eq!(ready.json()["database"], false, "{ready}");
    for (caller, method, path) in [
        (&client, "GET", "/products/"),
        (&world.staff.client, "GET", "/user/profile/"),
        (&world.staff.client, "POST", "/order/place_order/"),
        (&world.staff.client, "DELETE", "/cart/"),
    ] {
        let (answer, took) = timed(caller, method, path).await;
        assert!(answer.status == 503 && took < Duration::from_secs(2), "{when}, after {took:?}: {answer}");
        assert!(answer.json()["detail"].is_string(), "{when}: a 503 without a reason: {answer}");
        assert!(answer.header("retry-after").is_some(), "{when}: no Retry-After: {answer}");
    }
    client.get("/metrics").await.expect(200);
    client.get("/api/schema/").await.expect(200);
}

/// Waits until the shop serves again, without anybody touching it.
async fn serves_again(world: &World, product: i64) {
    let deadline = Instant::now() + RECOVERY;
    while world.shop.client().get("/readyz").await.status != 200 {
        assert!(Instant::now() < deadline, "not ready {RECOVERY:?} after the database was back:\n{}", world.shop.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let browser = world.shop.client();
    add(&browser, product, 1).await.expect(201);
    place(&browser).await;
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_stopped_the_shop_says_so_and_comes_back_by_itself() {
    if on_sqlite() {
        return writes_wait_for_a_short_lock_and_give_up_on_a_long_one().await;
    }
    let (postgres, world, mug) = on_own_postgres().await;
    postgres.stop().expect("it stops");
    says_the_database_is_away(&world, "stopped").await;
    postgres.start().expect("it starts");
    serves_again(&world, mug).await;
    postgres.kill();
    says_the_database_is_away(&world, "killed").await;
    postgres.start().expect("it starts");
    serves_again(&world, mug).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_hangs_nobody_waits_with_it() {
    if on_sqlite() {
        return a_long_read_of_the_file_is_in_nobody_s_way().await;
    }
    let (postgres, world, mug) = on_own_postgres().await;
    world.shop.client().get("/products/").await.expect(200);
    postgres.pause().expect("it pauses");
    says_the_database_is_away(&world, "paused, at first").await;
    says_the_database_is_away(&world, "paused, later").await;
    postgres.resume();
    serves_again(&world, mug).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_its_door_is_not_stormed_by_everybody_who_asks() {
    if on_sqlite() {
        return a_long_read_of_the_file_is_in_nobody_s_way().await;
    }
    let (postgres, world, mug) = on_own_postgres().await;
    postgres.stop().expect("it stops");
    // Somebody who takes connections and says nothing, as a server does that is too busy to answer.
    let door = tokio::net::TcpListener::bind(("127.0.0.1", postgres.port())).await.expect("its port is free");
    says_the_database_is_away(&world, "stopped").await;
    let knocks = tokio::spawn(async move {
        let mut guests = vec![];
        let _ = tokio::time::timeout(Duration::from_secs(2), async {
            loop {
                guests.push(door.accept().await);
            }
        })
        .await;
        guests.len()
    });
    let client = world.shop.client();
    for _ in 0..300 {
        client.get(&format!("/order/{mug}/")).await;
        add(&client, mug, 1).await.expect(503);
    }
    let knocks = knocks.await.expect("it counts");
    assert!(knocks < 30, "600 requests knocked {knocks} times; the watchdog knocks a few times a second");
    postgres.start().expect("it starts");
    serves_again(&world, mug).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_started_before_its_database_serves_once_that_is_there() {
    if on_sqlite() {
        let shop = builder().start().await;
        assert!(std::path::Path::new(shop.database_url()).exists(), "a missing file is made");
        return;
    }
    let (postgres, world, mug) = on_own_postgres().await;
    world.shop.stop(0);
    postgres.stop().expect("it stops");
    world.shop.start_unready(0);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    postgres.start().expect("it starts");
    let deadline = Instant::now() + Duration::from_secs(20);
    let client = world.shop.client();
    loop {
        let ready = client.try_send("GET".parse().expect("a method"), "/readyz", ()).await;
        if ready.is_ok_and(|answer| answer.status == 200) {
            break;
        }
        assert!(Instant::now() < deadline, "it never became ready:\n{}", world.shop.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    serves_again(&world, mug).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_under_way_when_the_database_dies_is_whole_or_not_there_and_a_confirmed_one_is_there() {
    // What is confirmed is only kept by a server that waits for its disk.
    let postgres = (!on_sqlite()).then(|| Postgres::launch(Durability::Full).expect("a PostgreSQL"));
    let world = match &postgres {
        Some(postgres) => World::of(builder().postgres(&postgres.url("postgres"))).await,
        None => World::open().await,
    };
    let mug = world.product("Mug", "1.00", 100_000).await;
    let (url, over) = (world.shop.url(), Arc::new(AtomicBool::new(false)));
    let buyers = tokio::spawn(together(8, {
        let over = Arc::clone(&over);
        move |_| keep_buying(Client::new(&url), mug, Arc::clone(&over))
    }));
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        match &postgres {
            Some(postgres) => {
                postgres.kill();
                postgres.start().expect("it starts");
            }
            None => {
                world.shop.kill(0);
                world.shop.start(0).await;
            }
        }
    }
    tokio::time::sleep(Duration::from_millis(400)).await;
    over.store(true, Ordering::Relaxed);
    let confirmed: Vec<_> = buyers.await.expect("the buyers end").into_iter().flatten().collect();
    assert!(confirmed.len() > 10, "only {} orders: nothing was under way", confirmed.len());
    serves_again(&world, mug).await;
    let kept = world.shop.look("SELECT CAST(id AS text) FROM orders");
    let lost: Vec<_> = confirmed.iter().filter(|order| !kept.contains(&Some(order.to_string()))).collect();
    assert!(lost.is_empty(), "confirmed and lost: {lost:?}");
}

/// Buys one after the other until it is over, whatever happens; returns the ids of the confirmed orders.
async fn keep_buying(buyer: Client, product: i64, over: Arc<AtomicBool>) -> Vec<i64> {
    let mut confirmed = vec![];
    while !over.load(Ordering::Relaxed) {
        let post = || "POST".parse().expect("a method");
        let _ = buyer.try_send(post(), "/cart/add/", json!({"product_id": product})).await;
        match buyer.try_send(post(), "/order/place_order/", ()).await {
            Ok(answer) if answer.status == 201 => confirmed.push(id(&answer.json()["order"])),
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    confirmed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_shared_may_forget_everything_at_any_moment() {
    let redis = Setup::from_env().has_redis().then(|| Redis::launch().expect("a Redis"));
    let world = match &redis {
        Some(redis) => World::of(builder().redis(&redis.url())).await,
        None => World::open().await,
    };
    let mug = world.product("Mug", "1.00", 100).await;
    let browser = world.shop.client();
    // Without a Redis it is the memory of the process that forgets.
    let forget = async || match &redis {
        Some(redis) => redis.flush().expect("it forgets"),
        None => world.shop.restart(0).await,
    };
    for round in 1..=5 {
        add(&browser, mug, 1).await.expect(if round == 1 { 201 } else { 200 });
        forget().await;
        assert_eq!(each(&browser.get("/cart/items/").await.expect(200).json(), "quantity"), [round]);
        forget().await;
    }
    let ann = world.shop.customer().await;
    let here = world.shop.log_in(&browser, &ann.email, &ann.password).await;
    forget().await;
    assert_eq!(place(&here).await["total"], "5.00");
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_everything_still_works() {
    let redis = Setup::from_env().has_redis().then(|| Redis::launch().expect("a Redis"));
    let world = match &redis {
        Some(redis) => World::of(builder().redis(&redis.url())).await,
        None => World::open().await,
    };
    let mug = world.product("Mug", "1.00", 100).await;
    let path = format!("/products/{mug}/");
    let breaks: [fn(&Redis); 4] = [
        |redis| redis.stop().expect("it stops"),
        |redis| redis.start().expect("it starts"),
        |redis| redis.pause().expect("it pauses"),
        Redis::resume,
    ];
    for (round, change) in (2..).zip(breaks) {
        if let Some(redis) = &redis {
            change(redis);
        }
        let ready = world.shop.client().get("/readyz").await.expect(200).json();
        assert_eq!(ready["redis"].is_null(), redis.is_none(), "{ready}");
        let browser = world.shop.client();
        add(&browser, mug, 1).await.expect(201);
        world.staff.patch(&path, json!({"price": format!("{round}.00")})).await.expect(200);
        let (cart, took) = timed(&browser, "GET", "/cart/").await;
        assert_eq!(cart.expect(200).json()["total"], format!("{round}.00"), "an old cart in round {round}");
        assert!(took < Duration::from_secs(1), "the cart took {took:?} in round {round}");
        let wrong = json!({"email": world.staff.email, "password": "wrong"});
        browser.post("/api/token/", wrong).await.expect(401);
        place(&browser).await;
    }
    // The book-keeping looks at Redis too, so it is back by now.
    tokio::time::sleep(Duration::from_millis(600)).await;
    world.books_add_up();
}

/// SQLite: somebody else writes to the file.
async fn writes_wait_for_a_short_lock_and_give_up_on_a_long_one() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 100).await;
    let file = Connection::open(world.shop.database_url()).expect("the file opens");
    let browser = world.shop.client();

    file.execute_batch("BEGIN IMMEDIATE").expect("it locks");
    let waiting = tokio::spawn({
        let browser = browser.clone();
        async move { add(&browser, mug, 1).await }
    });
    tokio::time::sleep(Duration::from_millis(700)).await;
    for path in ["/livez", "/readyz", "/products/"] {
        let (answer, took) = timed(&world.shop.client(), "GET", path).await;
        assert!(answer.status == 200 && took < Duration::from_secs(1), "reading waits for a writer: {took:?} {answer}");
    }
    file.execute_batch("COMMIT").expect("it unlocks");
    waiting.await.expect("it ends").expect(201);

    file.execute_batch("BEGIN IMMEDIATE").expect("it locks");
    let (refused, took) = timed(&browser, "POST", "/order/place_order/").await;
    assert!(refused.status == 503 && took < Duration::from_secs(10), "after {took:?}: {refused}");
    assert!(refused.header("retry-after").is_some() && refused.json()["detail"].is_string(), "{refused}");
    file.execute_batch("COMMIT").expect("it unlocks");
    place(&browser).await;
    serves_again(&world, mug).await;
}

/// SQLite: somebody reads for a long time, a backup for instance.
async fn a_long_read_of_the_file_is_in_nobody_s_way() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 100).await;
    let file = Connection::open(world.shop.database_url()).expect("the file opens");
    file.execute_batch("BEGIN; SELECT count(*) FROM products;").expect("it reads");
    serves_again(&world, mug).await;
    file.execute_batch("COMMIT").expect("it ends");
}
