//! Log lines: one for each request, one more for a failure, with the request's id on both, and nothing in them that
//! would open anything.

use crate::support::{World, add, builder};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Answer, Shop};

/// The lines of the log that have this id, once one of them tells that the request was served.
async fn lines_of(shop: &Shop, answer: &Answer) -> Vec<Value> {
    let id = answer.header("x-request-id").expect("every answer has one").to_owned();
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let log = shop.log();
        // What is printed for people is no part of the log; a line may be half written.
        let lines = log.lines().filter(|line| line.starts_with('{') && line.contains(&id));
        let lines: Vec<Value> = lines.filter_map(|line| serde_json::from_str(line).ok()).collect();
        if lines.iter().any(|line| line["message"] == "served") {
            return lines;
        }
        assert!(Instant::now() < deadline, "no line tells that {id} was served:\n{log}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_request_leaves_one_line_that_says_what_was_asked_by_whom_and_how_it_went() {
    let world = World::of(builder().env("OXCART_LOG_FORMAT", "json")).await;
    let mug = world.product("Mug", "1.00", 5).await;
    let ann = world.shop.customer().await;
    let ann_id = ann.get("/user/profile/").await.expect(200).json()["id"].clone();
    for (answer, method, path, status, user) in [
        (
            ann.get(&format!("/products/{mug}/?token=not-for-logs")).await,
            "GET",
            format!("/products/{mug}/"),
            200,
            &ann_id,
        ),
        (add(&ann, mug, 1).await, "POST", "/cart/add/".into(), 201, &ann_id),
        (ann.delete(&format!("/products/{mug}/")).await, "DELETE", format!("/products/{mug}/"), 403, &ann_id),
        (world.shop.client().get("/products/").await, "GET", "/products/".into(), 200, &Value::Null),
        (world.shop.client().get("/nowhere/").await, "GET", "/nowhere/".into(), 404, &Value::Null),
    ] {
        let lines = lines_of(&world.shop, &answer).await;
        assert_eq!(lines.len(), 1, "{method} {path} left {lines:#?}");
        let line = &lines[0];
        let told = json!([line["level"], line["method"], line["path"], line["status"], line["user_id"]]);
        assert_eq!(told, json!(["INFO", method, path, status, user]), "of {line}");
        assert!(line["ms"].is_u64() && line["timestamp"].is_string(), "{line}");
    }
    assert!(!world.shop.log().contains("not-for-logs"), "a query is in the log");
    for secret in [&ann.password, &ann.access, &ann.refresh] {
        assert!(!world.shop.log().contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_failure_is_logged_once_with_its_cause_and_the_id_that_the_client_was_told() {
    let world = World::of(builder().env("OXCART_LOG_FORMAT", "json")).await;
    world.shop.plant("ALTER TABLE audit_log RENAME TO mislaid");
    let answer = world.staff.get("/audit/").await.expect(500);
    let told = answer.json();
    assert_eq!(told["request_id"].as_str(), answer.header("x-request-id"), "says {told}");
    assert!(!told.to_string().contains("audit_log"), "the client was told how the shop looks inside: {told}");
    let lines = lines_of(&world.shop, &answer).await;
    let (failures, served): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line["level"] == "ERROR");
    assert_eq!((failures.len(), served.len()), (1, 1), "the failure left {lines:#?}");
    let cause = failures[0]["cause"].as_str().unwrap_or_default();
    assert!(cause.contains("audit_log"), "the cause is not in {}", failures[0]);
    assert_eq!(served[0]["status"], 500);
    // The migration that makes the table names it too.
    let tells = |line: &&str| line.contains("audit_log") && !line.contains("applied a migration");
    let all = world.shop.log().lines().filter(tells).count();
    assert_eq!(all, 1, "more than one line tells of it:\n{}", world.shop.log());
}

#[tokio::test]
async fn an_id_that_a_proxy_gave_is_kept_if_it_looks_like_one() {
    let shop = builder().env("OXCART_LOG_FORMAT", "json").start().await;
    let ask = async |id: &str| shop.client().with_header("x-request-id", id).get("/livez").await.expect(200);
    let kept = ask("trace-0123456789").await;
    assert_eq!(kept.header("x-request-id"), Some("trace-0123456789"));
    assert_eq!(lines_of(&shop, &kept).await.len(), 1);
    for odd in ["short", "with spaces in it", "a\"quote-and-more", &"x".repeat(65)] {
        assert_ne!(ask(odd).await.header("x-request-id"), Some(odd), "{odd} was taken over");
    }
}
