//! Categories: a tree that everybody reads and the staff tends.

use crate::support::{World, each};
use serde_json::{Value, json};

fn no_category() -> Value {
    json!({"detail": "No Category matches the given query."})
}

#[tokio::test]
async fn categories_are_listed_by_name_and_shown_one_by_one() {
    let world = World::open().await;
    let kitchen = world.category("Kitchen", None).await;
    let drinks = world.category("Drinks", Some(kitchen)).await;
    let client = world.shop.client();
    let page = client.get("/categories/").await.expect(200).json();
    assert_eq!((&page["count"], &page["next"], &page["previous"]), (&json!(2), &Value::Null, &Value::Null));
    assert_eq!(each(&page, "name"), ["Drinks", "Kitchen"]);
    let shown = client.get(&format!("/categories/{drinks}/")).await.expect(200).json();
    assert_eq!(shown, page["results"][0]);
    assert_eq!((&shown["slug"], &shown["parent"]), (&json!("drinks"), &json!(kitchen)));
    let second = client.get("/categories/?page_size=1&page=2").await.expect(200).json();
    assert_eq!(each(&second, "name"), ["Kitchen"]);
    assert_eq!(client.get("/categories/999/").await.expect(404).json(), no_category());
    let beyond = client.get("/categories/?page=2").await.expect(404).json();
    assert_eq!(beyond, json!({"detail": "Invalid page."}));
}

#[tokio::test]
async fn the_staff_adds_changes_replaces_and_removes_categories() {
    let world = World::open().await;
    let body = json!({"name": "Öl & Essig", "description": "Fine things"});
    let made = world.staff.post("/categories/", body).await.expect(201).json();
    let path = format!("/categories/{}/", made["id"]);
    assert!(made["slug"].as_str().is_some_and(|slug| slug.is_ascii() && !slug.contains(' ')), "slug of {made}");
    let changed = world.staff.patch(&path, json!({"name": "Oil"})).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["slug"]), (&json!("Oil"), &made["slug"]), "an address must not move");
    assert_eq!(changed["description"], "Fine things");
    let replaced = world.staff.put(&path, json!({"name": "Oils", "slug": "oils"})).await.expect(200).json();
    assert_eq!(replaced["slug"], "oils");
    world.staff.delete(&path).await.expect(204);
    assert_eq!(world.staff.get(&path).await.expect(404).json(), no_category());
    assert_eq!(world.staff.delete(&path).await.expect(404).json(), no_category());
}

#[tokio::test]
async fn only_the_staff_changes_categories() {
    let world = World::open().await;
    let kitchen = world.category("Kitchen", None).await;
    let path = format!("/categories/{kitchen}/");
    let customer = world.shop.customer().await;
    for (caller, status) in [(&world.shop.client(), 401), (&customer.client, 403)] {
        caller.post("/categories/", json!({"name": "Mine"})).await.expect(status);
        caller.put(&path, json!({"name": "Mine"})).await.expect(status);
        caller.patch(&path, json!({"name": "Mine"})).await.expect(status);
        caller.delete(&path).await.expect(status);
        caller.get(&path).await.expect(200);
    }
}

#[tokio::test]
async fn bad_fields_of_a_category_are_told() {
    let world = World::open().await;
    let kitchen = world.category("Kitchen", None).await;
    let drinks = world.category("Drinks", Some(kitchen)).await;
    let slug = "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.";
    let cases = [
        (json!({}), json!({"name": ["This field is required."]})),
        (json!({"name": null}), json!({"name": ["This field may not be null."]})),
        (json!({"name": "x".repeat(151)}), json!({"name": ["Ensure this field has no more than 150 characters."]})),
        (json!({"name": "Pots", "slug": "a b"}), json!({"slug": [slug]})),
        (json!({"name": "Pots", "slug": "kitchen"}), json!({"slug": ["category with this slug already exists."]})),
        (json!({"name": "Kitchen"}), json!({"slug": ["category with this slug already exists."]})),
        (json!({"name": "Pots", "parent": 999}), json!({"parent": ["Invalid pk \"999\" - object does not exist."]})),
        (json!({"name": "Pots", "parent": "up"}), json!({"parent": ["A valid integer is required."]})),
    ];
    for (body, expected) in cases {
        let answer = world.staff.post("/categories/", body.clone()).await.expect(400);
        assert_eq!(answer.json(), expected, "for {body}");
    }
    for parent in [kitchen, drinks] {
        let answer = world.staff.patch(&format!("/categories/{kitchen}/"), json!({"parent": parent})).await.expect(400);
        assert_eq!(answer.json(), json!({"parent": ["A category can't be put below itself."]}));
    }
}

#[tokio::test]
async fn removing_a_category_leaves_its_products_and_its_children() {
    let world = World::open().await;
    let kitchen = world.category("Kitchen", None).await;
    let drinks = world.category("Drinks", Some(kitchen)).await;
    let mug = world.create(json!({"name": "Mug", "price": "1", "category": kitchen})).await;
    world.staff.delete(&format!("/categories/{kitchen}/")).await.expect(204);
    let client = world.shop.client();
    let left = client.get(&format!("/products/{}/", mug["id"])).await.expect(200).json();
    assert_eq!(left["category"], Value::Null);
    assert_eq!(client.get(&format!("/categories/{drinks}/")).await.expect(200).json()["parent"], Value::Null);
}
