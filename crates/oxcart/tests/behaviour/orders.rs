//! Orders: placing them, and who may read them.

use crate::support::{World, add, each, id, place};
use serde_json::{Value, json};

fn empty() -> Value {
    json!({"error": "Cart is empty"})
}

fn no_order() -> Value {
    json!({"detail": "No Order matches the given query."})
}

#[tokio::test]
async fn a_cart_becomes_an_order_and_the_stock_goes_down() {
    let world = World::open().await;
    let (mug, pan) = (world.product("Mug", "19.99", 10).await, world.product("Pan", "0.01", 10).await);
    for caller in [&world.shop.client(), &world.shop.customer().await.client] {
        add(caller, mug, 3).await.expect(201);
        add(caller, pan, 1).await.expect(201);
        let answer = caller.post("/order/place_order/", ()).await.expect(201);
        let placed = answer.json();
        assert_eq!(placed["status"], "Order placed");
        let order = &placed["order"];
        let address = format!("{}/order/{}/", world.shop.url(), id(order));
        assert_eq!(answer.header("location"), Some(address.as_str()));
        assert_eq!(caller.get(&address).await.expect(200).json(), *order);
        assert_eq!((&order["status"], &order["total"]), (&json!("pending"), &json!("59.98")));
        assert_eq!(order["currency"], "USD");
        assert!(order["number"].as_str().is_some_and(|number| !number.is_empty()), "no number in {order}");
        let line = &order["items"][0];
        assert_eq!((&line["product_id"], &line["name"]), (&json!(mug), &json!("Mug")));
        assert_eq!((&line["unit_price"], &line["quantity"]), (&json!("19.99"), &json!(3)));
        assert_eq!(line["subtotal"], "59.97");
        assert_eq!(caller.get("/cart/items/").await.expect(200).json(), json!([]));
    }
    assert_eq!((world.stock(mug).await, world.stock(pan).await), (4, 8));
    world.books_add_up();
}

#[tokio::test]
async fn an_order_keeps_name_and_price_of_its_day() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.00", 10).await;
    let customer = world.shop.customer().await;
    add(&customer, mug, 2).await.expect(201);
    let order = place(&customer).await;
    let change = json!({"name": "Grail", "price": "99.00", "stock": 1});
    world.staff.patch(&format!("/products/{mug}/"), change).await.expect(200);
    let later = customer.get(&format!("/order/{}/", id(&order))).await.expect(200).json();
    assert_eq!(later, order);
}

#[tokio::test]
async fn the_lines_of_an_order_stand_in_the_order_of_their_variants() {
    let world = World::open().await;
    let shirt = json!({"name": "Shirt", "variants": [{"options": {"Size": "S"}, "price": "9.00", "stock": 3}]});
    let shirt = world.create(shirt).await;
    let mug = world.product("Mug", "2.00", 10).await;
    // The older product has the younger variant.
    let sizes = json!({"variants": [
        {"id": id(&shirt["variants"][0]), "options": {"Size": "S"}, "price": "9.00"},
        {"options": {"Size": "M"}, "price": "9.50", "stock": 4},
    ]});
    let shirt = world.staff.patch(&format!("/products/{}/", id(&shirt)), sizes).await.expect(200).json();
    let customer = world.shop.customer().await;
    for variant in [&shirt["variants"][1], &shirt["variants"][0]] {
        let line = json!({"product_id": id(&shirt), "variant_id": id(variant)});
        customer.post("/cart/add/", line).await.expect(201);
    }
    add(&customer, mug, 1).await.expect(201);
    let order = place(&customer).await;
    assert_eq!(each(&order["items"], "unit_price"), ["9.00", "2.00", "9.50"]);
    world.books_add_up();
}

#[tokio::test]
async fn an_empty_cart_is_no_order() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.00", 10).await;
    let customer = world.shop.customer().await;
    for caller in [&world.shop.client(), &customer.client] {
        assert_eq!(caller.post("/order/place_order/", ()).await.expect(400).json(), empty());
        add(caller, mug, 1).await.expect(201);
        place(caller).await;
        assert_eq!(caller.post("/order/place_order/", json!({})).await.expect(400).json(), empty());
    }
}

#[tokio::test]
async fn an_order_beyond_the_stock_changes_nothing_and_tells_every_short_line() {
    let world = World::open().await;
    let goods = [("Mug", 5), ("Pan", 5), ("Pot", 5)];
    let mut ids = vec![];
    let customer = world.shop.customer().await;
    for (name, stock) in goods {
        let product = world.product(name, "1.00", stock).await;
        add(&customer, product, 4).await.expect(201);
        ids.push(product);
    }
    let before = customer.get("/cart/").await.expect(200).json();
    for (product, stock) in [(ids[0], 3), (ids[2], 0)] {
        world.staff.patch(&format!("/products/{product}/"), json!({"stock": stock})).await.expect(200);
    }
    let refused = customer.post("/order/place_order/", ()).await.expect(409).json();
    assert_eq!(refused["error"], "Insufficient stock");
    let short: Vec<_> = refused["items"].as_array().expect("a list").iter().collect();
    assert_eq!(short.len(), 2, "{refused}");
    for (line, (product, available)) in short.iter().zip([(ids[0], 3), (ids[2], 0)]) {
        assert_eq!((&line["product_id"], &line["requested"]), (&json!(product), &json!(4)));
        assert_eq!(line["available"], available);
    }
    assert_eq!(customer.get("/cart/").await.expect(200).json()["item_count"], before["item_count"]);
    assert_eq!(customer.get("/order/").await.expect(200).json()["count"], 0);
    assert_eq!([world.stock(ids[0]).await, world.stock(ids[1]).await, world.stock(ids[2]).await], [3, 5, 0]);
    world.books_add_up();
    world.staff.patch(&format!("/products/{}/", ids[0]), json!({"stock": 4})).await.expect(200);
    customer.delete(&format!("/cart/remove/{}/", ids[2])).await.expect(204);
    assert_eq!(place(&customer).await["total"], "8.00");
}

