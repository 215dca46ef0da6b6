//! What an account's owner does by a link in a mail: set a new password, confirm the address.

use crate::post_office::PostOffice;
use crate::support::{World, count, together};
use serde_json::{Value, json};
use testkit::{Answer, Client};

const NEW: &str = "two Loud-Oxen pull 9 carts";

async fn forgot(caller: &Client, email: &str) -> Answer {
    caller.post("/user/password_reset/", json!({"email": email})).await
}

async fn reset(caller: &Client, token: &str, password: &str) -> Answer {
    caller.post("/user/password_reset/confirm/", json!({"token": token, "new_password": password})).await
}

async fn world() -> (PostOffice, World) {
    let office = PostOffice::open().await;
    let world = World::of(office.shop()).await;
    (office, world)
}

#[tokio::test]
async fn a_mailed_link_sets_a_new_password_once_and_ends_every_login() {
    let (office, world) = world().await;
    let (ann, nobody) = (world.shop.customer().await, world.shop.client());
    forgot(&nobody, &ann.email.to_uppercase()).await.expect(202);
    let mail = office.about("new password", 1).await.remove(0);
    assert_eq!(mail.to, ann.email);
    assert!(mail.text().contains("http://shop.example/reset.html?token="), "{}", mail.text());
    let token = mail.token();
    assert_eq!(token.len(), 64);
    let weak = reset(&nobody, &token, "12345678").await.expect(400).json();
    assert!(weak["new_password"].is_array() && weak.get("token").is_none(), "{weak}");
    reset(&nobody, &token, NEW).await.expect(200);
    ann.get("/user/profile/").await.expect(401);
    nobody.post("/api/token/refresh/", json!({"refresh": ann.refresh})).await.expect(401);
    nobody.post("/api/token/", json!({"email": ann.email, "password": ann.password})).await.expect(401);
    let again = world.shop.log_in(&nobody, &ann.email, NEW).await;
    assert_eq!(again.get("/user/profile/").await.expect(200).json()["email_confirmed"], true);
    let second = reset(&nobody, &token, "three Slow-Oxen pull 5 carts").await.expect(400).json();
    assert!(second["token"][0].as_str().is_some_and(|text| text.contains("no longer good")), "{second}");
    let kept = world.shop.look("SELECT hash || email_key FROM account_tokens");
    assert!(!format!("{kept:?} {}", world.shop.log()).contains(&token), "a token is written down");
}

#[tokio::test]
async fn whoever_has_no_account_is_answered_the_same_and_nobody_is_written_to() {
    let (office, world) = world().await;
    let (ann, nobody) = (world.shop.customer().await, world.shop.client());
    let gone = world.shop.customer().await;
    world.shop.plant(&format!("UPDATE users SET is_active = FALSE WHERE email = '{}'", gone.email));
    let inactive = forgot(&nobody, &gone.email).await.expect(202);
    let unknown = forgot(&nobody, "stranger@example.com").await.expect(202);
    let known = forgot(&nobody, &ann.email).await.expect(202);
    assert_eq!([inactive.text(), unknown.text()], [known.text(), known.text()]);
    office.about("new password", 1).await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let to: Vec<_> = office.about("new password", 1).await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, std::slice::from_ref(&ann.email));
    assert_eq!(world.shop.look("SELECT email_key FROM reset_requests"), Vec::<Option<String>>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_use_a_link_at_once_one_gets_through() {
    let (office, world) = world().await;
    let (ann, nobody) = (world.shop.customer().await, world.shop.client());
    forgot(&nobody, &ann.email).await.expect(202);
    let token = office.about("new password", 1).await.remove(0).token();
    let answers = together(6, |number| {
        let (nobody, token) = (world.shop.client(), token.clone());
        async move { reset(&nobody, &token, &format!("number {number} of the Loud-Oxen")).await }
    })
    .await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 5), "{answers:?}");
}

