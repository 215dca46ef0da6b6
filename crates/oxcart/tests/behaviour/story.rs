//! One customer's way through the shop, from the first look to the parcel, as a script would drive it.

use crate::support::{World, add, each, id};
use serde_json::json;

#[tokio::test]
async fn a_customer_registers_shops_orders_and_follows_the_parcel() {
    let world = World::open().await;
    let kitchen = world.category("Kitchen", None).await;
    for (name, price, stock) in [("Enamel Mug", "19.99", 5), ("Tin Mug", "4.50", 0), ("Kettle", "49.00", 2)] {
        world.create(json!({"name": name, "price": price, "stock": stock, "category": kitchen})).await;
    }

    let browser = world.shop.client();
    let account = json!({"email": "ann@example.com", "password": "a Quiet-Ox pulls 7 carts", "first_name": "Ann"});
    let user = browser.post("/user/register/", account).await.expect(201).json();

    let page = browser.get("/products/?category=kitchen&in_stock=True&search=mug&ordering=-price").await;
    let page = page.expect(200).json();
    assert_eq!(each(&page, "name"), ["Enamel Mug"]);
    let mug = id(&page["results"][0]);
    add(&browser, mug, 2).await.expect(201);
    assert_eq!(add(&browser, mug, 9).await.expect(409).json()["available"], 5);

    let login = json!({"email": "ann@example.com", "password": "a Quiet-Ox pulls 7 carts"});
    let tokens = browser.post("/api/token/", login).await.expect(200).json();
    let renewed = browser.post("/api/token/refresh/", json!({"refresh": tokens["refresh"]})).await.expect(200).json();
    let ann = browser.with_token(renewed["access"].as_str().expect("a token"));
    assert_eq!(ann.get("/user/profile/").await.expect(200).json()["id"], user["id"]);
    add(&ann, mug, 1).await.expect(200);
    let cart = ann.get("/cart/").await.expect(200).json();
    assert_eq!((&cart["item_count"], &cart["total"]), (&json!(3), &json!("59.97")));

    let placed = ann.post("/order/place_order/", ()).await.expect(201);
    let order = placed.json()["order"].take();
    assert_eq!((&order["total"], &order["user"]), (&json!("59.97"), &user["id"]));
    assert_eq!(world.stock(mug).await, 2);

    let step = format!("/order/{}/update_status/", id(&order));
    ann.post(&step, json!({"status": "shipped"})).await.expect(403);
    let shipped = world.staff.post(&step, json!({"status": "shipped"})).await.expect(200).json();
    assert_eq!(shipped, json!({"status": "Order status updated to shipped"}));

    let seen = ann.get(placed.header("location").expect("where it is")).await.expect(200).json();
    assert_eq!((&seen["status"], &seen["number"]), (&json!("shipped"), &order["number"]));
    ann.post(&format!("/order/{}/cancel/", id(&order)), ()).await.expect(400);
    ann.post("/api/token/blacklist/", json!({"refresh": renewed["refresh"]})).await.expect(200);
    ann.get("/order/").await.expect(401);
    world.books_add_up();
}
