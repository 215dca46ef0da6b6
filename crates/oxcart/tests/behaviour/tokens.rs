//! Logging in, and the access token on each request. What becomes of refresh tokens stands in `sessions.rs`.

use crate::support::{builder, claims};
use credentials::token::{Claims, TokenType, encode};
use serde_json::{Value, json};
use testkit::Shop;

const PASSWORD: &str = "a Quiet-Ox pulls 7 carts";
const SECRET: &str = "a-secret-of-this-file-alone-that-is-longer-than-sixty-four-bytes-987";

fn refused() -> Value {
    json!({"detail": "No active account found with the given credentials"})
}

fn not_valid(message: &str) -> Value {
    json!({
        "detail": "Given token not valid for any token type",
        "code": "token_not_valid",
        "messages": [{"token_class": "AccessToken", "token_type": "access", "message": message}],
    })
}

/// Users as Django dumps them: one whose password Django hashed, one who may not log in.
fn load_django_users(shop: &Shop) {
    let hash = "pbkdf2_sha256$1000$abcdefgh$6GkKMabkOLk2cGoR+I3a72Z9ySiAD5u7E6rQjg+cNDM=";
    let user = |pk: i64, email: &str, active: bool| json!({"model": "accounts.user", "pk": pk, "fields": {"email": email, "password": hash, "is_active": active}});
    let users = json!([user(7, "django@example.com", true), user(8, "gone@example.com", false)]);
    let file = shop.folder().join("users.json");
    std::fs::write(&file, users.to_string()).expect("the fixture is written");
    shop.run_well(&["loaddata", &file.display().to_string()]);
}

#[tokio::test]
async fn whoever_can_not_log_in_never_learns_why() {
    let shop = builder().start().await;
    load_django_users(&shop);
    shop.register("ann@example.com").await;
    let logins = [("ann@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("gone@example.com", PASSWORD)];
    for (email, password) in logins {
        let answer = shop.client().post("/api/token/", json!({"email": email, "password": password})).await.expect(401);
        assert_eq!(answer.json(), refused(), "for {email}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"api\""));
    }
    let empty = shop.client().post("/api/token/", json!({})).await.expect(400);
    let required = json!(["This field is required."]);
    assert_eq!(empty.json(), json!({"email": required, "password": required}));
}

#[tokio::test]
async fn tokens_carry_the_claims_that_simplejwt_clients_read() {
    let shop = builder().start().await;
    let ann = shop.register("ann@example.com").await;
    let me = ann.get("/user/profile/").await.expect(200).json();
    for (token, kind, lifetime) in [(&ann.access, "access", 300), (&ann.refresh, "refresh", 86_400)] {
        let claims = claims(token);
        assert_eq!(claims["token_type"], kind);
        assert_eq!(claims["user_id"], me["id"].to_string(), "user_id is a text in {claims}");
        let time = |name: &str| claims[name].as_i64().unwrap_or_else(|| panic!("{name} is no number in {claims}"));
        assert_eq!(time("exp") - time("iat"), lifetime, "{claims}");
        let jti = claims["jti"].as_str().unwrap_or_default();
        assert!(jti.len() == 32 && jti.bytes().all(|byte| byte.is_ascii_hexdigit()), "jti in {claims}");
    }
}

#[tokio::test]
async fn a_bad_authorization_header_is_refused_on_public_routes_too() {
    let shop = builder().env("SECRET_KEY", SECRET).start().await;
    let ann = shop.register("ann@example.com").await;
    // What was good a moment ago makes nothing else good.
    ann.get("/user/profile/").await.expect(200);
    let with = |value: String| shop.client().with_header("Authorization", &value);
    let two_words = json!({"detail": "Authorization header must contain two space-delimited values",
        "code": "bad_authorization_header"});
    let mut tampered = ann.access.clone();
    tampered.replace_range(tampered.len() - 8.., "AAAAAAAA");
    let cases = [
        ("Bearer".to_owned(), two_words.clone()),
        ("Bearer one two".to_owned(), two_words),
        ("Bearer nonsense".to_owned(), not_valid("Token is invalid")),
        (format!("Bearer {tampered}"), not_valid("Token is invalid")),
        (format!("Bearer {}", ann.refresh), not_valid("Token has wrong type")),
    ];
    for (header, expected) in cases {
        for path in ["/products/", "/user/profile/", "/cart/items/"] {
            let answer = with(header.clone()).get(path).await.expect(401);
            assert_eq!(answer.json(), expected, "for {header:?} on {path}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"api\""), "for {header:?} on {path}");
        }
    }
    for scheme in ["Basic YTpi", "Token abc", "bearer"] {
        with(scheme.to_owned()).get("/products/").await.expect(200);
        let answer = with(scheme.to_owned()).get("/user/profile/").await.expect(401);
        assert_eq!(answer.json(), json!({"detail": "Authentication credentials were not provided."}), "for {scheme}");
    }
}