#[tokio::test]
async fn customers_list_their_own_orders_newest_first() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    let mut placed = vec![];
    for person in [&ann, &bob, &ann, &ann] {
        add(person, mug, 1).await.expect(201);
        placed.push(id(&place(person).await));
    }
    let page = ann.get("/order/").await.expect(200).json();
    assert_eq!((&page["count"], &page["next"], &page["previous"]), (&json!(3), &Value::Null, &Value::Null));
    assert_eq!(each(&page, "id"), [placed[3], placed[2], placed[0]]);
    let second = ann.get("/order/?page_size=2&page=2").await.expect(200).json();
    assert_eq!(each(&second, "id"), [placed[0]]);
    assert!(second["previous"].as_str().is_some_and(|url| url.starts_with(&world.shop.url())), "{second}");
    assert_eq!(ann.get("/order/?page=9").await.expect(404).json(), json!({"detail": "Invalid page."}));
    let somebody = page["results"][0]["user"].as_i64().unwrap_or_default() + 1;
    let smuggled = ann.get(&format!("/order/?user={somebody}")).await;
    assert_eq!(smuggled.expect(200).json()["count"], 3, "a customer can't ask for somebody else's");
    assert_eq!(world.shop.client().get("/order/").await.expect(200).json()["count"], 0);
}

#[tokio::test]
async fn the_staff_lists_all_orders_and_filters_them() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let (ann, nobody) = (world.shop.customer().await, world.shop.client());
    for caller in [&ann.client, &ann.client, &nobody] {
        add(caller, mug, 1).await.expect(201);
        place(caller).await;
    }
    let all = world.staff.get("/order/").await.expect(200).json();
    assert_eq!(all["count"], 3);
    let (newest, owner) = (id(&all["results"][0]), all["results"][1]["user"].clone());
    world.staff.post(&format!("/order/{newest}/update_status/"), json!({"status": "shipped"})).await.expect(200);
    let count = async |query: &str| {
        let page = world.staff.get(&format!("/order/?{query}")).await.expect(200).json();
        page["count"].as_i64().expect("a count")
    };
    let day = all["results"][0]["created_at"].as_str().expect("an instant")[..10].to_owned();
    assert_eq!(count("status=shipped").await, 1);
    assert_eq!(count("status=pending").await, 2);
    assert_eq!(count(&format!("user={owner}")).await, 2);
    assert_eq!(count(&format!("user={owner}&status=shipped")).await, 0);
    assert_eq!(count(&format!("date_from={day}")).await, 3);
    assert_eq!(count("date_to=2001-01-01").await, 0);
    assert_eq!(count("date=2001-01-01").await, 0);
    let date = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD, ISO 8601.";
    let cases = [
        ("status=lost", json!({"status": ["\"lost\" is not a valid choice."]})),
        ("user=ann", json!({"user": ["A valid integer is required."]})),
        ("date=today", json!({"date": [date]})),
        ("date_from=2026-13-01", json!({"date_from": [date]})),
    ];
    for (query, expected) in cases {
        let answer = world.staff.get(&format!("/order/?{query}")).await.expect(400);
        assert_eq!(answer.json(), expected, "for {query}");
    }
}

#[tokio::test]
async fn somebody_else_s_order_looks_as_if_it_were_not_there() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    let (browser, other) = (world.shop.client(), world.shop.client());
    add(&other, mug, 1).await.expect(201);
    for owner in [&ann.client, &browser] {
        add(owner, mug, 1).await.expect(201);
        let path = format!("/order/{}/", id(&place(owner).await));
        for stranger in [&bob.client, &other, &world.shop.client()] {
            assert_eq!(stranger.get(&path).await.expect(404).json(), no_order());
            let cancel = stranger.post(&format!("{path}cancel/"), ()).await.expect(404);
            assert_eq!(cancel.json(), json!({"error": "Order not found"}));
        }
        owner.get(&path).await.expect(200);
        world.staff.get(&path).await.expect(200);
    }
    assert_eq!(ann.get("/order/999/").await.expect(404).json(), no_order());
    assert_eq!(world.staff.get("/order/999/").await.expect(404).json(), no_order());
}

#[tokio::test]
async fn an_anonymous_order_is_read_listed_and_cancelled_by_its_session() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let browser = world.shop.client();
    add(&browser, mug, 2).await.expect(201);
    let order = place(&browser).await;
    assert_eq!(each(&browser.get("/order/").await.expect(200).json(), "id"), [&order["id"]]);
    let cancelled = browser.post(&format!("/order/{}/cancel/", id(&order)), ()).await.expect(200).json();
    assert_eq!((&cancelled["status"], &cancelled["order"]["status"]), (&json!("Order cancelled"), &json!("cancelled")));
    assert_eq!(world.stock(mug).await, 5);
    world.books_add_up();
}
