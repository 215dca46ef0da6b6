//! Accounts: register, profile, change of password.

use crate::support::builder;
use serde_json::{Value, json};
use testkit::{Client, Shop};

const PASSWORD: &str = "a Quiet-Ox pulls 7 carts";
const OTHER: &str = "two Loud-Oxen pull 9 carts";

async fn open() -> (Shop, Client) {
    let shop = builder().start().await;
    let client = shop.client();
    (shop, client)
}

#[tokio::test]
async fn registering_answers_with_the_account_and_never_with_the_password() {
    let (shop, client) = open().await;
    let account = json!({"email": "ann@example.com", "password": PASSWORD, "first_name": "Ann", "last_name": "Miller",
        "phone": "+49 30 123"});
    let answer = client.post("/user/register/", account).await.expect(201);
    let user = answer.json();
    assert!(user["id"].is_i64(), "no id in {user}");
    for (field, value) in
        [("email", "ann@example.com"), ("first_name", "Ann"), ("last_name", "Miller"), ("phone", "+49 30 123")]
    {
        assert_eq!(user[field], value, "{field} in {user}");
    }
    assert!(user["date_joined"].as_str().is_some_and(|at| at.ends_with('Z')), "date_joined in {user}");
    assert!(!answer.text().contains("password") && !answer.text().contains("argon2"), "the password shows: {answer}");
    let stored = shop.look("SELECT password FROM users").remove(0).expect("a hash");
    assert!(stored.starts_with("argon2$argon2id$"), "stored as {stored}");
}

