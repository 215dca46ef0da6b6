//! Who an order is for, said along with it.

use crate::support::{World, add, place};
use serde_json::json;

fn mill_lane() -> serde_json::Value {
    json!({
        "email": "ann@home.example", "name": "Ann Miller", "phone": "+49 30 1234567", "address": "12 Mill Lane",
        "postcode": "10115", "city": "Berlin", "country": "Germany", "note": "Ring twice",
    })
}

#[tokio::test]
async fn what_is_said_with_an_order_is_shown_to_its_owner_and_to_the_staff() {
    let world = World::open().await;
    let mug = world.product("Mug", "5.00", 10).await;
    let guest = world.shop.client();
    add(&guest, mug, 1).await.expect(201);
    let placed = guest.post("/order/place_order/", json!({"contact": mill_lane()})).await.expect(201).json();
    assert_eq!(placed["order"]["contact"], mill_lane());
    let path = format!("/order/{}/", placed["order"]["id"]);
    assert_eq!(guest.get(&path).await.expect(200).json()["contact"], mill_lane());
    assert_eq!(world.staff.get(&path).await.expect(200).json()["contact"], mill_lane());
    world.shop.customer().await.get(&path).await.expect(404);
}

#[tokio::test]
async fn an_account_is_told_of_its_orders_at_its_own_address_unless_it_gives_another() {
    let world = World::open().await;
    let mug = world.product("Mug", "5.00", 10).await;
    let ann = world.shop.customer().await;
    add(&ann, mug, 1).await.expect(201);
    assert_eq!(place(&ann).await["contact"]["email"], ann.email);
    add(&ann, mug, 1).await.expect(201);
    let named = ann.post("/order/place_order/", json!({"contact": {"name": "Ann", "email": ""}})).await.expect(201);
    assert_eq!(named.json()["order"]["contact"]["email"], ann.email);
    assert_eq!(named.json()["order"]["contact"]["name"], "Ann");
    let guest = world.shop.client();
    add(&guest, mug, 1).await.expect(201);
    assert!(place(&guest).await["contact"].is_null(), "nobody said anything");
}

#[tokio::test]
async fn a_contact_that_will_not_do_is_refused_field_by_field_and_the_cart_stays() {
    let world = World::open().await;
    let mug = world.product("Mug", "5.00", 10).await;
    let ann = world.shop.customer().await;
    add(&ann, mug, 1).await.expect(201);
    let bad = json!({"contact": {"email": "nobody", "postcode": "1".repeat(21), "note": 5}});
    let refused = ann.post("/order/place_order/", bad).await.expect(400).json();
    assert_eq!(refused["contact"]["email"], json!(["Enter a valid email address."]));
    assert_eq!(refused["contact"]["postcode"], json!(["Ensure this field has no more than 20 characters."]));
    let refused = ann.post("/order/place_order/", json!({"contact": "Ann"})).await.expect(400).json();
    assert!(refused["contact"]["non_field_errors"][0].as_str().is_some_and(|text| text.contains("dictionary")));
    assert_eq!(ann.get("/cart/").await.expect(200).json()["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(world.stock(mug).await, 10);
}

#[tokio::test]
async fn an_order_under_a_key_is_another_request_with_another_contact() {
    let world = World::open().await;
    let mug = world.product("Mug", "5.00", 10).await;
    let ann = world.shop.customer().await;
    add(&ann, mug, 1).await.expect(201);
    let keyed = ann.with_header("Idempotency-Key", "one");
    let first = keyed.post("/order/place_order/", json!({"contact": mill_lane()})).await.expect(201).json();
    let again = keyed.post("/order/place_order/", json!({"contact": mill_lane()})).await.expect(201).json();
    assert_eq!(first, again);
    keyed.post("/order/place_order/", json!({"contact": {"name": "Bob"}})).await.expect(422);
}
