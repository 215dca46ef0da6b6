//! What is told of products that come, change and go, and that customers hear only of what is on the shelves.

use crate::support::{World, add, id, place};
use crate::ways::{marker, now, page, polled, seq, told, up_to};
use serde_json::{Value, json};
use testkit::Client;

/// What is told of a product on the shelves.
fn shown(id: i64, name: &str, slug: &str, price: &str) -> Value {
    json!({"id": id, "name": name, "slug": slug, "price": price, "currency": "USD", "published": true})
}

#[track_caller]
fn assert_told(events: &[Value], expected: &[(&str, Value)]) {
    assert_eq!(told(events), expected.iter().map(|(name, data)| (*name, data)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_product_that_comes_changes_and_goes_is_told_with_what_a_list_shows_of_it() {
    let world = World::open().await;
    let mut socket = world.shop.client().socket("/ws/products/").await;
    socket.expect_type("subscribed").await;
    let mug = world.product("Mug", "1.00", 5).await;
    let path = format!("/products/{mug}/");
    world.staff.patch(&path, json!({"price": "2.00"})).await.expect(200);
    world.staff.patch(&path, json!({"name": "Grail", "description": "of gold"})).await.expect(200);
    world.staff.put(&path, json!({"name": "Cup", "price": "3.50"})).await.expect(200);
    let slug = world.staff.get(&path).await.expect(200).json()["slug"].clone();
    world.staff.delete(&path).await.expect(204);
    let heard = socket.events(5).await;
    let slug = slug.as_str().expect("a slug");
    let expected = [
        ("product.created", shown(mug, "Mug", slug, "1.00")),
        ("product.updated", shown(mug, "Mug", slug, "2.00")),
        ("product.updated", shown(mug, "Grail", slug, "2.00")),
        ("product.updated", shown(mug, "Cup", slug, "3.50")),
        ("product.deleted", json!({"id": mug})),
    ];
    assert_told(&heard, &expected);
}

#[tokio::test]
async fn the_price_that_is_told_is_the_cheapest_variant_s() {
    let world = World::open().await;
    let start = marker(&world).await;
    let shirt = json!({"name": "Shirt", "options": ["Size"], "variants": [
        {"options": {"Size": "S"}, "price": "9.00", "stock": 1}, {"options": {"Size": "M"}, "price": "8.50", "stock": 0}]});
    let shirt = id(&world.create(shirt).await);
    let heard = polled(&world.shop.client(), "products", start, 1).await;
    assert_told(&heard, &[("product.created", shown(shirt, "Shirt", "shirt", "8.50"))]);
}

/// All that somebody hears of a product after `start` by socket, which must be what polling tells.
async fn heard(world: &World, caller: &Client, product: i64, start: i64) -> Vec<Value> {
    let mut socket = caller.socket("/ws/").await;
    let topic = format!("product:{product}");
    socket.subscribe_after(&topic, start).await;
    let end = marker(world).await;
    let heard = up_to(&mut socket, end).await;
    let polled = page(caller, &format!("topics={topic}&after={start}")).await;
    assert_eq!(polled["results"], json!(heard), "polling and a socket differ");
    heard
}

#[tokio::test]
async fn of_what_customers_do_not_see_only_the_staff_hears() {
    let world = World::open().await;
    let customer = world.shop.customer().await;
    let start = now(&world.staff).await;
    let mut live = customer.socket(&format!("/ws/products/?after={start}")).await;
    live.expect_type("subscribed").await;
    let secret = json!({"name": "Secret", "price": "1.00", "stock": 5, "published": false});
    let secret = id(&world.create(secret).await);
    let path = format!("/products/{secret}/");
    world.staff.patch(&path, json!({"price": "2.00", "stock": 0})).await.expect(200);
    world.set_stock(secret, 7).await;
    for caller in [&customer.client, &world.shop.client()] {
        assert_eq!(heard(&world, caller, secret, start).await, [json!(null); 0], "a customer hears of it");
    }
    let kinds: Vec<_> = heard(&world, &world.staff, secret, start).await;
    let kinds: Vec<_> = told(&kinds).into_iter().map(|(name, _)| name).collect();
    let of_stock = ["product.stock_changed", "product.sold_out", "product.stock_changed", "product.back_in_stock"];
    assert_eq!(kinds, [&["product.created", "product.updated"][..], &of_stock[..]].concat(), "the staff hears all");
    let shelved = marker(&world).await;
    world.staff.patch(&path, json!({"published": true})).await.expect(200);
    world.set_stock(secret, 6).await;
    let seen = heard(&world, &customer, secret, shelved).await;
    let stock = json!({"id": secret, "stock": 6, "in_stock": true});
    let expected = [("product.updated", shown(secret, "Secret", "secret", "2.00")), ("product.stock_changed", stock)];
    assert_told(&seen, &expected);
    let end = marker(&world).await;
    let all = up_to(&mut live, end).await;
    let of_secret: Vec<_> = all.into_iter().filter(|event| event["data"]["id"] == secret).collect();
    assert_eq!(of_secret.iter().map(seq).collect::<Vec<_>>(), seen.iter().map(seq).collect::<Vec<_>>());
}

#[tokio::test]
async fn taken_off_the_shelves_is_told_once_and_nothing_after_it() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let customer = world.shop.customer().await;
    add(&customer, mug, 1).await.expect(201);
    let order = id(&place(&customer).await);
    let start = marker(&world).await;
    let path = format!("/products/{mug}/");
    world.staff.patch(&path, json!({"published": false, "name": "Hidden"})).await.expect(200);
    world.staff.patch(&path, json!({"price": "7.00"})).await.expect(200);
    customer.post(&format!("/order/{order}/cancel/"), ()).await.expect(200);
    world.staff.delete(&path).await.expect(204);
    let gone = ("product.updated", json!({"id": mug, "published": false}));
    assert_told(&heard(&world, &customer, mug, start).await, &[gone]);
    let staff = heard(&world, &world.staff, mug, start).await;
    let kinds: Vec<_> = told(&staff).into_iter().map(|(name, _)| name).collect();
    assert_eq!(kinds, ["product.updated", "product.updated", "product.stock_changed", "product.deleted"]);
}
