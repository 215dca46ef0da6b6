//! The habits of Django REST Framework that clients rely on: methods, headers, and which of several errors is told.

use crate::support::{World, ask, builder};
use serde_json::{Value, json};
use testkit::{Answer, Body};

const SECURITY: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

fn allow(answer: &Answer) -> Vec<String> {
    let allow = answer.header("allow").unwrap_or_else(|| panic!("no Allow header: {answer}"));
    allow.split(", ").map(ToOwned::to_owned).collect()
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let shop = builder().demo().start().await;
    let client = shop.client();
    let bad = client.with_header("Authorization", "Bearer x");
    let answers = [
        client.get("/products/").await.expect(200),
        client.get("/products").await.expect(301),
        client.get("/products/999999/").await.expect(404),
        client.get("/nowhere/").await.expect(404),
        client.get("/user/profile/").await.expect(401),
        bad.get("/products/").await.expect(401),
        client.post("/cart/add/", json!({})).await.expect(400),
        client.delete("/products/").await.expect(401),
        client.get("/livez").await.expect(200),
        client.get("/api/docs/").await.expect(200),
        ask(&client, "OPTIONS", "/cart/", ()).await.expect(200),
        client.get("/media/nothing.png").await.expect(404),
    ];
    for answer in answers {
        for (name, value) in SECURITY {
            assert_eq!(answer.header(name), Some(value), "{name} of {answer}");
        }
        assert!(answer.header("x-request-id").is_some(), "no request id: {answer}");
    }
}

/// The directives of an answer's content security policy.
fn policy(answer: &Answer) -> Vec<String> {
    let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("no policy: {answer}"));
    policy.split(';').map(|directive| directive.trim().to_owned()).collect()
}

#[tokio::test]
async fn no_page_may_run_a_script_that_stands_in_it() {
    let shop = builder().demo().start().await;
    let client = shop.client();
    for path in ["/api/docs/", "/api/docs/live-stock.html"] {
        let answer = client.get(path).await.expect(200);
        let policy = policy(&answer);
        for directive in [
            "default-src 'self'",
            "script-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.iter().any(|found| found == directive), "{path} lacks {directive}: {policy:?}");
        }
        // So a script that stood in the page would not run: there must be none.
        let html = answer.text().to_lowercase();
        for (at, _) in html.match_indices("<script") {
            let tag = &html[at..html[at..].find('>').map_or(html.len(), |end| at + end)];
            assert!(tag.contains("src="), "{path} holds a script: {tag}");
        }
        let handlers = [" onload=", " onclick=", " onerror=", "javascript:"];
        assert!(!handlers.iter().any(|handler| html.contains(handler)), "{path} holds a handler");
    }
    for path in ["/products/", "/nowhere/", "/media/products/nothing.svg", "/api/schema/"] {
        let policy = policy(&client.get(path).await);
        for directive in ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "sandbox"] {
            assert!(policy.iter().any(|found| found == directive), "{path} lacks {directive}: {policy:?}");
        }
    }
}

#[tokio::test]
async fn browsers_are_told_to_stay_on_https_only_there_and_only_when_the_operator_says_so() {
    const HEADER: &str = "strict-transport-security";
    let hsts = |answer: &Answer| answer.header(HEADER).map(ToOwned::to_owned);
    let public = builder().env("OXCART_PUBLIC_URL", "https://shop.example");
    let shop = public.clone().start().await;
    assert_eq!(hsts(&shop.client().get("/products/").await), None, "it is off unless set");
    let shop = public.env("OXCART_HSTS_SECONDS", "3600").start().await;
    for path in ["/products/", "/products/", "/nowhere/", "/api/docs/", "/livez"] {
        assert_eq!(hsts(&shop.client().get(path).await).as_deref(), Some("max-age=3600"), "{path}");
    }
    let behind = builder().env("OXCART_HSTS_SECONDS", "3600").env("OXCART_TRUSTED_PROXIES", "127.0.0.1");
    let shop = behind.start().await;
    let over = |scheme: &str| shop.client().with_header("X-Forwarded-Proto", scheme);
    for _ in 0..2 {
        assert_eq!(hsts(&over("http").get("/products/").await), None);
        assert_eq!(hsts(&over("https").get("/products/").await).as_deref(), Some("max-age=3600"));
    }
    let shop = builder().env("OXCART_HSTS_SECONDS", "3600").start().await;
    let answer = shop.client().with_header("X-Forwarded-Proto", "https").get("/products/").await;
    assert_eq!(hsts(&answer), None, "anybody can say that they are a proxy");
}

