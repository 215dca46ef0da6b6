//! Carts: of an account, and of an anonymous session.

use crate::support::{World, add, builder, each, id};
use serde_json::{Value, json};

fn not_found() -> Value {
    json!({"error": "Item not found in cart"})
}

#[tokio::test]
async fn an_anonymous_caller_gets_a_session_with_the_first_product() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.50", 10).await;
    let client = world.shop.client();
    let looked = client.get("/cart/items/").await.expect(200);
    assert_eq!((looked.json(), looked.header("set-cookie")), (json!([]), None), "looking starts no session");
    let answer = add(&client, mug, 2).await.expect(201);
    let cookie = answer.header("set-cookie").unwrap_or_default().to_owned();
    for part in ["sessionid=", "; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age=1209600"] {
        assert!(cookie.contains(part), "no {part:?} in {cookie:?}");
    }
    assert!(!cookie.contains("Secure"), "over plain HTTP a browser would drop it: {cookie}");
    let key = client.cookie("sessionid").expect("the cookie");
    assert!(key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_alphanumeric()), "the key is {key}");
    assert_eq!(add(&client, mug, 1).await.expect(200).header("set-cookie"), None, "the session stays the same");
}

#[tokio::test]
async fn the_session_cookie_is_secure_when_the_shop_is_reached_over_https() {
    let world = World::of(builder().env("OXCART_PUBLIC_URL", "https://shop.example")).await;
    let mug = world.product("Mug", "2.50", 10).await;
    let answer = add(&world.shop.client(), mug, 1).await.expect(201);
    let cookie = answer.header("set-cookie").unwrap_or_default().to_owned();
    assert!(cookie.contains("; Secure"), "{cookie}");
}

#[tokio::test]
async fn the_session_cookie_is_secure_when_a_trusted_proxy_got_the_request_over_https() {
    let cookie = async |world: &World, headers: &[(&str, &str)]| {
        let mug = world.product("Mug", "2.50", 10).await;
        let client = headers.iter().fold(world.shop.client(), |client, (name, value)| client.with_header(name, value));
        add(&client, mug, 1).await.expect(201).header("set-cookie").unwrap_or_default().to_owned()
    };
    let https = [("X-Forwarded-Proto", "https")];
    let behind = builder().env("OXCART_TRUSTED_PROXIES", "127.0.0.1");
    let world = World::of(behind.clone()).await;
    assert!(cookie(&world, &https).await.contains("; Secure"));
    assert!(!cookie(&world, &[("X-Forwarded-Proto", "http")]).await.contains("Secure"));
    let world = World::of(behind.env("OXCART_SESSION_COOKIE_SECURE", "false")).await;
    assert!(!cookie(&world, &https).await.contains("Secure"), "the operator said no");
    let world = World::open().await;
    assert!(!cookie(&world, &https).await.contains("Secure"), "anybody can say that they are a proxy");
}

#[tokio::test]
async fn a_line_is_created_once_and_grows_after() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.50", 10).await;
    for caller in [&world.shop.client(), &world.shop.customer().await.client] {
        let line = caller.post("/cart/add/", json!({"product_id": mug})).await.expect(201).json();
        assert_eq!((&line["quantity"], &line["subtotal"]), (&json!(1), &json!("2.50")));
        assert_eq!((id(&line["product"]), &line["product"]["name"]), (mug, &json!("Mug")));
        let grown = add(caller, mug, 3).await.expect(200).json();
        assert_eq!((&grown["quantity"], &grown["subtotal"], &grown["id"]), (&json!(4), &json!("10.00"), &line["id"]));
        let items = caller.get("/cart/items/").await.expect(200).json();
        assert_eq!(items, json!([grown]), "the list is bare");
    }
}

#[tokio::test]
async fn the_whole_cart_has_lines_units_and_total() {
    let world = World::open().await;
    let (mug, pan) = (world.product("Mug", "2.50", 10).await, world.product("Pan", "19.99", 10).await);
    let client = world.shop.client();
    let empty = client.get("/cart/").await.expect(200).json();
    assert_eq!(empty, json!({"items": [], "item_count": 0, "total": "0.00", "currency": "USD"}));
    add(&client, mug, 2).await.expect(201);
    add(&client, pan, 3).await.expect(201);
    let cart = client.get("/cart/").await.expect(200).json();
    assert_eq!((&cart["item_count"], &cart["total"]), (&json!(5), &json!("64.97")));
    assert_eq!(each(&cart["items"], "subtotal"), ["5.00", "59.97"]);
    world.staff.patch(&format!("/products/{mug}/"), json!({"price": "3.00"})).await.expect(200);
    assert_eq!(client.get("/cart/").await.expect(200).json()["total"], "65.97", "a cart shows the price of now");
}

