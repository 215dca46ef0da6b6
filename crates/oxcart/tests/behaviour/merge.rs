//! Logging in with a session: its cart and its orders become the account's.

use crate::support::{World, add, builder, each, id, place};
use serde_json::{Value, json};
use testkit::Client;

/// `(product, quantity)` of each line.
async fn lines(caller: &Client) -> Vec<(i64, i64)> {
    let items = caller.get("/cart/items/").await.expect(200).json();
    let line = |line: &Value| (id(&line["product"]), line["quantity"].as_i64().expect("a quantity"));
    items.as_array().expect("a list").iter().map(line).collect()
}

#[tokio::test]
async fn logging_in_brings_the_cart_of_the_session() {
    let world = World::open().await;
    let (mug, pan) = (world.product("Mug", "2.50", 10).await, world.product("Pan", "1.00", 10).await);
    let ann = world.shop.register("ann@example.com").await;
    let browser = world.shop.client();
    add(&browser, mug, 2).await.expect(201);
    add(&browser, pan, 1).await.expect(201);
    let here = world.shop.log_in(&browser, &ann.email, &ann.password).await;
    assert_eq!(lines(&here).await, [(mug, 2), (pan, 1)]);
    assert_eq!(lines(&ann).await, [(mug, 2), (pan, 1)], "it is the account's, wherever it logs in");
    assert_eq!(lines(&browser).await, [], "the session has it no more");
}

#[tokio::test]
async fn quantities_of_both_carts_add_up_and_no_line_is_lost() {
    let world = World::open().await;
    let [mug, pan, pot] =
        [world.product("Mug", "1", 9).await, world.product("Pan", "1", 9).await, world.product("Pot", "1", 9).await];
    let ann = world.shop.register("ann@example.com").await;
    add(&ann, mug, 2).await.expect(201);
    add(&ann, pan, 1).await.expect(201);
    let browser = world.shop.client();
    add(&browser, pan, 3).await.expect(201);
    add(&browser, pot, 5).await.expect(201);
    let here = world.shop.log_in(&browser, &ann.email, &ann.password).await;
    assert_eq!(lines(&here).await, [(mug, 2), (pan, 4), (pot, 5)]);
    world.shop.log_in(&browser, &ann.email, &ann.password).await;
    assert_eq!(lines(&ann).await, [(mug, 2), (pan, 4), (pot, 5)], "a second login must not add again");
}

#[tokio::test]
async fn what_two_carts_hold_beyond_the_stock_is_told_when_ordering() {
    let world = World::open().await;
    let mug = world.product("Mug", "1", 3).await;
    let ann = world.shop.register("ann@example.com").await;
    let browser = world.shop.client();
    add(&ann, mug, 2).await.expect(201);
    add(&browser, mug, 2).await.expect(201);
    world.shop.log_in(&browser, &ann.email, &ann.password).await;
    assert_eq!(lines(&ann).await, [(mug, 4)]);
    let short = ann.post("/order/place_order/", ()).await.expect(409).json();
    assert_eq!((&short["items"][0]["requested"], &short["items"][0]["available"]), (&json!(4), &json!(3)));
}

#[tokio::test]
async fn a_merged_line_stops_at_the_limit() {
    let world = World::of(builder().env("OXCART_MAX_LINE_QUANTITY", "5")).await;
    let mug = world.product("Mug", "1", 100).await;
    let ann = world.shop.register("ann@example.com").await;
    let browser = world.shop.client();
    add(&ann, mug, 4).await.expect(201);
    add(&browser, mug, 3).await.expect(201);
    world.shop.log_in(&browser, &ann.email, &ann.password).await;
    assert_eq!(lines(&ann).await, [(mug, 5)]);
}

#[tokio::test]
async fn orders_of_the_session_become_the_account_s() {
    let world = World::open().await;
    let mug = world.product("Mug", "1", 9).await;
    let browser = world.shop.client();
    add(&browser, mug, 1).await.expect(201);
    let order = place(&browser).await;
    let path = format!("/order/{}/", id(&order));
    assert_eq!(order["user"], Value::Null);
    let ann = world.shop.register("ann@example.com").await;
    ann.get(&path).await.expect(404);
    let here = world.shop.log_in(&browser, &ann.email, &ann.password).await;
    for caller in [&ann, &here] {
        assert_eq!(caller.get(&path).await.expect(200).json()["id"], order["id"]);
        assert_eq!(each(&caller.get("/order/").await.expect(200).json(), "id"), [&order["id"]]);
    }
    browser.get(&path).await.expect(404);
    ann.post(&format!("{path}cancel/"), ()).await.expect(200);
    world.books_add_up();
}

#[tokio::test]
async fn a_login_that_fails_leaves_the_session_its_cart() {
    let world = World::open().await;
    let mug = world.product("Mug", "1", 9).await;
    let ann = world.shop.register("ann@example.com").await;
    let browser = world.shop.client();
    add(&browser, mug, 2).await.expect(201);
    browser.post("/api/token/", json!({"email": ann.email, "password": "wrong"})).await.expect(401);
    assert_eq!(lines(&browser).await, [(mug, 2)]);
    assert_eq!(lines(&ann).await, []);
}

#[tokio::test]
async fn a_login_never_fails_because_of_the_cart() {
    let world = World::open().await;
    let [mug, pan] = [world.product("Mug", "1", 9).await, world.product("Pan", "1", 9).await];
    let ann = world.shop.register("ann@example.com").await;
    let strange = ["", "x", "abcdefghijklmnopqrstuvwxyz234567", "' OR 1=1 --", "%00%ff"];
    for key in strange {
        let browser = world.shop.client();
        browser.set_cookie("sessionid", key);
        world.shop.log_in(&browser, &ann.email, &ann.password).await;
    }
    let browser = world.shop.client();
    add(&browser, mug, 2).await.expect(201);
    add(&browser, pan, 1).await.expect(201);
    world.staff.delete(&format!("/products/{mug}/")).await.expect(204);
    world.staff.patch(&format!("/products/{pan}/"), json!({"stock": 0})).await.expect(200);
    world.shop.log_in(&browser, &ann.email, &ann.password).await;
    assert_eq!(lines(&ann).await, [(pan, 1)], "what is sold out stays in the cart, what is gone does not");
}
