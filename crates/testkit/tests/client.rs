//! The client says what it sent, keeps cookies, and shows redirects.

use oxcart_testkit::{Body, Client};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers every request with its own text as the body, a cookie, and the given status line.
async fn echo(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a local socket works");
    let base = format!("http://{}", listener.local_addr().expect("a local socket works"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut heard = vec![0; 8192];
            let length = stream.read(&mut heard).await.expect("a local socket works");
            let said = format!(
                "HTTP/1.1 {status}\r\nSet-Cookie: sessionid=s1; Path=/\r\nLocation: /elsewhere/\r\n\
                 Content-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(said.as_bytes()).await.expect("a local socket works");
            stream.write_all(&heard[..length]).await.expect("a local socket works");
        }
    });
    base
}

#[tokio::test]
async fn a_caller_sends_its_cookies_token_and_body() {
    let client = Client::new(&echo("200 OK").await);
    let first = client.get("/a/?b=1").await.expect(200).text();
    assert!(first.starts_with("GET /a/?b=1 "), "sent {first}");
    assert!(!first.contains("sessionid"), "a new caller sent a cookie: {first}");
    assert_eq!(client.cookie("sessionid").as_deref(), Some("s1"));

    let known = client.with_token("t0");
    let json = known.post("/a/", json!({"n": 1})).await.text();
    for part in ["cookie: sessionid=s1", "authorization: Bearer t0", "{\"n\":1}"] {
        assert!(json.contains(part), "{part} is not in {json}");
    }
    let form = known.put("/a/", [("name", "ox & cart")]).await.text();
    assert!(form.contains("x-www-form-urlencoded") && form.contains("name=ox+%26+cart"), "{form}");
    let raw = known.patch("/a/", Body::raw("text/plain", "hi")).await.text();
    assert!(raw.contains("content-type: text/plain") && raw.ends_with("hi"), "{raw}");
}

#[tokio::test]
async fn a_redirect_is_shown_and_not_followed() {
    let answer = Client::new(&echo("301 Moved Permanently").await).get("/a").await.expect(301);
    assert_eq!(answer.header("location"), Some("/elsewhere/"));
}

#[tokio::test]
#[should_panic(expected = "expected 201 but GET /a/ got 404")]
async fn an_unexpected_status_says_which_request_got_what() {
    Client::new(&echo("404 Not Found").await).get("/a/").await.expect(201);
}

#[tokio::test]
async fn a_shop_that_is_away_is_an_error_of_try_send() {
    let base = format!("http://127.0.0.1:{}", oxcart_testkit::free_port());
    assert!(Client::new(&base).try_send(reqwest::Method::GET, "/", ()).await.is_err());
}
