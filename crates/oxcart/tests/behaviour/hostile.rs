//! Requests nobody sends by accident: whatever comes, the answer is a 4xx with a body that explains itself, never a
//! 5xx, and the shop goes on.

use crate::support::{World, add, ask, builder};
use serde_json::{Value, json};
use testkit::{Answer, Body};

const JSON: &str = "application/json";

/// A client's fault, told as JSON.
#[track_caller]
fn blamed(answer: Answer, what: &str) -> Answer {
    assert!((400..500).contains(&answer.status), "{what}: {answer}");
    assert!(answer.json().is_object(), "{what}: {answer}");
    answer
}

#[tokio::test]
async fn bodies_that_are_no_json_are_parse_errors() {
    let world = World::open().await;
    let deep = "[".repeat(100_000);
    let deep_object = r#"{"a":"#.repeat(50_000);
    let bodies: [&[u8]; 9] = [
        b"{",
        b"{\"product_id\": 1,}",
        b"\xff\xfe\x00",
        b"{\"product_id\": \"\xc3\x28\"}",
        b"{\"product_id\": NaN}",
        b"{'product_id': 1}",
        b"{\"product_id\": 1} trailing",
        deep.as_bytes(),
        deep_object.as_bytes(),
    ];
    for path in ["/cart/add/", "/user/register/", "/api/token/", "/products/"] {
        for bytes in bodies {
            let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
            let answer = world.staff.post(path, Body::raw(JSON, bytes)).await.expect(400).json();
            let detail = answer["detail"].as_str().unwrap_or_default().to_owned();
            assert!(detail.starts_with("JSON parse error - "), "{path} with {shown}: {answer}");
        }
    }
}

#[tokio::test]
async fn values_of_the_wrong_kind_are_field_errors_everywhere() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let customer = world.shop.customer().await;
    add(&customer, mug, 1).await.expect(201);
    let kinds = [
        json!([]),
        json!({}),
        json!([[1]]),
        json!({"a": 1}),
        json!(true),
        json!(1.5),
        json!(-1),
        json!(u64::MAX),
        json!("9".repeat(400)),
        json!("\u{0}"),
        json!("\u{202e}\u{feff}"),
        json!("x".repeat(20_000)),
    ];
    let cart_line = format!("/cart/items/{mug}/");
    let routes = [
        ("POST", "/cart/add/", vec!["product_id", "quantity", "variant_id"]),
        ("PATCH", cart_line.as_str(), vec!["quantity"]),
        ("POST", "/user/register/", vec!["email", "password"]),
        ("POST", "/api/token/", vec!["email", "password"]),
        ("POST", "/api/token/refresh/", vec!["refresh"]),
        ("POST", "/api/token/verify/", vec!["token"]),
        ("POST", "/products/", vec!["name", "price", "stock", "category", "options", "variants", "tags"]),
        ("POST", "/categories/", vec!["name", "slug", "parent"]),
        ("POST", "/order/1/update_status/", vec!["status"]),
    ];
    for (method, path, fields) in routes {
        for kind in &kinds {
            let body: serde_json::Map<String, Value> =
                fields.iter().map(|field| ((*field).to_owned(), kind.clone())).collect();
            let caller = if path.starts_with("/cart") { &customer } else { &world.staff };
            let answer = ask(caller, method, path, Value::Object(body)).await;
            let fine = answer.status < 500 && !answer.text().contains("panic");
            assert!(fine, "{method} {path} with {}: {answer}", kind.to_string().chars().take(40).collect::<String>());
        }
        blamed(ask(&world.staff, method, path, json!([1])).await, path);
    }
    world.shop.client().get("/livez").await.expect(200);
    world.books_add_up();
}

#[tokio::test]
async fn null_characters_are_refused_before_the_database_sees_them() {
    let world = World::open().await;
    let refusal = "Null characters are not allowed.";
    let body = json!({"email": "a\u{0}@example.com", "password": "x\u{0}yz12345678"});
    let answer = world.staff.post("/user/register/", body).await.expect(400).json();
    assert_eq!(answer, json!({"email": [refusal], "password": [refusal]}));
    let product = json!({"name": "a\u{0}", "price": "1"});
    assert_eq!(world.staff.post("/products/", product).await.expect(400).json(), json!({"name": [refusal]}));
    for path in ["/products/?search=%00", "/products/?category=a%00", "/order/?status=%00", "/products/?%00=1"] {
        let answer = world.staff.get(path).await;
        assert!(answer.status < 500, "{path}: {answer}");
    }
    for path in ["/%00/", "/products/%00/", "/products/1%00/", "/%ff%fe/", "/products/%ff/", "/..%2f..%2fetc/passwd"] {
        blamed(world.staff.get(path).await, path);
    }
}