#[tokio::test]
async fn every_answer_of_the_api_says_which_methods_there_are() {
    let shop = builder().start().await;
    let client = shop.client();
    let cases = [
        (client.get("/products/").await, vec!["GET", "POST", "HEAD", "OPTIONS"]),
        (client.get("/products/1/").await, vec!["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
        (client.get("/user/profile/").await, vec!["GET", "PUT", "PATCH", "HEAD", "OPTIONS"]),
        (client.post("/cart/add/", json!({})).await, vec!["POST", "OPTIONS"]),
        (client.delete("/cart/remove/1/").await, vec!["DELETE", "OPTIONS"]),
        (client.post("/order/place_order/", ()).await, vec!["POST", "OPTIONS"]),
        (client.get("/order/").await, vec!["GET", "HEAD", "OPTIONS"]),
    ];
    for (answer, methods) in cases {
        assert_eq!(allow(&answer), methods, "Allow of {answer}");
    }
}

#[tokio::test]
async fn a_method_that_is_not_there_is_a_405() {
    let shop = builder().start().await;
    let customer = shop.customer().await;
    let cases =
        [("GET", "/cart/add/"), ("POST", "/cart/items/"), ("DELETE", "/user/profile/"), ("PUT", "/order/place_order/")];
    for (method, path) in cases {
        let answer = ask(&customer, method, path, ()).await.expect(405);
        assert_eq!(answer.json(), json!({"detail": format!("Method \"{method}\" not allowed.")}), "for {path}");
        assert!(!allow(&answer).iter().any(|allowed| allowed == method), "{method} is allowed: {answer}");
    }
    let odd = ask(&shop.client(), "BREW", "/products/", ()).await;
    assert!(matches!(odd.status, 401 | 405), "an unknown method is none: {odd}");
}

#[tokio::test]
async fn an_address_that_is_not_there_is_a_404_whoever_asks() {
    let shop = builder().start().await;
    let bad = shop.client().with_header("Authorization", "Bearer x");
    for path in ["/nowhere/", "/products/1/2/", "/user/", "/cart/remove/x/", "/order/place_order/1/", "/api/"] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = ask(&bad, method, path, ()).await.expect(404);
            assert_eq!(answer.json(), json!({"detail": "Not found."}), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn of_several_errors_the_first_in_order_is_told() {
    let world = World::open().await;
    let broken = || Body::raw("application/json", "{");
    let nobody = world.shop.client();
    let bad_token = nobody.with_header("Authorization", "Bearer x");
    let customer = world.shop.customer().await;
    bad_token.post("/nowhere/", broken()).await.expect(404);
    bad_token.post("/order/1/update_status/", broken()).await.expect(401);
    ask(&bad_token, "DELETE", "/order/1/update_status/", broken()).await.expect(401);
    nobody.post("/order/1/update_status/", broken()).await.expect(401);
    customer.post("/order/1/update_status/", broken()).await.expect(403);
    ask(&customer, "DELETE", "/order/1/update_status/", broken()).await.expect(403);
    ask(&world.staff, "DELETE", "/order/1/update_status/", broken()).await.expect(405);
    let parse = world.staff.post("/order/1/update_status/", broken()).await.expect(400).json();
    assert!(parse["detail"].as_str().is_some_and(|text| text.starts_with("JSON parse error - ")), "{parse}");
    let media = world.staff.post("/products/", Body::raw("text/plain", "{}")).await.expect(415).json();
    assert_eq!(media, json!({"detail": "Unsupported media type \"text/plain\" in request."}));
    world.staff.post("/products/", json!({})).await.expect(400);
}

#[tokio::test]
async fn an_address_without_its_slash_is_redirected_when_it_is_read() {
    let shop = builder().start().await;
    let client = shop.client();
    for (path, target) in [
        ("/products", "/products/"),
        ("/products?page=2&search=a%20b", "/products/?page=2&search=a%20b"),
        ("/products/7", "/products/7/"),
        ("/cart/items", "/cart/items/"),
        ("/api/schema", "/api/schema/"),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = ask(&client, method, path, ()).await.expect(301);
            let location = answer.header("location").unwrap_or_default();
            assert!(location.ends_with(target) && !location.contains("//products"), "{path} → {location}");
        }
    }
    client.get("/nowhere").await.expect(404);
    client.get("//evil.example/products").await.expect(404);
    client.post("/cart/add", json!({"product_id": 1})).await.expect(404);
}

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    let shop = builder().demo().start().await;
    let client = shop.client();
    for path in ["/products/", "/products/1/", "/cart/items/", "/categories/", "/api/schema/", "/livez"] {
        let (got, head) = (client.get(path).await.expect(200), ask(&client, "HEAD", path, ()).await.expect(200));
        assert!(head.body.is_empty(), "HEAD {path} has a body");
        assert_eq!(head.header("content-type"), got.header("content-type"), "for {path}");
    }
    ask(&client, "HEAD", "/user/profile/", ()).await.expect(401);
    ask(&client, "HEAD", "/products/999999/", ()).await.expect(404);
}

#[tokio::test]
async fn options_describes_a_route() {
    let shop = builder().start().await;
    let answer = ask(&shop.client(), "OPTIONS", "/products/", ()).await.expect(200);
    let described: Value = answer.json();
    for key in ["name", "description", "renders", "parses"] {
        assert!(described.get(key).is_some(), "no {key} in {described}");
    }
    assert_eq!(allow(&answer), ["GET", "POST", "HEAD", "OPTIONS"]);
    ask(&shop.client(), "OPTIONS", "/user/profile/", ()).await.expect(401);
}

#[tokio::test]
async fn addresses_in_answers_follow_the_public_address() {
    let world =
        World::of(builder().env("OXCART_PUBLIC_URL", "https://shop.example").env("OXCART_PAGE_SIZE", "1")).await;
    world.product("Mug", "1.00", 1).await;
    world.product("Pan", "1.00", 1).await;
    let page = world.shop.client().get("/products/").await.expect(200).json();
    assert_eq!(page["next"], "https://shop.example/products/?page=2");
}

#[tokio::test]
async fn a_host_that_is_not_ours_is_refused_when_ours_are_named() {
    let shop = builder().env("OXCART_ALLOWED_HOSTS", "127.0.0.1,.shop.example").start().await;
    let asked = async |host: &str| shop.client().with_header("Host", host).get("/products/").await;
    asked("www.shop.example").await.expect(200);
    asked("shop.example:8443").await.expect(200);
    asked("evil.example").await.expect(400);
    asked("evilshop.example").await.expect(400);
}
