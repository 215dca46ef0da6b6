//! Products one by one: what is shown, and what the staff does to them.

use crate::support::{World, add, each, id, place};
use serde_json::{Value, json};

fn no_product() -> Value {
    json!({"detail": "No Product matches the given query."})
}

fn tee() -> Value {
    json!({"name": "Tee", "options": ["Size"], "variants": [
        {"sku": "TEE-S", "options": {"Size": "S"}, "price": "12.00", "stock": 2},
        {"sku": "TEE-L", "options": {"Size": "L"}, "price": "10.00", "stock": 3},
    ]})
}

#[tokio::test]
async fn a_plain_product_is_shown_flat_with_every_promised_key() {
    let world = World::open().await;
    let kitchen = world.category("Kitchen", None).await;
    let mug = world
        .create(json!({"name": "Enamel Mug", "description": "Blue", "price": "19.9", "stock": 3, "category": kitchen,
            "image": "/media/mug.svg", "sku": "MUG"}))
        .await;
    let shown = world.shop.client().get(&format!("/products/{}/", id(&mug))).await.expect(200).json();
    assert_eq!(shown, mug, "what is created is what is shown");
    let expected = [
        ("name", json!("Enamel Mug")),
        ("slug", json!("enamel-mug")),
        ("description", json!("Blue")),
        ("price", json!("19.90")),
        ("currency", json!("USD")),
        ("stock", json!(3)),
        ("in_stock", json!(true)),
        ("category", json!({"id": kitchen, "name": "Kitchen", "slug": "kitchen"})),
        ("image", json!(format!("{}/media/mug.svg", world.shop.url()))),
        ("sku", json!("MUG")),
    ];
    for (key, value) in expected {
        assert_eq!(shown[key], value, "{key} of {shown}");
    }
    for key in ["created_at", "updated_at"] {
        assert!(shown[key].as_str().is_some_and(|at| at.contains('T') && at.ends_with('Z')), "{key} of {shown}");
    }
    assert_eq!(shown.get("variants"), None, "a plain product has no variants to choose from");
    let listed = world.shop.client().get("/products/").await.expect(200).json();
    assert_eq!(listed["results"][0]["image"], shown["image"]);
}

#[tokio::test]
async fn a_product_with_variants_shows_the_lowest_price_and_all_the_stock() {
    let world = World::open().await;
    let tee = world.create(tee()).await;
    assert_eq!((&tee["price"], &tee["stock"], &tee["in_stock"]), (&json!("10.00"), &json!(5), &json!(true)));
    assert_eq!(tee["has_variants"], true);
    assert_eq!(each(&tee["variants"], "sku"), ["TEE-S", "TEE-L"]);
    assert_eq!(each(&tee["variants"], "options"), [&json!({"Size": "S"}), &json!({"Size": "L"})]);
    world.books_add_up();
}

#[tokio::test]
async fn a_product_that_is_not_there_is_a_404_in_the_words_of_rest_framework() {
    let world = World::open().await;
    for path in ["/products/1/", "/products/0/", "/products/9223372036854775808/"] {
        assert_eq!(world.shop.client().get(path).await.expect(404).json(), no_product(), "for {path}");
        assert_eq!(world.staff.patch(path, json!({})).await.expect(404).json(), no_product(), "for {path}");
        assert_eq!(world.staff.delete(path).await.expect(404).json(), no_product(), "for {path}");
    }
    for path in ["/products/x/", "/products/-1/", "/products/%ff/", "/products/1.0/"] {
        assert_eq!(world.staff.get(path).await.expect(404).json(), json!({"detail": "Not found."}), "for {path}");
    }
}

#[tokio::test]
async fn only_the_staff_changes_products() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 1).await;
    let path = format!("/products/{mug}/");
    let (anonymous, customer) = (world.shop.client(), world.shop.customer().await);
    let body = json!({"name": "Mine", "price": "0.01"});
    for (caller, status) in [(&anonymous, 401), (&customer.client, 403)] {
        caller.post("/products/", body.clone()).await.expect(status);
        caller.put(&path, body.clone()).await.expect(status);
        caller.patch(&path, body.clone()).await.expect(status);
        caller.delete(&path).await.expect(status);
    }
    let denied = customer.delete(&path).await.expect(403).json();
    assert_eq!(denied, json!({"detail": "You do not have permission to perform this action."}));
    assert_eq!(anonymous.get(&path).await.expect(200).json()["name"], "Mug");
}

#[tokio::test]
async fn bad_fields_of_a_product_are_told_in_the_words_of_rest_framework() {
    let world = World::open().await;
    world.product("Mug", "1.00", 1).await;
    let cases = [
        (json!({}), json!({"name": ["This field is required."], "price": ["This field is required."]})),
        (
            json!({"name": "", "price": "cheap", "stock": "many"}),
            json!({"name": ["This field may not be blank."], "price": ["A valid number is required."],
                "stock": ["A valid integer is required."]}),
        ),
        (
            json!({"name": "x".repeat(256), "price": "-1", "stock": -1}),
            json!({"name": ["Ensure this field has no more than 255 characters."],
                "price": ["Ensure this value is greater than or equal to 0."],
                "stock": ["Ensure this value is greater than or equal to 0."]}),
        ),
        (
            json!({"name": "Cup", "price": "1.001"}),
            json!({"price": ["Ensure that there are no more than 2 decimal places."]}),
        ),
        (
            json!({"name": "Cup", "price": "1", "category": 99}),
            json!({"category": ["Invalid pk \"99\" - object does not exist."]}),
        ),
        (
            json!({"name": "Cup", "price": "1", "slug": "mug"}),
            json!({"slug": ["product with this slug already exists."]}),
        ),
    ];
    for (body, expected) in cases {
        let answer = world.staff.post("/products/", body.clone()).await.expect(400);
        assert_eq!(answer.json(), expected, "for {body}");
    }
    assert_eq!(world.product("Mug", "1.00", 1).await, 2, "the same name makes another slug");
}

