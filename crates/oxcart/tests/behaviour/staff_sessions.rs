//! Browsers of the staff: a cookie that counts only with what a page of the shop sends along, and that ends everywhere
//! when the login does.

use crate::support::{World, browser_of, builder, member};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{Client, Person};

const OTHER: &str = "two Loud-Oxen pull 9 carts";
/// What is promised, and what the test's own requests take on a busy machine.
const SOON: Duration = Duration::from_millis(1_000 + 300);

fn login(person: &Person) -> serde_json::Value {
    json!({"email": person.email, "password": person.password})
}

#[tokio::test]
async fn a_browser_of_the_staff_logs_in_says_who_it_is_and_logs_out() {
    let world = World::open().await;
    let browser = world.shop.client();
    browser.get("/staff/session/").await.expect(401);
    let answer = browser.post("/staff/session/", login(&world.staff)).await.expect(201);
    let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
    for part in ["staffsession=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{part} is missing in {cookie}");
    }
    let session = answer.json();
    assert_eq!((&session["user"]["role"], &session["user"]["email"]), (&json!("owner"), &json!(world.staff.email)));
    let again = browser.get("/staff/session/").await.expect(200);
    assert_eq!(again.json(), session, "the cookie alone says who it is");
    let page = browser.with_header("X-CSRFToken", session["csrf_token"].as_str().expect("a token"));
    assert_eq!(page.get("/user/profile/").await.expect(200).json()["role"], "owner");
    let key = browser.cookie("staffsession").expect("a key");
    page.delete("/staff/session/").await.expect(204);
    browser.set_cookie("staffsession", &key);
    browser.get("/staff/session/").await.expect(401);
    page.get("/user/profile/").await.expect(401);
}

#[tokio::test]
async fn the_cookie_without_its_header_or_with_another_one_is_nobodys() {
    let world = World::open().await;
    let browser = world.shop.client();
    let session = browser.post("/staff/session/", login(&world.staff)).await.expect(201).json();
    let token = session["csrf_token"].as_str().expect("a token");
    let other = world.shop.client();
    let others = other.post("/staff/session/", login(&world.staff)).await.expect(201).json();
    let cut = &token[1..];
    for wrong in [None, Some(""), Some("x"), Some(cut), others["csrf_token"].as_str()] {
        let page = wrong.map_or_else(|| browser.clone(), |wrong| browser.with_header("X-CSRFToken", wrong));
        page.get("/user/profile/").await.expect(401);
        page.get("/audit/").await.expect(401);
        page.post("/categories/", json!({"name": "Mine"})).await.expect(401);
        page.post("/ws/ticket/", ()).await.expect(401);
        assert_eq!(page.get("/order/").await.expect(200).json()["count"], 0);
    }
    let page = browser.with_header("X-CSRFToken", token);
    page.post("/categories/", json!({"name": "Ours"})).await.expect(201);
    // A token speaks for itself, whatever cookies come with it.
    let customer = world.shop.customer().await;
    let both = page.with_token(&customer.access);
    assert_eq!(both.get("/user/profile/").await.expect(200).json()["email"], customer.email.as_str());
}

#[tokio::test]
async fn a_page_of_another_site_neither_logs_in_nor_changes_anything() {
    let world = World::open().await;
    let browser = browser_of(&world, &world.staff).await;
    for (name, value) in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")] {
        let foreign = browser.with_header(name, value);
        foreign.post("/categories/", json!({"name": "Theirs"})).await.expect(403);
        foreign.delete("/staff/session/").await.expect(403);
        world.shop.client().with_header(name, value).post("/staff/session/", login(&world.staff)).await.expect(403);
    }
    let own = browser.with_header("Origin", &world.shop.url());
    own.post("/categories/", json!({"name": "Ours"})).await.expect(201);
    browser.get("/staff/session/").await.expect(200);
}

#[tokio::test]
async fn only_the_staff_gets_a_session_and_wrong_guesses_look_like_those_for_tokens() {
    let world = World::open().await;
    let customer = world.shop.customer().await;
    let browser = world.shop.client();
    let refused = browser.post("/staff/session/", login(&customer)).await.expect(403);
    assert!(refused.header("set-cookie").is_none(), "{refused}");
    for email in [customer.email.as_str(), "nobody@example.com"] {
        let wrong = json!({"email": email, "password": "wrong"});
        let here = browser.post("/staff/session/", wrong.clone()).await.expect(401);
        let there = browser.post("/api/token/", wrong).await.expect(401);
        assert_eq!(here.json(), there.json(), "for {email}");
    }
    browser.post("/staff/session/", json!({"email": "x"})).await.expect(400);
}

