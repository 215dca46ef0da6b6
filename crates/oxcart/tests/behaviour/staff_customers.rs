//! Customers as the staff sees them.

use crate::support::{World, add, each, id, member, place};
use serde_json::json;

#[tokio::test]
async fn customers_are_found_sorted_and_shown_with_what_they_ordered() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.50", 50).await;
    let (ann, bob) = (world.shop.register("ann@example.com").await, world.shop.register("bob@example.org").await);
    ann.patch("/user/profile/", json!({"first_name": "Ann", "phone": "030 77"})).await.expect(200);
    for _ in 0..2 {
        add(&ann, mug, 2).await.expect(201);
        place(&ann).await;
    }
    add(&ann, mug, 1).await.expect(201);
    let cancelled = id(&place(&ann).await);
    ann.post(&format!("/order/{cancelled}/cancel/"), ()).await.expect(200);
    add(&ann, mug, 3).await.expect(201);
    let own = id(&ann.get("/user/profile/").await.expect(200).json());
    let shown = world.staff.get(&format!("/customers/{own}/")).await.expect(200).json();
    assert_eq!(
        (&shown["orders"], &shown["spent"], &shown["currency"]),
        (&json!(3), &json!("10.00"), &json!("USD")),
        "{shown}"
    );
    assert!(shown["last_login"].is_string() && shown["role"].is_null(), "{shown}");
    let cart = world.staff.get(&format!("/customers/{own}/cart/")).await.expect(200).json();
    assert_eq!(cart, ann.get("/cart/").await.expect(200).json());
    for (query, expected) in [
        ("search=ANN", vec!["ann@example.com"]),
        ("search=030+ann", vec!["ann@example.com"]),
        ("search=example.org", vec!["bob@example.org"]),
        ("search=nn%25", vec![]),
        (
            "ordering=email&search=example&is_active=true",
            vec!["ann@example.com", "bob@example.org", "staff-1@example.com"],
        ),
        ("ordering=-email&search=b", vec!["bob@example.org"]),
        ("is_active=false", vec![]),
    ] {
        let found = world.staff.get(&format!("/customers/?{query}")).await.expect(200).json();
        assert_eq!(each(&found, "email"), expected, "{query}");
        assert_eq!(found["count"], expected.len(), "{query}");
    }
    let newest = world.staff.get("/customers/").await.expect(200).json();
    assert_eq!(each(&newest, "email")[0], bob.email.as_str());
    world.staff.get("/customers/?ordering=spent").await.expect(400);
    world.staff.get("/customers/?is_active=perhaps").await.expect(400);
    world.staff.get("/customers/999999/").await.expect(404);
    world.staff.get("/customers/999999/cart/").await.expect(404);
}

#[tokio::test]
async fn a_customer_who_is_shut_out_is_out_at_once_and_may_be_let_in_again() {
    let world = World::open().await;
    let manager = member(&world, "manager").await;
    let ann = world.shop.customer().await;
    let path = format!("/customers/{}/", id(&ann.get("/user/profile/").await.expect(200).json()));
    manager.patch(&path, json!({})).await.expect(400);
    let shown = manager.patch(&path, json!({"is_active": false})).await.expect(200).json();
    assert_eq!(shown["is_active"], false);
    ann.get("/user/profile/").await.expect(401);
    let login = json!({"email": ann.email, "password": ann.password});
    ann.post("/api/token/refresh/", json!({"refresh": ann.refresh})).await.expect(401);
    world.shop.client().post("/api/token/", login).await.expect(401);
    manager.patch(&path, json!({"is_active": true})).await.expect(200);
    world.shop.log_in(&world.shop.client(), &ann.email, &ann.password).await;
    let object = format!("user:{}", path.split('/').nth(2).expect("an id"));
    let written = world.staff.get(&format!("/audit/?object={object}")).await.expect(200).json();
    assert_eq!(each(&written, "after"), [&json!({"is_active": true}), &json!({"is_active": false})]);
}

#[tokio::test]
async fn a_manager_shuts_no_colleague_out() {
    let world = World::open().await;
    let (manager, packer) = (member(&world, "manager").await, member(&world, "fulfilment").await);
    let own = id(&world.staff.get("/user/profile/").await.expect(200).json());
    let other = id(&packer.get("/user/profile/").await.expect(200).json());
    for id in [own, other] {
        manager.patch(&format!("/customers/{id}/"), json!({"is_active": false})).await.expect(403);
    }
    world.staff.patch(&format!("/customers/{other}/"), json!({"is_active": false})).await.expect(200);
    packer.get("/user/profile/").await.expect(401);
}