#[tokio::test]
async fn an_access_token_that_is_over_says_so() {
    let shop = builder().env("OXCART_ACCESS_TOKEN_LIFETIME", "2s").start().await;
    let ann = shop.register("ann@example.com").await;
    ann.get("/user/profile/").await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(3100)).await;
    assert_eq!(ann.get("/user/profile/").await.expect(401).json(), not_valid("Token is expired"));
    shop.client().post("/api/token/refresh/", json!({"refresh": ann.refresh})).await.expect(200);
}

#[tokio::test]
async fn a_token_of_nobody_or_of_somebody_locked_out_opens_nothing() {
    let shop = builder().env("SECRET_KEY", SECRET).start().await;
    let ann = shop.register("ann@example.com").await;
    let own = claims(&ann.access);
    let stranger = encode(
        &Claims {
            token_type: TokenType::Access,
            exp: own["exp"].as_i64().expect("a time"),
            iat: own["iat"].as_i64().expect("a time"),
            jti: "0".repeat(32),
            user_id: "999999".to_owned(),
            fam: None,
            ver: None,
        },
        SECRET.as_bytes(),
    );
    let answer = shop.client().with_token(&stranger).get("/user/profile/").await.expect(401);
    assert_eq!(answer.json(), json!({"detail": "User not found", "code": "user_not_found"}));

    // Behind the shop's back: it notices within a second.
    shop.plant("UPDATE users SET is_active = FALSE");
    tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
    let answer = ann.get("/user/profile/").await.expect(401);
    assert_eq!(answer.json(), json!({"detail": "User is inactive", "code": "user_inactive"}));
    shop.client().post("/api/token/refresh/", json!({"refresh": ann.refresh})).await.expect(401);
}

#[tokio::test]
async fn a_token_that_simplejwt_signed_with_the_same_secret_still_holds() {
    let shop = builder().env("SECRET_KEY", SECRET).start().await;
    let ann = shop.register("ann@example.com").await;
    let own = claims(&ann.access);
    let django = |token_type, digit: &str| {
        let claims = Claims {
            token_type,
            exp: own["exp"].as_i64().expect("a time"),
            iat: own["iat"].as_i64().expect("a time"),
            jti: digit.repeat(32),
            user_id: own["user_id"].as_str().expect("an id").to_owned(),
            fam: None,
            ver: None,
        };
        encode(&claims, SECRET.as_bytes())
    };
    let old = shop.client().with_token(&django(TokenType::Access, "1"));
    assert_eq!(old.get("/user/profile/").await.expect(200).json()["email"], "ann@example.com");
    let refresh = json!({"refresh": django(TokenType::Refresh, "2")});
    old.post("/api/token/refresh/", refresh.clone()).await.expect(200);
    old.post("/api/token/refresh/", refresh).await.expect(401);
}

#[tokio::test]
async fn failed_logins_are_throttled_for_the_account_and_for_nobody_else() {
    let shop = builder().env("OXCART_LOGIN_FAILURE_RATE", "3/m").start().await;
    let ann = shop.register("ann@example.com").await;
    shop.register("bob@example.com").await;
    let wrong = json!({"email": ann.email, "password": "wrong"});
    for _ in 0..3 {
        shop.client().post("/api/token/", wrong.clone()).await.expect(401);
    }
    for email in ["ann@example.com", "ANN@example.com"] {
        let right = json!({"email": email, "password": PASSWORD});
        let answer = shop.client().post("/api/token/", right).await.expect(429);
        let wait: u32 = answer.header("retry-after").and_then(|text| text.parse().ok()).unwrap_or_default();
        assert!((1..=60).contains(&wait), "Retry-After of {answer}: {:?}", answer.header("retry-after"));
        let unit = if wait == 1 { "second" } else { "seconds" };
        let detail = format!("Request was throttled. Expected available in {wait} {unit}.");
        assert_eq!(answer.json(), json!({"detail": detail}));
    }
    shop.log_in(&shop.client(), "bob@example.com", PASSWORD).await;
    ann.get("/user/profile/").await.expect(200);
}

#[tokio::test]
async fn registrations_are_throttled_by_address() {
    let shop = builder().env("OXCART_REGISTER_RATE", "2/h").start().await;
    let register = |name: &str| {
        let client = shop.client();
        let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
        async move { client.post("/user/register/", body).await }
    };
    register("ann").await.expect(201);
    register("bob").await.expect(201);
    let answer = register("eve").await.expect(429);
    assert!(answer.header("retry-after").is_some(), "no Retry-After: {answer}");
}

#[tokio::test]
async fn a_password_that_django_hashed_logs_in_and_is_hashed_anew() {
    let shop = builder().start().await;
    load_django_users(&shop);
    let stored = || shop.look("SELECT password FROM users WHERE id = 7").remove(0).expect("a hash");
    assert!(stored().starts_with("pbkdf2_sha256$"), "{}", stored());
    shop.log_in(&shop.client(), "django@example.com", PASSWORD).await;
    assert!(stored().starts_with("argon2$argon2id$"), "after the login it is {}", stored());
    let again = shop.log_in(&shop.client(), "django@example.com", PASSWORD).await;
    assert_eq!(again.get("/user/profile/").await.expect(200).json()["id"], 7);
}
