//! An order by the link in a mail about it.

use crate::post_office::PostOffice;
use crate::support::{World, add, builder, id};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Answer, Client};

/// What stands behind the `#` of a mailed link.
#[track_caller]
fn token_in(text: &str) -> String {
    let after = text.split("/order.html#").nth(1).unwrap_or_else(|| panic!("no link in {text}"));
    after.chars().take_while(|sign| sign.is_ascii_alphanumeric() || "-.".contains(*sign)).collect()
}

async fn follow(caller: &Client, token: &str) -> Answer {
    caller.with_header("X-Order-Token", token).get("/order/by_link/").await
}

/// A guest orders two mugs; the order, and the token they were mailed.
async fn ordered(office: &PostOffice, world: &World) -> (Value, String) {
    let mug = world.product("Mug", "5.00", 50).await;
    let guest = world.shop.client();
    add(&guest, mug, 2).await.expect(201);
    let contact = json!({"email": "gus@home.example", "name": "Gus Guest", "address": "1 Mill Lane", "note": "Ring"});
    let placed =
        guest.post("/order/place_order/", json!({"contact": contact})).await.expect(201).json()["order"].take();
    let mail = office.about(placed["number"].as_str().expect("a number"), 1).await.remove(0);
    let token = token_in(&mail.text());
    (placed, token)
}

#[tokio::test]
async fn whoever_has_the_mail_follows_the_order_and_learns_nothing_the_mail_did_not_tell() {
    let office = PostOffice::open().await;
    let world = World::of(office.shop()).await;
    let (placed, token) = ordered(&office, &world).await;
    let anywhere = world.shop.client();
    let answer = follow(&anywhere, &token).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("set-cookie"), None, "following a link begins no session");
    let shown = answer.json();
    let fields: BTreeSet<_> = shown.as_object().expect("an order").keys().map(String::as_str).collect();
    assert_eq!(Vec::from_iter(fields), ["created_at", "currency", "items", "number", "status", "total", "updated_at"]);
    assert_eq!((&shown["number"], &shown["total"]), (&placed["number"], &json!("10.00")));
    assert_eq!((&shown["items"][0]["name"], &shown["items"][0]["quantity"]), (&json!("Mug"), &json!(2)));
    for secret in ["gus@", "Gus", "Mill Lane", "Ring"] {
        assert!(!answer.text().contains(secret), "{secret} is told: {shown}");
    }
    world.staff.post(&format!("/order/{}/update_status/", id(&placed)), json!({"status": "shipped"})).await.expect(200);
    assert_eq!(follow(&anywhere, &token).await.expect(200).json()["status"], "shipped");
    let shipped = office.about("on its way", 1).await.remove(0);
    assert_eq!(token_in(&shipped.text()), token, "both mails lead to the same page");
}

#[tokio::test]
async fn a_link_reads_its_one_order_and_does_nothing_else() {
    let office = PostOffice::open().await;
    let world = World::of(office.shop()).await;
    let (placed, token) = ordered(&office, &world).await;
    let holder = world.shop.client().with_header("X-Order-Token", &token);
    let path = format!("/order/{}/", id(&placed));
    holder.get(&path).await.expect(404);
    holder.post(&format!("{path}cancel/"), ()).await.expect(404);
    holder.post(&format!("{path}update_status/"), json!({"status": "shipped"})).await.expect(401);
    holder.get(&format!("{path}timeline/")).await.expect(401);
    assert_eq!(holder.get("/order/").await.expect(200).json()["count"], 0);
    for method in ["POST", "PATCH", "DELETE"] {
        crate::support::ask(&holder, method, "/order/by_link/", ()).await.expect(405);
    }
    assert_eq!(world.staff.get(&path).await.expect(200).json()["status"], "pending");
}

#[tokio::test]
async fn wrong_tokens_are_answered_alike_and_a_right_one_ends_with_its_time() {
    let office = PostOffice::open().await;
    let world = World::of(office.shop()).await;
    let (placed, token) = ordered(&office, &world).await;
    let number = placed["number"].as_str().expect("a number");
    let mark = token.strip_prefix(number).and_then(|rest| rest.strip_prefix('.')).expect("the number and a mark");
    assert_eq!(mark.len(), 64, "256 bits: nobody guesses it");
    let last = if mark.ends_with('0') { "1" } else { "0" };
    let nobody = world.shop.client();
    let expected = nobody.get("/order/by_link/").await.expect(404).json();
    let wrong = [
        String::new(),
        number.to_owned(),
        format!("{number}."),
        format!("{number}.{}{last}", &mark[..63]),
        format!("OX-AAAAAAAA.{mark}"),
        format!("{}.{mark}", id(&placed)),
        mark.to_owned(),
        format!("{number}.{}", "0".repeat(5_000)),
        "' OR 1=1 --.x".to_owned(),
    ];
    for token in &wrong {
        let refused = follow(&nobody, token).await.expect(404);
        assert_eq!(refused.json(), expected, "{token}");
        assert_eq!(refused.header("cache-control"), Some("no-store"), "all links have one address");
        assert_eq!(follow(&world.staff, token).await.expect(404).json(), expected, "{token}");
    }
    let age = |days: i64| format!("UPDATE orders SET created_at = created_at - {}", days * 86_400_000_000);
    world.shop.plant(&age(89));
    follow(&nobody, &token).await.expect(200);
    world.shop.plant(&age(2));
    assert_eq!(follow(&nobody, &token).await.expect(404).json(), expected);
    assert!(!world.shop.log().contains(mark), "a token is written down");
}

#[tokio::test]
async fn another_secret_key_makes_links_worthless_and_the_staff_sees_none() {
    let office = PostOffice::open().await;
    let world = World::of(office.shop()).await;
    let (_, token) = ordered(&office, &world).await;
    let mails = world.staff.get("/staff/mails/").await.expect(200).json();
    let mail = world.staff.get(&format!("/staff/mails/{}/", id(&mails["results"][0]))).await.expect(200).text();
    assert!(mail.contains("/order.html#***") && !mail.contains(&token), "{mail}");
    let other =
        World::of(builder().env("SECRET_KEY", "another-secret-that-is-as-long-as-sixty-four-bytes-have-to-be-01"))
            .await;
    follow(&other.shop.client(), &token).await.expect(404);
}
