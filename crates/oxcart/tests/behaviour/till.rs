//! Who puts something into a cart or orders is taken at their word first and looked after in the same transaction: it
//! must not show, on three instances where the database can be shared.

use crate::support::{World, add, builder};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Client, Person};
use tokio::task::JoinSet;

const ROUNDS: usize = 6;
/// In which every instance looks whether others have written.
const LOOK: Duration = Duration::from_millis(700);

async fn open() -> World {
    World::of(builder().instances(3)).await
}

/// A shop of which every instance writes all the time.
async fn busy() -> (World, JoinSet<()>) {
    let world = World::of(builder().instances(3).env("OXCART_MAX_LINE_QUANTITY", "1000000")).await;
    let tea = world.product("Tea", "1.00", 1_000_000).await;
    let mut writing: JoinSet<()> = JoinSet::new();
    for client in everywhere(&world, &world.shop.client()) {
        writing.spawn(async move {
            loop {
                // Their line is new only once.
                let added = add(&client, tea, 1).await;
                assert!(added.status < 300, "{added}");
            }
        });
    }
    (world, writing)
}

/// A client for each instance.
fn everywhere(world: &World, client: &Client) -> Vec<Client> {
    (0..world.shop.instances()).map(|number| client.at(&world.shop.url_of(number))).collect()
}

/// Somebody with one mug in the cart, whom every instance has just let in.
async fn shopper(world: &World, mug: i64) -> (Person, Vec<Client>) {
    let ann = world.shop.customer().await;
    add(&ann, mug, 1).await.expect(201);
    let clients = everywhere(world, &ann);
    for client in &clients {
        client.get("/user/profile/").await.expect(200);
    }
    (ann, clients)
}

/// Orders there are, and units of a product in carts.
fn state(world: &World, product: i64) -> (usize, Vec<Option<String>>) {
    let units = format!("SELECT CAST(quantity AS text) FROM cart_lines WHERE product_id = {product} ORDER BY id");
    let units = world.shop.look(&units);
    (world.shop.look("SELECT CAST(id AS text) FROM orders").len(), units)
}

/// Operators are alarmed by orders that fail: one that was tried once more, or refused to somebody, has not.
async fn no_order_failed(world: &World) {
    for number in 0..world.shop.instances() {
        let figures = world.shop.client_of(number).get("/metrics").await.expect(200).text();
        assert!(!figures.contains("reason=\"failure\""), "instance {number} tells of an order that failed");
    }
}

/// Logins end on one instance and are tried on every one.
async fn ended_logins_do_nothing(world: &World) {
    let mug = world.product("Mug", "1.00", 50).await;
    for round in 0..ROUNDS {
        let (ann, clients) = shopper(world, mug).await;
        let before = state(world, mug);
        let ending = &clients[round % clients.len()];
        ending.post("/api/token/blacklist/", json!({"refresh": ann.refresh})).await.expect(200);
        // Each way first once on every instance: whoever was refused is not remembered any more.
        for way in 0..clients.len() {
            let client = &clients[(way + round) % clients.len()];
            let refused = match way {
                0 => add(client, mug, 1).await,
                1 => client.post("/order/place_order/", ()).await,
                _ => client.post("/cart/add/", json!({"product_id": "none"})).await,
            };
            assert_eq!(refused.expect(401).json()["code"], "token_not_valid", "in round {round}");
        }
        for client in &clients {
            add(client, mug, 1).await.expect(401);
            client.post("/order/place_order/", ()).await.expect(401);
            client.post("/order/place_order/", json!({"contact": 7})).await.expect(401);
        }
        assert_eq!(state(world, mug), before, "in round {round}");
    }
    no_order_failed(world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_has_ended_on_another_instance_changes_no_cart_and_orders_nothing() {
    ended_logins_do_nothing(&open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_does_it_while_every_instance_writes_all_the_time() {
    let (world, mut writing) = busy().await;
    ended_logins_do_nothing(&world).await;
    assert!(writing.try_join_next().is_none(), "somebody stopped writing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_told_to_the_address_that_the_account_has_now() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    for round in 0..ROUNDS {
        let (_, clients) = shopper(&world, mug).await;
        let email = format!("moved-{round}@example.com");
        let profile = json!({"email": email});
        clients[round % clients.len()].patch("/user/profile/", profile).await.expect(200);
        let order = clients[(round + 1) % clients.len()].post("/order/place_order/", ()).await.expect(201).json();
        let shown: Value = world.staff.get(&format!("/order/{}/", order["order"]["id"])).await.expect(200).json();
        assert_eq!(shown["contact"]["email"], json!(email), "in round {round}");
    }
    no_order_failed(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_into_a_cart_has_the_price_that_another_instance_has_just_set() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 1_000).await;
    let (staff, shoppers) = (everywhere(&world, &world.staff), everywhere(&world, &world.shop.client()));
    for round in 0..ROUNDS {
        let shopper = &shoppers[(round + 1) % shoppers.len()];
        // Once its instance has read of all that was before, it remembers the product.
        for _ in 0..2 {
            tokio::time::sleep(LOOK).await;
            add(shopper, mug, 1).await;
        }
        let price = format!("{}.00", round + 2);
        let change = json!({"price": price});
        staff[round % staff.len()].patch(&format!("/products/{mug}/"), change).await.expect(200);
        if round % 2 == 0 {
            // It finds out that others have written, and expects it from then on. The cart that is read is empty, so it
            // does not see the product.
            staff[(round + 1) % staff.len()].get("/cart/").await.expect(200);
        }
        let line = add(shopper, mug, 1).await.json();
        assert_eq!(line["product"]["price"], json!(price), "in round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_has_ended_on_another_instance_orders_nothing_and_begins_anew() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    for round in 0..ROUNDS {
        let browser = world.shop.client_of(round % world.shop.instances());
        add(&browser, mug, 1).await.expect(201);
        let key = browser.cookie("sessionid").expect("a session");
        let others = everywhere(&world, &world.shop.client());
        for other in &others {
            other.set_cookie("sessionid", &key);
            assert_eq!(other.get("/cart/").await.expect(200).json()["item_count"], 1);
        }
        let ann = world.shop.customer().await;
        let ann = world.shop.log_in(&browser, &ann.email, &ann.password).await;
        let orders = state(&world, mug).0;
        let ordering = &others[(round + 1) % others.len()];
        assert_eq!(ordering.post("/order/place_order/", ()).await.expect(400).json()["error"], "Cart is empty");
        assert_eq!(state(&world, mug).0, orders, "in round {round}");
        let shopping = &others[(round + 2) % others.len()];
        add(shopping, mug, 1).await.expect(201);
        assert_ne!(shopping.cookie("sessionid"), Some(key), "the session that ended goes on");
        assert_eq!(ann.get("/cart/").await.expect(200).json()["item_count"], 1, "in round {round}");
    }
}
