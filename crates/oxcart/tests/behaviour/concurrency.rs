//! The heart: many callers at once, and the books are right afterwards. On PostgreSQL two instances share the load.

use crate::support::{World, add, all_among, builder, count, each, together};
use serde_json::json;
use testkit::{Client, Setup};

/// A shop, of two instances where the database is shared.
async fn open() -> World {
    let instances = if Setup::from_env().has_postgres() { 2 } else { 1 };
    World::of(builder().instances(instances)).await
}

/// `many` anonymous callers, spread over the instances, each with a cart of its own.
fn callers(world: &World, many: usize) -> Vec<Client> {
    (0..many).map(|number| world.shop.client_of(number % world.shop.instances())).collect()
}

/// All callers order at once.
async fn all_order(callers: &[Client]) -> Vec<testkit::Answer> {
    let callers = callers.to_vec();
    together(callers.len(), |number| {
        let caller = callers[number].clone();
        async move { caller.post("/order/place_order/", ()).await }
    })
    .await
}

#[tokio::test]
async fn two_hundred_buyers_of_fifty_units_get_fifty_orders() {
    let world = open().await;
    let product = world.product("Last lamps", "5.00", 50).await;
    let buyers = callers(&world, 200);
    for buyer in &buyers {
        add(buyer, product, 1).await.expect(201);
    }
    let answers = all_order(&buyers).await;
    all_among(&answers, &[201, 409]);
    assert_eq!(count(&answers, 201), 50, "sold another number than there was");
    assert_eq!(world.stock(product).await, 0);
    let orders = world.staff.get("/order/?page_size=1").await.expect(200).json();
    assert_eq!(orders["count"], 50, "there are other orders than those that were answered");
    world.books_add_up();
}

#[tokio::test]
async fn carts_that_share_products_in_opposite_order_never_block_each_other() {
    let world = open().await;
    let pair = [world.product("Cup", "2.00", 500).await, world.product("Saucer", "1.00", 500).await];
    let buyers = callers(&world, 60);
    for (number, buyer) in buyers.iter().enumerate() {
        for at in [number % 2, 1 - number % 2] {
            add(buyer, pair[at], 1).await.expect(201);
        }
    }
    let answers = all_order(&buyers).await;
    all_among(&answers, &[201]);
    for product in pair {
        assert_eq!(world.stock(product).await, 440);
    }
    world.books_add_up();
}

#[tokio::test]
async fn sixty_four_orders_of_one_cart_are_one_order() {
    let world = open().await;
    let product = world.product("Kettle", "58.00", 500).await;
    let buyer = world.shop.register("ann@example.com").await;
    add(&buyer, product, 3).await.expect(201);
    let twins: Vec<_> = callers(&world, 64).into_iter().map(|caller| caller.with_token(&buyer.access)).collect();
    let answers = all_order(&twins).await;
    all_among(&answers, &[201, 400]);
    assert_eq!(count(&answers, 201), 1, "one cart became several orders");
    for refused in answers.iter().filter(|answer| answer.status == 400) {
        assert_eq!(refused.json(), json!({"error": "Cart is empty"}));
    }
    assert_eq!(world.stock(product).await, 497);
    world.books_add_up();
}

#[tokio::test]
async fn units_put_into_one_cart_at_once_are_all_in_it() {
    let world = open().await;
    let product = world.product("Nails", "0.05", 900).await;
    let buyer = world.shop.register("ann@example.com").await;
    let twins: Vec<_> = callers(&world, 40).into_iter().map(|caller| caller.with_token(&buyer.access)).collect();
    let answers = together(twins.len(), |number| {
        let twin = twins[number].clone();
        async move { add(&twin, product, 2).await }
    })
    .await;
    all_among(&answers, &[200, 201]);
    assert_eq!(count(&answers, 201), 1, "several lines were called new");
    let lines = buyer.get("/cart/items/").await.expect(200).json();
    assert_eq!(each(&lines, "quantity"), [&json!(80)], "units were lost or doubled");
}

#[tokio::test]
async fn an_order_cancelled_many_times_at_once_gives_its_stock_back_once() {
    let world = open().await;
    let product = world.product("Rake", "20.00", 10).await;
    let buyer = world.shop.register("ann@example.com").await;
    add(&buyer, product, 4).await.expect(201);
    let order = crate::support::place(&buyer).await;
    assert_eq!(world.stock(product).await, 6);
    let path = format!("/order/{}/cancel/", order["id"]);
    let twins: Vec<_> = callers(&world, 24).into_iter().map(|caller| caller.with_token(&buyer.access)).collect();
    let answers = together(twins.len(), |number| {
        let (twin, path) = (twins[number].clone(), path.clone());
        async move { twin.post(&path, ()).await }
    })
    .await;
    all_among(&answers, &[200]);
    assert_eq!(world.stock(product).await, 10, "the stock came back another number of times than once");
    world.books_add_up();
}

#[tokio::test]
async fn one_session_that_logs_in_many_times_at_once_merges_its_cart_once() {
    let world = open().await;
    let product = world.product("Jar", "4.00", 900).await;
    let ann = world.shop.register("ann@example.com").await;
    let session = world.shop.client();
    add(&session, product, 5).await.expect(201);
    let login = json!({"email": ann.email, "password": ann.password});
    let answers = together(12, |_| {
        let (session, login) = (session.clone(), login.clone());
        async move { session.post("/api/token/", login).await }
    })
    .await;
    all_among(&answers, &[200]);
    let lines = ann.get("/cart/items/").await.expect(200).json();
    assert_eq!(each(&lines, "quantity"), [&json!(5)], "units were lost or doubled");
}
