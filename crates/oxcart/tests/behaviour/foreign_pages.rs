//! Pages of other sites: what they make a visitor's browser send with the session cookie is refused. Programs, the
//! shop's own pages, friends that the operator named, and access tokens see no difference.

use crate::support::{World, add, ask, builder};
use serde_json::{Value, json};
use testkit::{Body, Client};

const FRIEND: &str = "https://friend.example";

/// A browser with something in its cart.
async fn browser(world: &World, mug: i64) -> Client {
    let browser = world.shop.client();
    add(&browser, mug, 5).await.expect(201);
    browser
}

/// Everything a cookie alone can change, each with the status it has when it is let through.
fn writes(mug: i64) -> Vec<(&'static str, String, Option<Value>, u16)> {
    vec![
        ("POST", "/cart/add/".to_owned(), Some(json!({"product_id": mug})), 200),
        ("PATCH", format!("/cart/items/{mug}/"), Some(json!({"quantity": 2})), 200),
        ("POST", "/ws/ticket/".to_owned(), None, 201),
        ("POST", "/order/place_order/".to_owned(), None, 201),
        ("DELETE", format!("/cart/remove/{mug}/"), None, 404),
        ("DELETE", "/cart/".to_owned(), None, 204),
    ]
}

async fn let_through(caller: &Client, mug: i64, who: &str) {
    for (method, path, body, status) in writes(mug) {
        let answer = ask(caller, method, &path, body).await;
        assert_eq!(answer.status, status, "{who}: {answer}");
    }
}

async fn refused(caller: &Client, mug: i64, who: &str) {
    for (method, path, body, _) in writes(mug) {
        let answer = ask(caller, method, &path, body).await.expect(403);
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(detail.starts_with("CSRF Failed: "), "{who}: {answer}");
        assert!(detail.contains("cors_allowed_origins"), "{who} is not told what to do: {answer}");
    }
    // A form of another site needs no permission to be sent.
    let form = [("product_id", "1")];
    caller.post("/cart/add/", Body::from(form)).await.expect(403);
    let login = json!({"email": "ann@example.com", "password": "x"});
    caller.post("/api/token/", login).await.expect(403);
}

#[tokio::test]
async fn a_foreign_page_changes_nothing_by_the_cookie() {
    let world = World::of(builder().env("OXCART_CORS_ALLOWED_ORIGINS", FRIEND)).await;
    let mug = world.product("Mug", "1.00", 500).await;
    let browser = browser(&world, mug).await;
    let own = world.shop.url();
    let foreign: [&[(&str, &str)]; 9] = [
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Origin", "http://friend.example")],
        &[("Origin", "https://friend.example.evil.example")],
        &[("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", "https://evil.shop.example"), ("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Referer", "https://evil.example/page?https://friend.example")],
        // The page that sends it counts, not what it was read from.
        &[("Origin", "https://evil.example"), ("Referer", &own)],
    ];
    for headers in foreign {
        let page = headers.iter().fold(browser.clone(), |page, (name, value)| page.with_header(name, value));
        refused(&page, mug, &format!("{headers:?}")).await;
        assert_eq!(page.get("/cart/").await.expect(200).json()["item_count"], 5, "a refusal changed the cart");
        let token = world.shop.customer().await;
        let by_token = page.with_token(&token.access);
        add(&by_token, mug, 1).await.expect(201);
    }
    let stranger = world.shop.client().with_header("Origin", "https://evil.example");
    add(&stranger, mug, 1).await.expect(201);
}

#[tokio::test]
async fn programs_own_pages_and_friends_see_no_difference() {
    let world = World::of(builder().env("OXCART_CORS_ALLOWED_ORIGINS", FRIEND)).await;
    let mug = world.product("Mug", "1.00", 500).await;
    let own = world.shop.url();
    let page = format!("{own}/shop/");
    let callers: [&[(&str, &str)]; 7] = [
        &[],
        &[("Origin", &own)],
        &[("Origin", &own), ("Sec-Fetch-Site", "same-origin")],
        &[("Referer", &page)],
        &[("Sec-Fetch-Site", "none")],
        &[("Origin", FRIEND), ("Sec-Fetch-Site", "cross-site")],
        // A proxy that nobody named hides the host the browser knows; the browser says that it is the same.
        &[("Origin", "https://shop.example"), ("Sec-Fetch-Site", "same-origin")],
    ];
    for headers in callers {
        let caller = browser(&world, mug).await;
        let caller = headers.iter().fold(caller, |page, (name, value)| page.with_header(name, value));
        let_through(&caller, mug, &format!("{headers:?}")).await;
    }
    let friend = browser(&world, mug).await.with_header("Origin", FRIEND);
    let answer = friend.get("/cart/").await.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(FRIEND));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
}

#[tokio::test]
async fn the_public_address_and_the_host_a_trusted_proxy_tells_are_the_shop_s_own() {
    let public = World::of(builder().env("OXCART_PUBLIC_URL", "https://shop.example")).await;
    let mug = public.product("Mug", "1.00", 500).await;
    let caller = browser(&public, mug).await;
    // The cookie is for HTTPS, so the client keeps it from this plain address: sent by hand.
    let key = add(&public.shop.client(), mug, 5).await.header("set-cookie").map(ToOwned::to_owned).expect("a cookie");
    let caller = caller.with_header("Cookie", key.split(';').next().unwrap_or_default());
    let_through(&caller.with_header("Origin", "https://shop.example"), mug, "the public address").await;
    refused(&caller.with_header("Origin", "https://other.example"), mug, "another address").await;

    let proxied = World::of(builder().env("OXCART_TRUSTED_PROXIES", "127.0.0.1")).await;
    let mug = proxied.product("Mug", "1.00", 500).await;
    let caller = browser(&proxied, mug).await.with_header("X-Forwarded-Host", "shop.example");
    let_through(&caller.with_header("Origin", "https://shop.example"), mug, "the proxy's host").await;
}