#[tokio::test]
async fn one_link_ends_the_others_and_is_good_for_nothing_else() {
    let (office, world) = world().await;
    let (ann, nobody) = (world.shop.customer().await, world.shop.client());
    let confirming = office.about("Confirm", 1).await.remove(0).token();
    forgot(&nobody, &ann.email).await.expect(202);
    office.about("new password", 1).await;
    forgot(&nobody, &ann.email).await.expect(202);
    let links = office.about("new password", 2).await;
    reset(&nobody, &confirming, NEW).await.expect(400);
    nobody.post("/user/confirm_email/", json!({"token": links[0].token()})).await.expect(400);
    reset(&nobody, &links[1].token(), NEW).await.expect(200);
    reset(&nobody, &links[0].token(), NEW).await.expect(400);
}

#[tokio::test]
async fn a_link_that_is_too_old_is_no_longer_good() {
    let (office, world) = world().await;
    let (ann, nobody) = (world.shop.customer().await, world.shop.client());
    forgot(&nobody, &ann.email).await.expect(202);
    let token = office.about("new password", 1).await.remove(0).token();
    world.shop.plant("UPDATE account_tokens SET expires_at = expires_at - 3601000000");
    reset(&nobody, &token, NEW).await.expect(400);
    world.shop.log_in(&nobody, &ann.email, &ann.password).await;
}

#[tokio::test]
async fn an_address_is_confirmed_by_a_link_and_another_one_is_not() {
    let (office, world) = world().await;
    let (ann, nobody) = (world.shop.customer().await, world.shop.client());
    let confirmed = async || ann.get("/user/profile/").await.expect(200).json()["email_confirmed"].clone();
    assert_eq!(confirmed().await, false);
    let first = office.about("Confirm", 1).await.remove(0);
    assert_eq!(first.to, ann.email);
    assert!(first.text().contains("http://shop.example/confirm.html?token="), "{}", first.text());
    // The link was mailed to the old address.
    ann.patch("/user/profile/", json!({"email": "ann@new.example"})).await.expect(200);
    nobody.post("/user/confirm_email/", json!({"token": first.token()})).await.expect(400);
    ann.post("/user/confirm_email/send/", ()).await.expect(202);
    let second = office.about("Confirm", 2).await.remove(1);
    assert_eq!(second.to, "ann@new.example");
    nobody.post("/user/confirm_email/", json!({"token": second.token()})).await.expect(200);
    assert_eq!(confirmed().await, true);
    nobody.post("/user/confirm_email/", json!({"token": second.token()})).await.expect(400);
    ann.patch("/user/profile/", json!({"first_name": "Ann"})).await.expect(200);
    assert_eq!(confirmed().await, true);
    let moved = ann.patch("/user/profile/", json!({"email": "ann@third.example"})).await.expect(200).json();
    assert_eq!((moved["email_confirmed"].clone(), confirmed().await), (json!(false), json!(false)));
}

#[tokio::test]
async fn who_asks_for_too_many_mails_has_to_wait_whether_or_not_there_is_an_account() {
    let office = PostOffice::open().await;
    let world = World::of(office.shop().env("OXCART_LOGIN_FAILURE_RATE", "3/m")).await;
    let (ann, nobody) = (world.shop.customer().await, world.shop.client());
    for email in [ann.email.as_str(), "stranger@example.com"] {
        let mut statuses = vec![];
        for _ in 0..4 {
            statuses.push(forgot(&nobody, email).await.status);
        }
        assert_eq!(statuses, [202, 202, 202, 429], "{email}");
    }
    ann.post("/user/confirm_email/send/", ()).await.expect(202);
    for body in [json!({}), json!({"email": "no address"}), json!({"email": Value::Null})] {
        nobody.post("/user/password_reset/", body).await.expect(400);
    }
}

#[tokio::test]
async fn a_new_password_ends_the_links_that_would_set_another() {
    let (office, world) = world().await;
    let (ann, nobody) = (world.shop.customer().await, world.shop.client());
    forgot(&nobody, &ann.email).await.expect(202);
    let token = office.about("new password", 1).await.remove(0).token();
    let change = json!({"old_password": ann.password, "new_password": "three Quiet-Oxen push 5 carts"});
    ann.post("/user/change_password/", change).await.expect(200);
    reset(&nobody, &token, NEW).await.expect(400);
}