#[tokio::test]
async fn of_equal_keys_the_last_one_counts() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 9).await;
    let body = format!("{{\"product_id\": 999, \"product_id\": {mug}, \"quantity\": 1, \"quantity\": 3}}");
    let line = world.shop.client().post("/cart/add/", Body::raw(JSON, body)).await.expect(201).json();
    assert_eq!(line["quantity"], 3);
}

#[tokio::test]
async fn a_body_that_is_missing_counts_as_empty() {
    let shop = builder().start().await;
    let required = json!({"product_id": ["This field is required."]});
    for body in [Body::Empty, Body::raw(JSON, ""), Body::raw("", ""), Body::raw("text/plain", "")] {
        let answer = shop.client().post("/cart/add/", body.clone()).await.expect(400);
        assert_eq!(answer.json(), required, "for {body:?}");
    }
    blamed(shop.client().post("/cart/add/", Body::raw("", "{}")).await.expect(415), "a body of no kind");
}

#[tokio::test]
async fn other_kinds_of_bodies_are_refused_by_name() {
    let shop = builder().start().await;
    for kind in ["text/plain", "application/xml", "application/octet-stream", "application/jsonx", "json"] {
        let answer = shop.client().post("/cart/add/", Body::raw(kind, "<a/>")).await.expect(415);
        assert_eq!(answer.json(), json!({"detail": format!("Unsupported media type \"{kind}\" in request.")}));
    }
    for kind in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;charset=UTF-8"] {
        let answer = shop.client().post("/cart/add/", Body::raw(kind, "{}")).await.expect(400);
        assert_eq!(answer.json(), json!({"product_id": ["This field is required."]}), "for {kind}");
    }
    for broken in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=b"] {
        blamed(shop.client().post("/cart/add/", Body::raw(broken, "--x\r\nrubbish")).await.expect(400), broken);
    }
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_too_long() {
    let shop = builder().start().await;
    let huge = Body::raw(JSON, format!("{{\"product_id\": \"{}\"}}", "9".repeat(10_000_000)));
    let answer = shop.client().post("/cart/add/", huge).await.expect(413).json();
    assert!(answer["detail"].as_str().is_some_and(|text| text.contains("262144")), "it names no limit: {answer}");
    shop.client().get("/products/").await.expect(200);
}

#[tokio::test]
async fn long_and_strange_queries_are_answered() {
    let shop = builder().demo().start().await;
    let client = shop.client();
    let terms = "mug%20".repeat(2500);
    let many: String = (0..1000).map(|number| format!("&category=c{number}")).collect();
    let paths = [
        format!("/products/?search={terms}"),
        format!("/products/?search={}", "%25".repeat(5000)),
        format!("/products/?x=1{many}"),
        "/products/?search=%ff%fe".to_owned(),
        "/products/?&&&==&=".to_owned(),
        "/products/?search=\u{1f402}".to_owned(),
        "/products/?page_size=9223372036854775808&page=1".to_owned(),
        "/products/?page=9223372036854775807".to_owned(),
        "/products/?min_price=".to_owned() + &"9".repeat(5000),
        "/order/?user=9223372036854775808&date=9999-99-99".to_owned(),
    ];
    for path in paths {
        let answer = client.get(&path).await;
        assert!(answer.status < 500, "{}: {answer}", &path[..path.len().min(60)]);
        assert!(answer.json().is_object(), "{answer}");
    }
    let longer = client.get(&format!("/products/?search={}", "mug%20".repeat(10_000))).await;
    assert_eq!(longer.status, 431, "{}", longer.text());
    let long = client.get(&format!("/products/?search={}", "mug%20".repeat(3_000))).await;
    assert_eq!(long.status, 431, "{}", long.text());
    assert!(long.header("x-request-id").is_some(), "what could be read is logged and counted as all others are");
}

#[tokio::test]
async fn ids_beyond_64_bits_are_nowhere() {
    let shop = builder().start().await;
    let staff = shop.staff().await;
    for id in ["9223372036854775808", "18446744073709551616", &"9".repeat(500)] {
        for path in ["/products/ID/", "/categories/ID/", "/order/ID/", "/cart/remove/ID/", "/cart/items/ID/"] {
            let path = path.replace("ID", id);
            let method = match path.as_str() {
                path if path.starts_with("/cart/remove") => "DELETE",
                path if path.starts_with("/cart/items") => "PATCH",
                _ => "GET",
            };
            ask(&staff, method, &path, json!({"quantity": 1})).await.expect(404);
        }
    }
}
