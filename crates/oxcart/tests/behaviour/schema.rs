//! The document of the API against the API: they agree route by route, and the page that shows it needs nobody else.

use crate::support::{ask, builder};
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::Client;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Routes whose answer does not end, or is no HTTP: looked at elsewhere.
fn is_realtime(path: &str) -> bool {
    path.starts_with("/ws/") && path != "/ws/ticket/" || path.starts_with("/events/stream")
}

async fn document(client: &Client) -> Value {
    client.get("/api/schema/").await.expect(200).json()
}

/// `(path, item)` of each path.
fn paths(document: &Value) -> Vec<(&str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths.iter().map(|(path, item)| (path.as_str(), item)).collect()
}

/// The path with a number that is nobody's for each parameter.
fn filled(path: &str) -> String {
    let segment = |segment: &str| if segment.starts_with('{') { "999999".to_owned() } else { segment.to_owned() };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_route_of_the_document_is_there_and_no_method_besides() {
    let shop = builder().start().await;
    let staff = shop.staff().await;
    let document = document(&staff).await;
    let all = paths(&document);
    assert!(all.len() >= 20, "only {} paths", all.len());
    for (path, item) in all.into_iter().filter(|(path, _)| !is_realtime(path)) {
        for method in METHODS {
            let answer = ask(&staff, method, &filled(path), ()).await;
            if item.get(method.to_lowercase()).is_none() {
                assert_eq!(answer.status, 405, "the document lacks {method} {path}: {answer}");
                continue;
            }
            assert_ne!(answer.status, 405, "the document invents {method} {path}: {answer}");
            let unknown = answer.status == 404 && answer.json()["detail"] == "Not found.";
            assert!(!unknown, "the document invents {method} {path}: {answer}");
            assert!(answer.status < 500, "{answer}");
            let status = answer.status.to_string();
            let described = &item[method.to_lowercase()]["responses"];
            assert!(described.get(&status).is_some(), "{method} {path} answers {status}, which is not described");
        }
        let options = ask(&staff, "OPTIONS", &filled(path), ()).await.expect(200);
        let allowed: BTreeSet<_> = options.header("allow").unwrap_or_default().split(", ").collect();
        let described = METHODS.into_iter().filter(|method| item.get(method.to_lowercase()).is_some());
        let head = item.get("get").map(|_| "HEAD");
        assert_eq!(allowed, described.chain(head).chain(["OPTIONS"]).collect(), "Allow of {path}");
    }
}

#[tokio::test]
async fn every_promised_route_is_in_the_document() {
    let shop = builder().start().await;
    let document = document(&shop.client()).await;
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{}", document["openapi"]);
    let promised = [
        ("/user/register/", "post"),
        ("/user/profile/", "get put patch"),
        ("/user/change_password/", "post"),
        ("/api/token/", "post"),
        ("/api/token/refresh/", "post"),
        ("/api/token/verify/", "post"),
        ("/api/token/blacklist/", "post"),
        ("/products/", "get post"),
        ("/products/{id}/", "get put patch delete"),
        ("/categories/", "get post"),
        ("/categories/{id}/", "get put patch delete"),
        ("/cart/", "get delete"),
        ("/cart/items/", "get"),
        ("/cart/items/{product_id}/", "patch"),
        ("/cart/add/", "post"),
        ("/cart/remove/{product_id}/", "delete"),
        ("/order/", "get"),
        ("/order/{id}/", "get"),
        ("/order/place_order/", "post"),
        ("/order/{id}/cancel/", "post"),
        ("/order/{id}/update_status/", "post"),
        ("/api/schema/", "get"),
        ("/api/docs/", "get"),
        ("/livez", "get"),
        ("/readyz", "get"),
        ("/metrics", "get"),
    ];
    for (path, methods) in promised {
        for method in methods.split(' ') {
            assert!(document["paths"][path].get(method).is_some(), "{method} {path} is missing in the document");
        }
    }
}

#[tokio::test]
async fn every_operation_says_who_may_use_it_what_it_takes_and_what_it_answers() {
    let shop = builder().start().await;
    let document = document(&shop.client()).await;
    let open = ["/livez", "/readyz", "/metrics", "/api/schema/", "/api/docs/"];
    let bodiless = [
        "/order/{id}/cancel/",
        "/ws/ticket/",
        "/user/confirm_email/send/",
        "/staff/mails/{id}/retry/",
        "/staff/mails/retry_failed/",
    ];
    for (path, item) in paths(&document) {
        for method in METHODS.map(str::to_lowercase) {
            let Some(operation) = item.get(&method) else { continue };
            let what = format!("{method} {path}");
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{what} has no summary");
            assert!(operation["responses"].as_object().is_some_and(|all| !all.is_empty()), "{what} answers nothing");
            if !open.contains(&path) && !is_realtime(path) {
                assert!(operation["security"].is_array(), "{what} does not say who may use it");
                assert!(operation["responses"].get("401").is_some(), "{what} forgets 401");
            }
            let takes = ["post", "put", "patch"].contains(&method.as_str()) && !bodiless.contains(&path);
            assert_eq!(operation.get("requestBody").is_some(), takes, "the body of {what}");
        }
    }
    for name in references(&document) {
        let pointer = name.strip_prefix('#').unwrap_or_else(|| panic!("{name} points outside"));
        assert!(document.pointer(pointer).is_some(), "{name} points nowhere");
    }
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => {
            let own = map.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned);
            map.values().flat_map(references).chain(own).collect()
        }
        Value::Array(list) => list.iter().flat_map(references).collect(),
        _ => vec![],
    }
}

/// What `src="…"` and `href="…"` of a page point at.
fn links(html: &str) -> Vec<&str> {
    let after = |mark: &'static str| html.split(mark).skip(1).filter_map(|rest| rest.split('"').next());
    after("src=\"").chain(after("href=\"")).collect()
}

#[tokio::test]
async fn the_page_of_the_documents_brings_all_it_needs() {
    let shop = builder().start().await;
    let client = shop.client();
    let page = client.get("/api/docs/").await.expect(200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{page}");
    let html = page.text();
    let links = links(&html);
    assert!(links.iter().any(|link| link.ends_with(".js")), "no script in {html}");
    for link in links {
        assert!(!link.contains("//"), "{link} is outside");
        let path = if link.starts_with('/') {
            link.to_owned()
        } else {
            format!("/api/docs/{}", link.trim_start_matches("./"))
        };
        let asset = client.get(&path).await.expect(200);
        assert!(!asset.body.is_empty(), "{path} is empty");
    }
    let script = client.get("/assets/docs/docs.js").await.expect(200).text();
    assert!(script.contains("/api/schema/"), "the page does not show this shop's document: {script}");
    for stray in ["../../Cargo.toml", "..%2f..%2fetc%2fpasswd", "nothing.js"] {
        client.get(&format!("/api/docs/{stray}")).await.expect(404);
    }
}
