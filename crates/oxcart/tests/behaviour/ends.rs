//! The end of a login, on three instances where the database can be shared: of many refreshes at once one counts, and
//! whatever ends a login ends it everywhere within a second.

use crate::support::{World, add, all_among, builder, count, together};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use testkit::servers::{database, sqlite};
use testkit::{Answer, Client, Person, Setup};

const OTHER: &str = "two Loud-Oxen pull 9 carts";
/// What is promised, and what the test's own requests take on a busy machine.
const SOON: Duration = Duration::from_millis(1_000 + 300);

async fn open() -> World {
    World::of(builder().instances(3)).await
}

async fn refresh(client: &Client, token: &Value) -> Answer {
    client.post("/api/token/refresh/", json!({"refresh": token})).await
}

/// Keeps everybody from using refresh tokens up until `time` is over.
fn hold_tokens(world: &World, time: Duration) -> std::thread::JoinHandle<()> {
    let (url, setup) = (world.shop.database_url().to_owned(), world.shop.setup());
    let (held, holds) = std::sync::mpsc::channel();
    let holder = std::thread::spawn(move || {
        if setup == Setup::Sqlite {
            let connection = sqlite::Connection::open(Path::new(&url)).expect("the file opens");
            connection.busy_timeout(Duration::from_secs(5)).expect("it waits");
            connection.execute_batch("BEGIN IMMEDIATE").expect("it is held");
            held.send(()).expect("somebody waits");
            std::thread::sleep(time);
            connection.execute_batch("ROLLBACK").expect("it is let go");
        } else {
            held.send(()).expect("somebody waits");
            let sql = format!(
                "BEGIN; LOCK TABLE refresh_tokens IN EXCLUSIVE MODE; SELECT pg_sleep({}); COMMIT",
                time.as_secs_f64()
            );
            database::execute(&url, &sql).expect("it is held");
        }
    });
    holds.recv().expect("it holds");
    std::thread::sleep(Duration::from_millis(100));
    holder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_refreshes_under_way_at_once_one_wins_and_the_family_lives_on() {
    let world = open().await;
    let ann = world.shop.customer().await;
    let holder = hold_tokens(&world, Duration::from_secs(1));
    let answers = together(50, |number| {
        let client = world.shop.client_of(number % world.shop.instances());
        let token = json!(ann.refresh);
        async move { refresh(&client, &token).await }
    })
    .await;
    holder.join().expect("the holder ends");
    all_among(&answers, &[200, 401]);
    assert_eq!(count(&answers, 200), 1, "one of fifty wins");
    let pair = answers.iter().find(|answer| answer.status == 200).expect("the winner").json();
    for number in 0..world.shop.instances() {
        let access = pair["access"].as_str().expect("a token");
        world.shop.client_of(number).with_token(access).get("/user/profile/").await.expect(200);
    }
    let next = refresh(&world.shop.client(), &pair["refresh"]).await.expect(200).json();
    // One that comes when all is over is no twin.
    refresh(&world.shop.client(), &json!(ann.refresh)).await.expect(401);
    refresh(&world.shop.client(), &next["refresh"]).await.expect(401);
    assert_eq!(living(&world, &ann), 0, "a replayed token ends the family");
}

/// Token families of an account that live.
fn living(world: &World, person: &Person) -> usize {
    let sql = format!(
        "SELECT f.id FROM token_families f JOIN users u ON u.id = f.user_id \
         WHERE u.email = '{}' AND f.revoked_at IS NULL",
        person.email
    );
    world.shop.look(&sql).len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_refreshes_at_any_time_at_most_one_login_is_left() {
    let world = open().await;
    for round in 0..3 {
        let ann = world.shop.customer().await;
        let answers = together(50, |number| {
            let client = world.shop.client_of(number % world.shop.instances());
            let token = json!(ann.refresh);
            async move { refresh(&client, &token).await }
        })
        .await;
        all_among(&answers, &[200, 401]);
        assert_eq!(count(&answers, 200), 1, "in round {round}");
        let left = living(&world, &ann);
        assert!(left <= 1, "in round {round} {left} families live");
        let pair = answers.iter().find(|answer| answer.status == 200).expect("the winner").json();
        let expected = if left == 1 { 200 } else { 401 };
        refresh(&world.shop.client(), &pair["refresh"]).await.expect(expected);
    }
}

/// Fails unless a login that just lived is refused on every instance within a second.
async fn ends_everywhere(world: &World, person: &Person, why: &str) {
    let began = Instant::now();
    for number in 0..world.shop.instances() {
        let there = person.at(&world.shop.url_of(number));
        while there.get("/user/profile/").await.status != 401 {
            assert!(began.elapsed() < SOON, "instance {number} lets them in {:?} after {why}", began.elapsed());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        there.get("/cart/").await.expect(401);
    }
    assert!(began.elapsed() < SOON, "it took {:?} after {why}", began.elapsed());
    refresh(&world.shop.client(), &json!(person.refresh)).await.expect(401);
}

/// Somebody whom every instance has just let in.
async fn welcome_everywhere(world: &World) -> Person {
    let person = world.shop.customer().await;
    for number in 0..world.shop.instances() {
        person.at(&world.shop.url_of(number)).get("/user/profile/").await.expect(200);
    }
    person
}

#[tokio::test]
async fn whatever_ends_a_login_ends_it_on_every_instance_within_a_second() {
    let world = open().await;
    let last = world.shop.client_of(world.shop.instances() - 1);

    let ann = welcome_everywhere(&world).await;
    last.post("/api/token/blacklist/", json!({"refresh": ann.refresh})).await.expect(200);
    ends_everywhere(&world, &ann, "logging out").await;

    let bob = welcome_everywhere(&world).await;
    let change = json!({"old_password": bob.password, "new_password": OTHER});
    bob.at(last.base()).post("/user/change_password/", change).await.expect(200);
    ends_everywhere(&world, &bob, "a new password").await;

    let eve = welcome_everywhere(&world).await;
    refresh(&last, &json!(eve.refresh)).await.expect(200);
    refresh(&last, &json!(eve.refresh)).await.expect(401);
    ends_everywhere(&world, &eve, "a replayed refresh token").await;

    // By hand, in the database: no instance is told.
    let dan = welcome_everywhere(&world).await;
    world.shop.plant(&format!("UPDATE users SET is_active = FALSE WHERE email = '{}'", dan.email));
    ends_everywhere(&world, &dan, "a deactivation").await;

    let staff = world.shop.staff().await;
    for number in 0..world.shop.instances() {
        staff.at(&world.shop.url_of(number)).get("/user/profile/").await.expect(200);
    }
    world.shop.plant(&format!("UPDATE users SET is_staff = FALSE WHERE email = '{}'", staff.email));
    tokio::time::sleep(SOON).await;
    for number in 0..world.shop.instances() {
        let there = staff.at(&world.shop.url_of(number));
        there.post("/categories/", json!({"name": "Mine"})).await.expect(403);
    }
}

#[tokio::test]
async fn a_session_that_somebody_else_knows_is_worth_nothing_after_the_login() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    // The attacker's own session, foisted on the victim's browser.
    let attacker = world.shop.client();
    add(&attacker, mug, 1).await.expect(201);
    let foisted = attacker.cookie("sessionid").expect("a session");
    let victim = world.shop.client();
    victim.set_cookie("sessionid", &foisted);
    add(&victim, mug, 2).await.expect(200);
    let order = victim.post("/order/place_order/", ()).await.expect(201).json()["order"]["id"].clone();
    add(&victim, mug, 3).await.expect(201);
    let ann = world.shop.register("ann@example.com").await;
    let ann = world.shop.log_in(&victim, &ann.email, &ann.password).await;
    assert_eq!(ann.get("/cart/").await.expect(200).json()["item_count"], 3);

    assert_eq!(attacker.get("/cart/").await.expect(200).json()["item_count"], 0);
    attacker.get(&format!("/order/{order}/")).await.expect(404);
    attacker.post(&format!("/order/{order}/cancel/"), ()).await.expect(404);
    assert_eq!(attacker.get("/order/").await.expect(200).json()["count"], 0);
    attacker.post("/ws/ticket/", ()).await.expect(401);
    // What comes with a key nobody gave out is never taken up: there is a new one.
    add(&attacker, mug, 1).await.expect(201);
    let renewed = attacker.cookie("sessionid").expect("a session");
    assert_ne!(renewed, foisted, "a session that ended began again under its old key");
    assert_eq!(ann.get("/cart/").await.expect(200).json()["item_count"], 3);
    let made_up = world.shop.client();
    made_up.set_cookie("sessionid", "abcdefghijklmnopqrstuvwxyz234567");
    add(&made_up, mug, 1).await.expect(201);
    assert_ne!(made_up.cookie("sessionid").as_deref(), Some("abcdefghijklmnopqrstuvwxyz234567"));
}

/// A browser with this session for each instance.
fn everywhere(world: &World, key: &str) -> Vec<Client> {
    let on = |number| {
        let browser = world.shop.client_of(number);
        browser.set_cookie("sessionid", key);
        browser
    };
    (0..world.shop.instances()).map(on).collect()
}

#[tokio::test]
async fn a_login_ends_its_session_on_every_instance_at_once() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let ann = world.shop.register("ann@example.com").await;
    for turn in 0..6 {
        let browser = world.shop.client_of(turn % world.shop.instances());
        add(&browser, mug, 1).await.expect(201);
        let key = browser.cookie("sessionid").expect("a session");
        let others = everywhere(&world, &key);
        for other in others.iter().chain(&others) {
            assert_eq!(other.get("/cart/").await.expect(200).json()["item_count"], 1, "every instance knows it");
        }
        world.shop.log_in(&browser, &ann.email, &ann.password).await;
        for other in &others {
            assert_eq!(other.get("/cart/").await.expect(200).json()["item_count"], 0);
            other.post("/ws/ticket/", ()).await.expect(401);
        }
    }
}

#[tokio::test]
async fn a_session_prolonged_in_its_last_second_goes_on_on_every_instance() {
    let world = World::of(builder().instances(3).env("OXCART_SESSION_LIFETIME", "3s")).await;
    let mug = world.product("Mug", "1.00", 50).await;
    let browser = world.shop.client_of(0);
    add(&browser, mug, 1).await.expect(201);
    let began = Instant::now();
    let key = browser.cookie("sessionid").expect("a session");
    let others = everywhere(&world, &key);
    let until = |millis| tokio::time::sleep(Duration::from_millis(millis).saturating_sub(began.elapsed()));
    until(2_400).await;
    for other in &others {
        assert_eq!(other.get("/cart/").await.expect(200).json()["item_count"], 1, "every instance knows when it ends");
    }
    add(&browser, mug, 1).await.expect(200);
    until(3_100).await;
    for other in &others {
        assert_eq!(other.get("/cart/").await.expect(200).json()["item_count"], 2, "the cart is gone");
    }
}
