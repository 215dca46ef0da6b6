//! What becomes of a login: refresh tokens rotate, a stolen one ends its family, logging out ends it at once.

use crate::support::{builder, claims, count, together};
use serde_json::{Value, json};
use testkit::{Client, Person, Shop};

async fn refresh(client: &Client, token: &Value) -> testkit::Answer {
    client.post("/api/token/refresh/", json!({"refresh": token})).await
}

fn bad(detail: &str) -> Value {
    json!({"detail": detail, "code": "token_not_valid"})
}

async fn open() -> (Shop, Client, Person) {
    let shop = builder().start().await;
    let ann = shop.register("ann@example.com").await;
    let client = shop.client();
    (shop, client, ann)
}

#[tokio::test]
async fn a_refresh_token_becomes_a_new_pair() {
    let (_shop, client, ann) = open().await;
    let pair = refresh(&client, &json!(ann.refresh)).await.expect(200).json();
    assert_ne!(pair["refresh"], ann.refresh, "it does not rotate");
    assert_ne!(pair["access"], ann.access);
    let access = pair["access"].as_str().expect("a token");
    assert_eq!(claims(access)["token_type"], "access");
    client.with_token(access).get("/user/profile/").await.expect(200);
    ann.get("/user/profile/").await.expect(200);
    refresh(&client, &pair["refresh"]).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_that_comes_again_ends_its_whole_family_and_no_other() {
    let (shop, client, ann) = open().await;
    let elsewhere = shop.log_in(&shop.client(), &ann.email, &ann.password).await;
    let pair = refresh(&client, &json!(ann.refresh)).await.expect(200).json();
    let replayed = refresh(&client, &json!(ann.refresh)).await.expect(401);
    assert_eq!(replayed.json(), bad("Token is blacklisted"));
    assert_eq!(refresh(&client, &pair["refresh"]).await.expect(401).json(), bad("Token is blacklisted"));
    let access = pair["access"].as_str().expect("a token");
    client.with_token(access).get("/user/profile/").await.expect(401);
    ann.get("/user/profile/").await.expect(401);
    elsewhere.get("/user/profile/").await.expect(200);
    refresh(&client, &json!(elsewhere.refresh)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_parallel_refreshes_one_wins() {
    let shop = builder().instances(2).start().await;
    let ann = shop.register("ann@example.com").await;
    for round in 0..3 {
        let login = shop.log_in(&shop.client(), &ann.email, &ann.password).await;
        let answers = together(12, |number| {
            let client = shop.client_of(number % shop.instances());
            let token = json!(login.refresh);
            async move { refresh(&client, &token).await }
        })
        .await;
        assert_eq!(
            count(&answers, 200),
            1,
            "round {round}: {:?}",
            answers.iter().map(|a| a.status).collect::<Vec<_>>()
        );
        assert_eq!(count(&answers, 401), 11, "round {round}");
    }
}

#[tokio::test]
async fn logging_out_ends_the_login_at_once_its_access_token_too() {
    let (shop, client, ann) = open().await;
    let elsewhere = shop.log_in(&shop.client(), &ann.email, &ann.password).await;
    let body = json!({"refresh": ann.refresh});
    assert_eq!(client.post("/api/token/blacklist/", body.clone()).await.expect(200).json(), json!({}));
    assert_eq!(ann.get("/user/profile/").await.expect(401).json()["code"], "token_not_valid");
    assert_eq!(refresh(&client, &json!(ann.refresh)).await.expect(401).json(), bad("Token is blacklisted"));
    assert_eq!(client.post("/api/token/blacklist/", body).await.expect(401).json(), bad("Token is blacklisted"));
    elsewhere.get("/user/profile/").await.expect(200);
}

#[tokio::test]
async fn bad_refresh_tokens_are_told_apart() {
    let (_shop, client, ann) = open().await;
    let mut tampered = ann.refresh.clone();
    tampered.replace_range(tampered.len() - 8.., "AAAAAAAA");
    let cases = [
        (json!("nonsense"), "Token is invalid"),
        (json!(tampered), "Token is invalid"),
        (json!(ann.access), "Token has wrong type"),
    ];
    for (token, detail) in cases {
        for path in ["/api/token/refresh/", "/api/token/blacklist/"] {
            let answer = client.post(path, json!({"refresh": token})).await.expect(401);
            assert_eq!(answer.json(), bad(detail), "for {token} on {path}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"api\""));
        }
    }
    for path in ["/api/token/refresh/", "/api/token/blacklist/"] {
        let missing = client.post(path, json!({})).await.expect(400).json();
        assert_eq!(missing, json!({"refresh": ["This field is required."]}));
    }
}

#[tokio::test]
async fn a_refresh_token_that_is_over_says_so() {
    let builder = builder().env("OXCART_ACCESS_TOKEN_LIFETIME", "1s").env("OXCART_REFRESH_TOKEN_LIFETIME", "1s");
    let shop = builder.start().await;
    let ann = shop.register("ann@example.com").await;
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    let answer = refresh(&shop.client(), &json!(ann.refresh)).await.expect(401);
    assert_eq!(answer.json(), bad("Token is expired"));
}

#[tokio::test]
async fn verifying_tells_whether_a_token_is_good() {
    let (_shop, client, ann) = open().await;
    for token in [&ann.access, &ann.refresh] {
        assert_eq!(client.post("/api/token/verify/", json!({"token": token})).await.expect(200).json(), json!({}));
    }
    let missing = client.post("/api/token/verify/", json!({})).await.expect(400).json();
    assert_eq!(missing, json!({"token": ["This field is required."]}));
    let answer = client.post("/api/token/verify/", json!({"token": "nonsense"})).await.expect(401);
    assert_eq!(answer.json(), bad("Token is invalid"));
    client.post("/api/token/blacklist/", json!({"refresh": ann.refresh})).await.expect(200);
    for token in [&ann.access, &ann.refresh] {
        let answer = client.post("/api/token/verify/", json!({"token": token})).await.expect(401);
        assert_eq!(answer.json(), bad("Token is blacklisted"));
    }
}

#[tokio::test]
async fn logins_outlive_a_restart() {
    let (shop, client, ann) = open().await;
    shop.restart(0).await;
    ann.get("/user/profile/").await.expect(200);
    refresh(&client, &json!(ann.refresh)).await.expect(200);
}