#[tokio::test]
async fn changing_stock_is_written_to_the_ledger() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let path = format!("/products/{mug}/");
    let changed = world.staff.patch(&path, json!({"stock": 12, "price": "2.50"})).await.expect(200).json();
    assert_eq!((&changed["stock"], &changed["price"], &changed["name"]), (&json!(12), &json!("2.50"), &json!("Mug")));
    world.staff.patch(&path, json!({"stock": 0})).await.expect(200);
    let deltas = world.shop.look("SELECT CAST(delta AS text) FROM stock_movements ORDER BY id");
    assert_eq!(deltas.into_iter().flatten().collect::<Vec<_>>(), ["5", "7", "-12"]);
    world.books_add_up();
    let replaced = world.staff.put(&path, json!({"name": "Cup", "price": "3"})).await.expect(200).json();
    assert_eq!((&replaced["name"], &replaced["price"]), (&json!("Cup"), &json!("3.00")));
    world.staff.put(&path, json!({"price": "3"})).await.expect(400);
}

#[tokio::test]
async fn variants_are_replaced_as_a_list_and_keep_their_ids() {
    let world = World::open().await;
    let tee = world.create(tee()).await;
    let path = format!("/products/{}/", id(&tee));
    let kept = id(&tee["variants"][1]);
    let wanted = json!({"options": ["Size"], "variants": [
        {"id": kept, "sku": "TEE-L", "options": {"Size": "L"}, "price": "11.00"},
        {"options": {"Size": "XL"}, "price": "13.00", "stock": 4},
    ]});
    let changed = world.staff.patch(&path, wanted).await.expect(200).json();
    assert_eq!(each(&changed["variants"], "price"), ["11.00", "13.00"]);
    assert_eq!(id(&changed["variants"][0]), kept);
    assert_eq!(changed["variants"][0]["stock"], 3, "stock that is not named stays");
    assert_eq!(changed["stock"], 7, "what was taken off sale counts no more");
    world.books_add_up();
    let flat = world.staff.patch(&path, json!({"price": "1.00"})).await.expect(400).json();
    assert!(flat["price"][0].as_str().is_some_and(|text| text.contains("variants")), "{flat}");
    let clash =
        json!({"variants": [{"options": {"Size": "S"}, "price": "1"}, {"options": {"Size": "S"}, "price": "2"}]});
    world.staff.patch(&path, clash).await.expect(400);
}

#[tokio::test]
async fn drafts_are_seen_by_the_staff_alone() {
    let world = World::open().await;
    let draft = id(&world.create(json!({"name": "Soon", "price": "1", "stock": 1, "published": false})).await);
    let customer = world.shop.customer().await;
    let path = format!("/products/{draft}/");
    assert_eq!(customer.get(&path).await.expect(404).json(), no_product());
    assert_eq!(customer.get("/products/").await.expect(200).json()["count"], 0);
    assert_eq!(add(&customer, draft, 1).await.expect(404).json(), json!({"error": "Product not found"}));
    world.staff.get(&path).await.expect(200);
    assert_eq!(world.staff.get("/products/").await.expect(200).json()["count"], 1);
    world.staff.patch(&path, json!({"published": true})).await.expect(200);
    customer.get(&path).await.expect(200);
}

#[tokio::test]
async fn a_deleted_product_leaves_the_shop_and_the_carts_but_not_the_orders() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.00", 5).await;
    let customer = world.shop.customer().await;
    add(&customer, mug, 2).await.expect(201);
    let order = place(&customer).await;
    add(&customer, mug, 1).await.expect(201);
    let path = format!("/products/{mug}/");
    let gone = world.staff.delete(&path).await.expect(204);
    assert!(gone.body.is_empty(), "a 204 has no body: {gone}");
    for caller in [&world.staff.client, &customer.client] {
        assert_eq!(caller.get(&path).await.expect(404).json(), no_product());
        assert_eq!(caller.get("/products/").await.expect(200).json()["count"], 0);
    }
    world.staff.delete(&path).await.expect(404);
    assert_eq!(customer.get("/cart/items/").await.expect(200).json(), json!([]));
    let refused = customer.post("/order/place_order/", ()).await.expect(400).json();
    assert_eq!(refused, json!({"error": "Cart is empty"}));
    let kept = customer.get(&format!("/order/{}/", id(&order))).await.expect(200).json();
    assert_eq!(kept["items"], order["items"]);
    world.staff.post(&format!("/order/{}/cancel/", id(&order)), ()).await.expect(200);
    world.books_add_up();
    assert_ne!(world.product("Mug", "2.00", 5).await, mug, "the name is free again");
}