#[tokio::test]
async fn every_bad_field_of_a_registration_is_told_at_once_in_the_words_of_rest_framework() {
    let (_shop, client) = open().await;
    let long = |length: usize| "x".repeat(length);
    let required = "This field is required.";
    let blank = "This field may not be blank.";
    let no_null = "This field may not be null.";
    let cases = [
        (json!({}), json!({"email": [required], "password": [required]})),
        (json!({"email": null, "password": null}), json!({"email": [no_null], "password": [no_null]})),
        (json!({"email": " ", "password": ""}), json!({"email": [blank], "password": [blank]})),
        (json!({"email": "nobody", "password": PASSWORD}), json!({"email": ["Enter a valid email address."]})),
        (
            json!({"email": format!("{}@example.com", long(250)), "password": PASSWORD}),
            json!({"email": ["Ensure this field has no more than 254 characters."]}),
        ),
        (
            json!({"email": "a@example.com", "password": PASSWORD, "first_name": long(151), "last_name": long(151),
                "phone": long(33)}),
            json!({"first_name": ["Ensure this field has no more than 150 characters."],
                "last_name": ["Ensure this field has no more than 150 characters."],
                "phone": ["Ensure this field has no more than 32 characters."]}),
        ),
        (
            json!({"email": ["a@example.com"], "password": true}),
            json!({"email": ["Not a valid string."], "password": ["Not a valid string."]}),
        ),
        (json!([]), json!({"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]})),
        (json!("x"), json!({"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]})),
    ];
    for (body, expected) in cases {
        let answer = client.post("/user/register/", body.clone()).await.expect(400);
        assert_eq!(answer.json(), expected, "for {body}");
    }
}

#[tokio::test]
async fn weak_passwords_are_refused_with_every_reason() {
    let (_shop, client) = open().await;
    let cases = [
        ("x7!kq", vec!["This password is too short. It must contain at least 8 characters."]),
        (
            "1234567",
            vec![
                "This password is too short. It must contain at least 8 characters.",
                "This password is too common.",
                "This password is entirely numeric.",
            ],
        ),
        ("password1", vec!["This password is too common."]),
        ("738201946528", vec!["This password is entirely numeric."]),
        ("rosalindas", vec!["The password is too similar to the email."]),
    ];
    for (password, reasons) in cases {
        let body = json!({"email": "rosalinda@example.com", "password": password});
        let answer = client.post("/user/register/", body).await.expect(400);
        assert_eq!(answer.json(), json!({"password": reasons}), "for {password}");
    }
}

#[tokio::test]
async fn an_address_has_one_account_in_whatever_case_it_is_written() {
    let (shop, client) = open().await;
    shop.register("ann@example.com").await;
    for email in ["ann@example.com", "ANN@Example.COM"] {
        let answer = client.post("/user/register/", json!({"email": email, "password": PASSWORD})).await.expect(400);
        assert_eq!(answer.json(), json!({"email": ["user with this email already exists."]}), "for {email}");
    }
    shop.log_in(&client, "Ann@EXAMPLE.com", PASSWORD).await;
}

#[tokio::test]
async fn nobody_makes_themselves_staff_or_picks_an_id() {
    let (shop, client) = open().await;
    let smuggled = json!({"email": "eve@example.com", "password": PASSWORD, "id": 4711, "is_staff": true,
        "is_superuser": true, "is_active": false, "date_joined": "2001-01-01T00:00:00Z"});
    let user = client.post("/user/register/", smuggled.clone()).await.expect(201).json();
    assert_ne!(user["id"], 4711);
    let eve = shop.log_in(&client, "eve@example.com", PASSWORD).await;
    eve.patch("/user/profile/", smuggled).await.expect(200);
    eve.post("/products/", json!({"name": "Mug", "price": "1.00"})).await.expect(403);
    let flags = "SELECT 'staff' FROM users WHERE is_staff OR is_superuser OR NOT is_active OR id = 4711";
    assert_eq!(shop.look(flags), vec![], "a field was smuggled in");
}

#[tokio::test]
async fn a_registration_may_come_as_a_form() {
    let (shop, client) = open().await;
    let fields = [("email", "ann@example.com"), ("password", PASSWORD), ("first_name", "Ann")];
    client.post("/user/register/", fields).await.expect(201);
    shop.log_in(&client, "ann@example.com", PASSWORD).await;
}

#[tokio::test]
async fn a_profile_is_read_replaced_and_changed_by_its_owner_alone() {
    let (shop, client) = open().await;
    let denied = client.get("/user/profile/").await.expect(401);
    assert_eq!(denied.json(), json!({"detail": "Authentication credentials were not provided."}));
    assert_eq!(denied.header("www-authenticate"), Some("Bearer realm=\"api\""));
    let ann = shop.register("ann@example.com").await;
    shop.register("bob@example.com").await;

    let part = ann.patch("/user/profile/", json!({"phone": "123"})).await.expect(200).json();
    assert_eq!((&part["phone"], &part["email"]), (&json!("123"), &json!("ann@example.com")));
    let whole = json!({"email": "Ann@example.com", "first_name": "Ann", "last_name": "M"});
    let whole = ann.put("/user/profile/", whole).await.expect(200).json();
    assert_eq!(whole["first_name"], "Ann");
    assert_eq!(ann.get("/user/profile/").await.expect(200).json(), whole);

    let refusals: [(Value, Value); 2] = [
        (json!({"first_name": "Ann"}), json!({"email": ["This field is required."]})),
        (json!({"email": "BOB@example.com"}), json!({"email": ["user with this email already exists."]})),
    ];
    for (body, expected) in refusals {
        let answer = ann.put("/user/profile/", body.clone()).await.expect(400);
        assert_eq!(answer.json(), expected, "for {body}");
    }
    let bad = ann.patch("/user/profile/", json!({"email": "nobody"})).await.expect(400);
    assert_eq!(bad.json(), json!({"email": ["Enter a valid email address."]}));
}

#[tokio::test]
async fn a_new_password_ends_every_session_of_the_account() {
    let (shop, client) = open().await;
    let here = shop.register("ann@example.com").await;
    let there = shop.log_in(&shop.client(), "ann@example.com", PASSWORD).await;
    let change = json!({"old_password": PASSWORD, "new_password": OTHER});
    client.post("/user/change_password/", change.clone()).await.expect(401);
    here.post("/user/change_password/", change).await.expect(200);

    for person in [&here, &there] {
        let refused = person.get("/user/profile/").await.expect(401).json();
        assert_eq!(refused["code"], "token_not_valid", "{refused}");
        client.post("/api/token/refresh/", json!({"refresh": person.refresh})).await.expect(401);
    }
    client.post("/api/token/", json!({"email": "ann@example.com", "password": PASSWORD})).await.expect(401);
    shop.log_in(&client, "ann@example.com", OTHER).await;
}

#[tokio::test]
async fn a_password_is_only_changed_by_who_knows_it_and_only_to_a_good_one() {
    let (shop, _client) = open().await;
    let ann = shop.register("ann@example.com").await;
    let wrong = "Your old password was entered incorrectly. Please enter it again.";
    let cases = [
        (json!({"old_password": "wrong", "new_password": OTHER}), json!({"old_password": [wrong]})),
        (
            json!({"old_password": PASSWORD, "new_password": "12345678"}),
            json!({"new_password": ["This password is too common.", "This password is entirely numeric."]}),
        ),
        (json!({}), json!({"old_password": ["This field is required."], "new_password": ["This field is required."]})),
    ];
    for (body, expected) in cases {
        let answer = ann.post("/user/change_password/", body.clone()).await.expect(400);
        assert_eq!(answer.json(), expected, "for {body}");
    }
    ann.get("/user/profile/").await.expect(200);
}