#[tokio::test]
async fn a_quantity_that_is_none_is_refused() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.50", 5000).await;
    let client = world.shop.client();
    let least = json!(["Ensure this value is greater than or equal to 1."]);
    let most = json!(["Ensure this value is less than or equal to 999."]);
    let integer = json!(["A valid integer is required."]);
    let cases = [
        (json!(0), &least),
        (json!(-3), &least),
        (json!("two"), &integer),
        (json!(1.5), &integer),
        (json!(true), &integer),
        (json!([]), &integer),
        (json!(1000), &most),
        (json!(9_223_372_036_854_775_808_u64), &most),
    ];
    for (quantity, expected) in cases {
        let body = json!({"product_id": mug, "quantity": quantity});
        let answer = client.post("/cart/add/", body.clone()).await.expect(400);
        assert_eq!(answer.json(), json!({"quantity": expected}), "for {body}");
        assert_eq!(answer.header("set-cookie"), None, "a refusal starts no session");
    }
    let null = client.post("/cart/add/", json!({"product_id": null, "quantity": null})).await.expect(400).json();
    let may_not = json!(["This field may not be null."]);
    assert_eq!(null, json!({"product_id": may_not, "quantity": may_not}));
    let missing = client.post("/cart/add/", json!({})).await.expect(400).json();
    assert_eq!(missing, json!({"product_id": ["This field is required."]}));
    add(&client, mug, 999).await.expect(201);
    assert_eq!(add(&client, mug, 1).await.expect(400).json(), json!({"quantity": most}), "lines add up to the limit");
}

#[tokio::test]
async fn what_is_not_there_or_not_there_often_enough_does_not_go_in() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.50", 3).await;
    let client = world.shop.client();
    for product in [999, 0, -1, i64::MAX] {
        let answer = add(&client, product, 1).await.expect(404);
        assert_eq!(answer.json(), json!({"error": "Product not found"}), "for product {product}");
    }
    let short = json!({"error": "Insufficient stock", "available": 3});
    assert_eq!(add(&client, mug, 4).await.expect(409).json(), short);
    add(&client, mug, 3).await.expect(201);
    assert_eq!(add(&client, mug, 1).await.expect(409).json(), short);
    let path = format!("/cart/items/{mug}/");
    assert_eq!(client.patch(&path, json!({"quantity": 4})).await.expect(409).json(), short);
    assert_eq!(each(&client.get("/cart/items/").await.expect(200).json(), "quantity"), [3]);
}

#[tokio::test]
async fn of_a_product_with_variants_one_must_be_named() {
    let world = World::open().await;
    let variants = json!([{"options": {"Size": "S"}, "price": "12.00", "stock": 2},
        {"options": {"Size": "L"}, "price": "10.00", "stock": 3}]);
    let tee = world.create(json!({"name": "Tee", "options": ["Size"], "variants": variants})).await;
    let (product, small, large) = (id(&tee), id(&tee["variants"][0]), id(&tee["variants"][1]));
    let client = world.shop.client();
    let unnamed = add(&client, product, 1).await.expect(400).json();
    assert_eq!(unnamed, json!({"variant_id": ["This field is required."]}));
    let unknown = client.post("/cart/add/", json!({"product_id": product, "variant_id": 999})).await.expect(400).json();
    assert_eq!(unknown, json!({"variant_id": ["Invalid pk \"999\" - object does not exist."]}));
    for (variant, price) in [(small, "12.00"), (large, "10.00")] {
        let line = client.post("/cart/add/", json!({"product_id": product, "variant_id": variant})).await.expect(201);
        assert_eq!((&line.json()["variant_id"], &line.json()["unit_price"]), (&json!(variant), &json!(price)));
    }
    let path = format!("/cart/items/{product}/");
    let which = client.patch(&path, json!({"quantity": 2})).await.expect(400).json();
    assert_eq!(which, json!({"variant_id": ["This field is required."]}));
    client.patch(&path, json!({"quantity": 2, "variant_id": small})).await.expect(200);
    client.delete(&format!("/cart/remove/{product}/?variant_id={large}")).await.expect(204);
    assert_eq!(each(&client.get("/cart/items/").await.expect(200).json(), "variant_id"), [small]);
}

