//! How business goes: the dashboard's figures are those of the orders.

use crate::support::{World, add, builder, count, id, place, together};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const DAY: i64 = 86_400_000_000;

/// Cents of an amount.
fn cents(amount: &Value) -> i64 {
    amount.as_str().expect("an amount").replace('.', "").parse().expect("digits")
}

#[tokio::test]
async fn the_dashboard_adds_up_to_what_the_orders_say() {
    let world = World::open().await;
    let (mug, pan) = (world.product("Mug", "2.50", 50).await, world.product("Pan", "20.00", 4).await);
    let ann = world.shop.customer().await;
    let mut placed = vec![];
    for quantity in 1..=4 {
        add(&ann, mug, quantity).await.expect(201);
        if quantity == 4 {
            add(&ann, pan, 1).await.expect(201);
        }
        placed.push(id(&place(&ann).await));
    }
    world.staff.post(&format!("/order/{}/cancel/", placed[0]), ()).await.expect(200);
    let shipped = json!({"status": "shipped"});
    world.staff.post(&format!("/order/{}/update_status/", placed[1]), shipped).await.expect(200);
    // One of three days ago, one of before all that is asked for.
    world.shop.plant(&format!("UPDATE orders SET created_at = created_at - {} WHERE id = {}", 3 * DAY, placed[2]));
    world.shop.plant(&format!("UPDATE orders SET created_at = created_at - {} WHERE id = {}", 30 * DAY, placed[1]));
    let shown = world.staff.get("/staff/dashboard/?days=7").await.expect(200).json();
    let days = shown["days"].as_array().expect("days");
    assert_eq!(days.len(), 7);
    let dates: Vec<_> = days.iter().map(|day| day["date"].as_str().expect("a date")).collect();
    assert!(dates.windows(2).all(|pair| pair[0] < pair[1]), "{dates:?}");
    let told = |day: usize| (days[day]["orders"].clone(), days[day]["revenue"].clone());
    assert_eq!(told(6), (json!(2), json!("30.00")), "today: the cancelled one is no revenue: {shown}");
    assert_eq!(told(3), (json!(1), json!("7.50")), "{shown}");
    assert_eq!(told(0), (json!(0), json!("0.00")), "{shown}");
    let totals = json!({"orders": 3, "revenue": "37.50", "average": "18.75"});
    assert_eq!(shown["totals"], totals);
    let revenue: i64 = days.iter().map(|day| cents(&day["revenue"])).sum();
    assert_eq!(revenue, cents(&shown["totals"]["revenue"]));
    let statuses = json!({"pending": 2, "processing": 0, "shipped": 1, "delivered": 0, "cancelled": 1});
    assert_eq!(shown["statuses"], statuses);
    let best = json!([
        {"product_id": mug, "name": "Mug", "quantity": 7, "revenue": "17.50"},
        {"product_id": pan, "name": "Pan", "quantity": 1, "revenue": "20.00"},
    ]);
    assert_eq!(shown["best_sellers"], best);
    assert_eq!(shown["low_stock"], json!([{"product_id": pan, "name": "Pan", "sku": null, "stock": 3}]));
    let none = world.staff.get("/staff/dashboard/?low_stock=2").await.expect(200).json();
    assert_eq!((&none["low_stock"], none["days"].as_array().map(Vec::len)), (&json!([]), Some(30)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_look_at_once_one_adds_up_and_what_happens_is_seen_a_moment_later() {
    let world = World::of(builder().env("OXCART_LOG", "info,oxcart::sql=trace")).await;
    let mug = world.product("Mug", "2.50", 50).await;
    let ann = world.shop.customer().await;
    let look =
        async || world.staff.get("/staff/dashboard/?days=9").await.expect(200).json()["totals"]["orders"].clone();
    let answers = together(12, |_| {
        let staff = world.staff.clone();
        async move { staff.get("/staff/dashboard/?days=9").await }
    })
    .await;
    assert_eq!(count(&answers, 200), 12);
    add(&ann, mug, 1).await.expect(201);
    place(&ann).await;
    let deadline = Instant::now() + Duration::from_secs(10);
    while look().await != 1 {
        assert!(Instant::now() < deadline, "the order is not seen");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let adding_up = |log: &str| log.lines().filter(|line| line.contains("GROUP BY l.product_id")).count();
    let asked = adding_up(&world.shop.log());
    assert!((1..=4).contains(&asked), "it was added up {asked} times");
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused_and_a_new_shop_has_figures_too() {
    let world = World::open().await;
    for query in ["days=0", "days=367", "days=x", "low_stock=-1"] {
        world.staff.get(&format!("/staff/dashboard/?{query}")).await.expect(400);
    }
    let shown = world.staff.get("/staff/dashboard/?days=1").await.expect(200).json();
    assert_eq!(shown["totals"], json!({"orders": 0, "revenue": "0.00", "average": "0.00"}));
}