#[tokio::test]
async fn guesses_at_the_staffs_door_and_at_the_customers_count_together() {
    let world = World::of(builder().env("OXCART_LOGIN_FAILURE_RATE", "3/m")).await;
    let wrong = json!({"email": world.staff.email, "password": "wrong"});
    let guesser = world.shop.client();
    for path in ["/api/token/", "/staff/session/", "/api/token/"] {
        guesser.post(path, wrong.clone()).await.expect(401);
    }
    guesser.post("/staff/session/", login(&world.staff)).await.expect(429);
}

#[tokio::test]
async fn a_ticket_of_the_browser_opens_a_socket_that_ends_with_its_session() {
    let world = World::open().await;
    let browser = browser_of(&world, &world.staff).await;
    let ticket = browser.post("/ws/ticket/", ()).await.expect(201).json()["ticket"].as_str().expect("one").to_owned();
    let mut socket = world.shop.client().socket(&format!("/ws/orders/?ticket={ticket}")).await;
    let testkit::live::Frame::Json(frame) = socket.next().await else { panic!("it was closed") };
    assert_eq!(frame["type"], "subscribed", "{frame}");
    browser.delete("/staff/session/").await.expect(204);
    let began = Instant::now();
    let next = async |socket: &mut testkit::live::Socket| {
        tokio::time::timeout(Duration::from_secs(5), socket.next()).await.expect("the socket stays open")
    };
    while let testkit::live::Frame::Json(_) = next(&mut socket).await {}
    assert!(began.elapsed() < SOON, "it took {:?}", began.elapsed());
}

/// Fails unless the browser is refused on every instance within a second.
async fn ends_everywhere(world: &World, browser: &Client, why: &str) {
    let began = Instant::now();
    for number in 0..world.shop.instances() {
        let there = browser.at(&world.shop.url_of(number));
        while there.get("/audit/").await.status != 401 {
            assert!(began.elapsed() < SOON, "instance {number} lets it in {:?} after {why}", began.elapsed());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        there.get("/staff/session/").await.expect(401);
    }
}

/// A browser of somebody of the staff that every instance has just let in.
async fn welcome(world: &World) -> (Person, Client) {
    let person = member(world, "manager").await;
    let browser = browser_of(world, &person).await;
    for number in 0..world.shop.instances() {
        browser.at(&world.shop.url_of(number)).get("/audit/").await.expect(200);
    }
    (person, browser)
}

#[tokio::test]
async fn whatever_ends_a_staff_session_ends_it_on_every_instance_within_a_second() {
    let world = World::of(builder().instances(3)).await;
    let last = world.shop.client_of(world.shop.instances() - 1);
    let owner = world.staff.at(last.base());
    let id = |person: Person| async move { person.get("/user/profile/").await.expect(200).json()["id"].clone() };

    let (_, browser) = welcome(&world).await;
    let key = browser.cookie("staffsession").expect("a key");
    browser.at(last.base()).delete("/staff/session/").await.expect(204);
    browser.set_cookie("staffsession", &key);
    ends_everywhere(&world, &browser, "logging out").await;

    let (person, browser) = welcome(&world).await;
    let change = json!({"old_password": person.password, "new_password": OTHER});
    person.at(last.base()).post("/user/change_password/", change).await.expect(200);
    ends_everywhere(&world, &browser, "a new password").await;

    let (person, browser) = welcome(&world).await;
    let path = format!("/customers/{}/", id(person).await);
    owner.patch(&path, json!({"is_active": false})).await.expect(200);
    ends_everywhere(&world, &browser, "a deactivation").await;

    let (person, browser) = welcome(&world).await;
    owner.delete(&format!("/staff/members/{}/", id(person).await)).await.expect(204);
    ends_everywhere(&world, &browser, "the loss of the role").await;
}

#[tokio::test]
async fn a_session_that_is_used_goes_on_and_one_that_is_not_ends() {
    let world = World::of(builder().env("OXCART_STAFF_SESSION_LIFETIME", "2s")).await;
    let (used, unused) = (browser_of(&world, &world.staff).await, browser_of(&world, &world.staff).await);
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        used.get("/audit/").await.expect(200);
    }
    unused.get("/audit/").await.expect(401);
    unused.get("/staff/session/").await.expect(401);
}

#[tokio::test]
async fn the_database_knows_a_session_by_its_hash_alone() {
    let world = World::open().await;
    let browser = browser_of(&world, &world.staff).await;
    let key = browser.cookie("staffsession").expect("a key");
    let kept = world.shop.look("SELECT key_hash || family_id FROM staff_sessions");
    assert_eq!(kept.len(), 1);
    assert!(!kept.iter().flatten().any(|row| row.contains(&key)), "{kept:?}");
}

#[tokio::test]
async fn a_session_opened_with_an_older_password_is_none() {
    let world = World::open().await;
    let browser = browser_of(&world, &world.staff).await;
    browser.get("/staff/session/").await.expect(200);
    // As when the password is replaced between the look at it and the session's beginning, or by an import.
    world.shop.plant("UPDATE users SET auth_version = auth_version + 1 WHERE is_staff");
    ends_everywhere(&world, &browser, "a new password").await;
}