#[tokio::test]
async fn a_quantity_is_set_and_zero_removes_the_line() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.50", 10).await;
    let customer = world.shop.customer().await;
    let path = format!("/cart/items/{mug}/");
    assert_eq!(customer.patch(&path, json!({"quantity": 2})).await.expect(404).json(), not_found());
    add(&customer, mug, 1).await.expect(201);
    let line = customer.patch(&path, json!({"quantity": 7})).await.expect(200).json();
    assert_eq!((&line["quantity"], &line["subtotal"]), (&json!(7), &json!("17.50")));
    let cases = [
        (json!({}), "This field is required."),
        (json!({"quantity": -1}), "Ensure this value is greater than or equal to 0."),
        (json!({"quantity": "x"}), "A valid integer is required."),
    ];
    for (body, message) in cases {
        let answer = customer.patch(&path, body.clone()).await.expect(400);
        assert_eq!(answer.json(), json!({"quantity": [message]}), "for {body}");
    }
    customer.patch(&path, json!({"quantity": 0})).await.expect(204);
    assert_eq!(customer.get("/cart/items/").await.expect(200).json(), json!([]));
}

#[tokio::test]
async fn lines_are_removed_and_carts_emptied() {
    let world = World::open().await;
    let (mug, pan) = (world.product("Mug", "2.50", 10).await, world.product("Pan", "1.00", 10).await);
    for caller in [&world.shop.client(), &world.shop.customer().await.client] {
        let path = format!("/cart/remove/{mug}/");
        assert_eq!(caller.delete(&path).await.expect(404).json(), not_found());
        caller.delete("/cart/").await.expect(204);
        add(caller, mug, 1).await.expect(201);
        add(caller, pan, 1).await.expect(201);
        assert!(caller.delete(&path).await.expect(204).body.is_empty());
        assert_eq!(caller.delete(&path).await.expect(404).json(), not_found());
        assert_eq!(caller.get("/cart/").await.expect(200).json()["item_count"], 1);
        caller.delete("/cart/").await.expect(204);
        assert_eq!(caller.get("/cart/").await.expect(200).json()["item_count"], 0);
    }
}

#[tokio::test]
async fn nobody_sees_or_changes_the_cart_of_another_session() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.50", 10).await;
    let (ann, bob, eve) = (world.shop.client(), world.shop.client(), world.shop.customer().await);
    add(&ann, mug, 2).await.expect(201);
    let guess = world.shop.client();
    guess.set_cookie("sessionid", "abcdefghijklmnopqrstuvwxyz234567");
    for stranger in [&bob, &eve.client, &guess] {
        assert_eq!(stranger.get("/cart/items/").await.expect(200).json(), json!([]));
        stranger.delete(&format!("/cart/remove/{mug}/")).await.expect(404);
        stranger.delete("/cart/").await.expect(204);
    }
    add(&guess, mug, 1).await.expect(201);
    let key = guess.cookie("sessionid").expect("a cookie");
    assert_ne!(key, "abcdefghijklmnopqrstuvwxyz234567", "a key the caller chose must not become a session");
    assert_eq!(each(&ann.get("/cart/items/").await.expect(200).json(), "quantity"), [2]);
}

#[tokio::test]
async fn forms_are_understood_as_well_as_json() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.50", 10).await.to_string();
    let client = world.shop.client();
    client.post("/cart/add/", [("product_id", mug.as_str()), ("quantity", "2")]).await.expect(201);
    let multipart = format!("--b\r\nContent-Disposition: form-data; name=\"product_id\"\r\n\r\n{mug}\r\n--b--\r\n");
    let body = testkit::Body::raw("multipart/form-data; boundary=b", multipart);
    assert_eq!(client.post("/cart/add/", body).await.expect(200).json()["quantity"], 3);
    let text = json!({"product_id": mug, "quantity": " 4 "});
    assert_eq!(client.post("/cart/add/", text).await.expect(200).json()["quantity"], 7, "numbers may come as text");
}

#[tokio::test]
async fn a_session_cart_outlives_a_restart() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.50", 10).await;
    let client = world.shop.client();
    add(&client, mug, 2).await.expect(201);
    world.shop.restart(0).await;
    assert_eq!(each(&client.get("/cart/items/").await.expect(200).json(), "quantity"), [2]);
    add(&client, mug, 1).await.expect(200);
}
