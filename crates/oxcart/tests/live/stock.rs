//! What is told of the stock, whoever moves it. Products that come, change and go are in `catalogue.rs`.

use crate::support::{World, add, id, place, together};
use crate::ways::{marker, names, polled, told, up_to};
use serde_json::{Value, json};
use testkit::Client;

/// All that was told of a product after `start` and before now.
async fn heard(world: &World, product: i64, start: i64) -> Vec<Value> {
    let mut socket = world.shop.client().socket("/ws/").await;
    socket.subscribe_after(&format!("product:{product}"), start).await;
    let now = marker(world).await;
    up_to(&mut socket, now).await
}

/// The events a stock tells on its way from level to level.
fn way(product: i64, levels: &[(i64, &[&'static str])]) -> Vec<(&'static str, Value)> {
    let step = |(level, kinds): &(i64, &[&'static str])| {
        let data = json!({"id": product, "stock": level, "in_stock": *level > 0});
        kinds.iter().map(|kind| (*kind, data.clone())).collect::<Vec<_>>()
    };
    levels.iter().flat_map(step).collect()
}

#[track_caller]
fn assert_told(heard: &[Value], expected: &[(&str, Value)]) {
    assert_eq!(told(heard), expected.iter().map(|(name, data)| (*name, data)).collect::<Vec<_>>());
}

const CHANGED: &str = "product.stock_changed";
const SOLD_OUT: &str = "product.sold_out";
const BACK: &str = "product.back_in_stock";

fn tee(variants: &[(&str, i64)]) -> Value {
    let variant = |(size, stock): &(&str, i64)| json!({"options": {"Size": size}, "price": "1.00", "stock": stock});
    json!({"name": "Tee", "options": ["Size"], "variants": variants.iter().map(variant).collect::<Vec<_>>()})
}

#[tokio::test]
async fn a_variant_taken_off_sale_takes_its_stock_along() {
    let world = World::open().await;
    let shirt = world.create(tee(&[("S", 0), ("L", 3)])).await;
    let product = id(&shirt);
    let customer = world.shop.customer().await;
    let line = json!({"product_id": product, "variant_id": id(&shirt["variants"][1])});
    customer.post("/cart/add/", line).await.expect(201);
    let order = id(&place(&customer).await);
    let start = marker(&world).await;
    let path = format!("/products/{product}/");
    world.staff.put(&path, tee(&[("S", 0)])).await.expect(200);
    // The variant it gives back to can't be bought any more.
    customer.post(&format!("/order/{order}/cancel/"), ()).await.expect(200);
    let heard = heard(&world, product, start).await;
    let about_stock: Vec<_> = told(&heard).into_iter().filter(|(name, _)| *name != "product.updated").collect();
    let gone = json!({"id": product, "stock": 0, "in_stock": false});
    assert_eq!(about_stock, [(CHANGED, &gone), (SOLD_OUT, &gone)]);
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_last_is_true_whoever_buys_at_the_same_moment() {
    let world = World::open().await;
    let customers = [world.shop.customer().await, world.shop.customer().await];
    for round in 0..12 {
        let shirt = world.create(tee(&[("S", 1), ("L", 1)])).await;
        let start = marker(&world).await;
        for (customer, variant) in customers.iter().zip(0..) {
            let line = json!({"product_id": id(&shirt), "variant_id": id(&shirt["variants"][variant])});
            customer.post("/cart/add/", line).await.expect(201);
        }
        let clients = customers.each_ref().map(|customer| customer.client.clone());
        together(2, |number| {
            let client = clients[number].clone();
            async move { drop(place(&client).await) }
        })
        .await;
        let heard = heard(&world, id(&shirt), start).await;
        assert_eq!(heard.last().map(|last| &last["data"]["stock"]), Some(&json!(0)), "in round {round}: {heard:?}");
        // Of orders placed in one transaction, only what both leave is told.
        let mut told = names(&heard);
        told.dedup();
        assert_eq!(told, [CHANGED, SOLD_OUT], "in round {round}");
    }
}

#[tokio::test]
async fn the_stock_the_staff_sets_is_told_and_when_it_crosses_zero() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let start = marker(&world).await;
    for level in [9, 0, 3, 2] {
        world.set_stock(mug, level).await;
    }
    let expected = way(mug, &[(9, &[CHANGED]), (0, &[CHANGED, SOLD_OUT]), (3, &[CHANGED, BACK]), (2, &[CHANGED])]);
    assert_told(&heard(&world, mug, start).await, &expected);
}

#[tokio::test]
async fn the_stock_that_orders_take_and_cancellations_give_back_is_told() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let customer = world.shop.customer().await;
    let start = marker(&world).await;
    let buy = async |quantity: i64| {
        add(&customer, mug, quantity).await.expect(201);
        id(&place(&customer).await)
    };
    let cancel = async |caller: &Client, order: i64| {
        caller.post(&format!("/order/{order}/cancel/"), ()).await.expect(200);
    };
    buy(2).await;
    let last = buy(3).await;
    cancel(&customer, last).await;
    let again = buy(1).await;
    cancel(&world.staff, again).await;
    let expected = way(
        mug,
        &[(3, &[CHANGED]), (0, &[CHANGED, SOLD_OUT]), (3, &[CHANGED, BACK]), (2, &[CHANGED]), (3, &[CHANGED])],
    );
    assert_told(&heard(&world, mug, start).await, &expected);
    world.books_add_up();
}

#[tokio::test]
async fn an_order_of_several_products_tells_the_stock_of_each() {
    let world = World::open().await;
    let goods = [world.product("Mug", "1.00", 5).await, world.product("Pan", "1.00", 2).await];
    let customer = world.shop.customer().await;
    let start = marker(&world).await;
    for product in goods {
        add(&customer, product, 2).await.expect(201);
    }
    place(&customer).await;
    assert_told(&heard(&world, goods[0], start).await, &way(goods[0], &[(3, &[CHANGED])]));
    assert_told(&heard(&world, goods[1], start).await, &way(goods[1], &[(0, &[CHANGED, SOLD_OUT])]));
}

#[tokio::test]
async fn a_name_and_a_stock_changed_at_once_are_both_told() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let start = marker(&world).await;
    world.staff.patch(&format!("/products/{mug}/"), json!({"name": "Cup", "stock": 7})).await.expect(200);
    let heard = heard(&world, mug, start).await;
    assert_eq!(names(&heard), ["product.updated", CHANGED]);
    assert_eq!(heard[1]["data"]["stock"], 7);
}

#[tokio::test]
async fn the_catalogue_tells_what_each_product_tells() {
    let world = World::open().await;
    let goods = [world.product("Mug", "1.00", 5).await, world.product("Pan", "1.00", 2).await];
    for (product, level) in [(goods[0], 0), (goods[1], 7), (goods[0], 1)] {
        world.set_stock(product, level).await;
    }
    let all = polled(&world.shop.client(), "products", 0, 7).await;
    for (product, count) in goods.into_iter().zip([5, 2]) {
        let own = polled(&world.shop.client(), &format!("product:{product}"), 0, count).await;
        let bare = |event: &Value| (event["seq"].clone(), event["event"].clone(), event["data"].clone());
        let of_all: Vec<_> = all.iter().filter(|event| event["data"]["id"] == product).map(bare).collect();
        assert_eq!(own.iter().map(bare).collect::<Vec<_>>(), of_all);
    }
}
