//! The life of an order: which steps are open, to whom, and what they do to the stock.

use crate::support::{World, add, id, place};
use serde_json::{Value, json};
use testkit::Client;

const ALL: [&str; 5] = ["pending", "processing", "shipped", "delivered", "cancelled"];

/// The steps that are open from each status.
fn open_from(status: &str) -> Vec<&'static str> {
    match status {
        "pending" => vec!["processing", "shipped", "delivered", "cancelled"],
        "processing" => vec!["shipped", "delivered", "cancelled"],
        "shipped" => vec!["delivered"],
        _ => vec![],
    }
}

async fn order(world: &World, caller: &Client, product: i64) -> i64 {
    add(caller, product, 1).await.expect(201);
    let order = id(&place(caller).await);
    assert_eq!(status(world, order).await, "pending");
    order
}

async fn status(world: &World, order: i64) -> Value {
    world.staff.get(&format!("/order/{order}/")).await.expect(200).json()["status"].take()
}

async fn update(caller: &Client, order: i64, status: impl Into<Value>) -> testkit::Answer {
    caller.post(&format!("/order/{order}/update_status/"), json!({"status": status.into()})).await
}

#[tokio::test]
async fn every_step_is_open_or_refused_as_the_state_machine_says() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 500).await;
    let customer = world.shop.customer().await;
    for from in ALL {
        for to in ALL {
            let order = order(&world, &customer, mug).await;
            update(&world.staff, order, from).await.expect(200);
            let before = world.stock(mug).await;
            let open = open_from(from);
            if from == to || open.contains(&to) {
                let answer = update(&world.staff, order, to).await.expect(200);
                assert_eq!(answer.json(), json!({"status": format!("Order status updated to {to}")}));
                assert_eq!(status(&world, order).await, to, "{from} → {to}");
                let back = i64::from(from != to && to == "cancelled");
                assert_eq!(world.stock(mug).await, before + back, "stock after {from} → {to}");
            } else {
                let answer = update(&world.staff, order, to).await.expect(400);
                assert_eq!(answer.json(), json!({"error": "Invalid status", "allowed": open}), "{from} → {to}");
                assert_eq!(status(&world, order).await, from);
            }
        }
    }
    world.books_add_up();
}

#[tokio::test]
async fn a_status_that_is_none_is_invalid_and_changes_nothing() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let order = order(&world, &world.shop.client(), mug).await;
    for wrong in [json!("lost"), json!(""), json!("SHIPPED"), json!(null), json!(3), json!(["shipped"]), json!({})] {
        let answer = update(&world.staff, order, wrong.clone()).await.expect(400);
        assert_eq!(answer.json(), json!({"error": "Invalid status"}), "for {wrong}");
    }
    let path = format!("/order/{order}/update_status/");
    assert_eq!(world.staff.post(&path, ()).await.expect(400).json(), json!({"error": "Invalid status"}));
    assert_eq!(status(&world, order).await, "pending");
    let answer = world.staff.post(&path, [("status", "shipped")]).await.expect(200);
    assert_eq!(answer.json(), json!({"status": "Order status updated to shipped"}), "a form will do");
}

#[tokio::test]
async fn only_the_staff_moves_orders_on() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let (customer, nobody) = (world.shop.customer().await, world.shop.client());
    let own = order(&world, &customer, mug).await;
    for order in [own, 999] {
        let denied = update(&customer, order, "shipped").await.expect(403).json();
        assert_eq!(denied, json!({"detail": "You do not have permission to perform this action."}));
        let unknown = update(&nobody, order, "shipped").await.expect(401);
        assert_eq!(unknown.json(), json!({"detail": "Authentication credentials were not provided."}));
        assert_eq!(unknown.header("www-authenticate"), Some("Bearer realm=\"api\""));
    }
    for status in ["shipped", "lost"] {
        let missing = update(&world.staff, 999, status).await.expect(404).json();
        assert_eq!(missing, json!({"error": "Order not found"}), "for {status}");
    }
    assert_eq!(status(&world, own).await, "pending");
}

#[tokio::test]
async fn customers_cancel_while_it_is_pending_and_the_staff_while_nothing_has_left_the_house() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let customer = world.shop.customer().await;
    let cancel = async |caller: &Client, order: i64| caller.post(&format!("/order/{order}/cancel/"), ()).await;
    let first = order(&world, &customer, mug).await;
    for _ in 0..2 {
        let answer = cancel(&customer, first).await.expect(200).json();
        assert_eq!((&answer["status"], &answer["order"]["status"]), (&json!("Order cancelled"), &json!("cancelled")));
        assert_eq!(world.stock(mug).await, 50, "the stock goes back once");
    }
    let second = order(&world, &customer, mug).await;
    update(&world.staff, second, "processing").await.expect(200);
    assert_eq!(cancel(&customer, second).await.expect(400).json()["error"], "Invalid status");
    assert_eq!(world.stock(mug).await, 49);
    cancel(&world.staff, second).await.expect(200);
    let third = order(&world, &customer, mug).await;
    update(&world.staff, third, "shipped").await.expect(200);
    for caller in [&customer.client, &world.staff.client] {
        assert_eq!(cancel(caller, third).await.expect(400).json()["error"], "Invalid status");
    }
    assert_eq!(cancel(&world.staff, 999).await.expect(404).json(), json!({"error": "Order not found"}));
    assert_eq!(world.stock(mug).await, 49);
    world.books_add_up();
}
