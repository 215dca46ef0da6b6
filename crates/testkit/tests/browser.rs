//! The browser does what a person in front of it would, and says what it shows when it can't.

use oxcart_testkit::{Browser, browser};
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PAGE: &str = r#"<!doctype html><meta name="viewport" content="width=device-width">
<h1>Shelf</h1><input id="name" value="old"><input id="next"><button onclick="greet()">Greet</button><p id="out"></p>
<script>
  function greet() { setTimeout(() => { document.querySelector('#out').textContent = 'Hello ' + name() }, 50) }
  function name() { return document.querySelector('#name').value }
  document.addEventListener("keydown", (event) => { document.title += event.key + "," })
</script>"#;

/// The address of a server that has only this page.
async fn page() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a local socket works");
    let url = format!("http://{}/", listener.local_addr().expect("a local socket works"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                // A browser also opens connections it then has no use for.
                if matches!(stream.read(&mut [0; 8192]).await, Ok(1..)) {
                    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n";
                    let _ = stream.write_all(format!("{head}{PAGE}").as_bytes()).await;
                }
            });
        }
    });
    url
}

async fn launch() -> Browser {
    Browser::launch().await.unwrap_or_else(|error| panic!("no browser: {error:#}"))
}

#[test]
fn the_version_of_the_browser_is_told() {
    let version = browser::available().expect("a browser");
    assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()), "{version} is no version");
}

#[tokio::test]
async fn a_page_is_read_clicked_typed_into_and_run() {
    let browser = launch().await;
    browser.open(&page().await).await;
    assert_eq!(browser.text("h1").await, "Shelf");
    browser.fill("#name", "Ox").await;
    browser.click("button").await;
    browser.wait_for("return document.querySelector('#out').textContent === 'Hello Ox'", Duration::from_secs(5)).await;
    assert_eq!(browser.run("return {later: await new Promise((done) => setTimeout(done, 20, 7))}").await["later"], 7);

    let focus = "return document.activeElement.id";
    browser.run("document.title = ''; document.querySelector('#name').focus()").await;
    browser.press("Tab").await;
    assert_eq!(browser.run(focus).await, "next");
    browser.press("Shift+Tab").await;
    assert_eq!(browser.run(focus).await, "name");
    browser.press("x").await;
    assert_eq!(browser.run("return document.title").await, "Tab,Shift,Tab,x,");
    browser.close().await;
}

#[tokio::test]
async fn tabs_are_pages_of_their_own_with_the_same_cookies() {
    let (browser, url) = (launch().await, page().await);
    browser.open(&url).await;
    browser.run("document.cookie = 'a=1'; window.mine = true").await;
    let first = browser.tab().await;
    let second = browser.new_tab().await;
    browser.open(&url).await;
    assert_eq!(browser.run("return [document.cookie, window.mine ?? null]").await, json!(["a=1", null]));
    browser.switch_to(&first).await;
    assert_eq!((browser.run("return window.mine").await, browser.tab().await == second), (json!(true), false));
    browser.close().await;
}

#[tokio::test]
async fn a_page_can_be_as_narrow_as_a_phone_and_be_photographed() {
    let (browser, folder) = (launch().await, tempfile::tempdir().unwrap());
    browser.open(&page().await).await;
    browser.resize(390, 844).await;
    assert_eq!(browser.run("return [innerWidth, innerHeight]").await, json!([390, 844]));
    browser.resize(1280, 900).await;
    assert_eq!(browser.run("return [innerWidth, innerHeight]").await, json!([1280, 900]));
    let file = folder.path().join("page.png");
    browser.screenshot(&file).await;
    assert!(std::fs::read(file).unwrap().starts_with(b"\x89PNG"), "no PNG was written");
    browser.close().await;
}

#[tokio::test]
#[should_panic(expected = "shows:\nShelf")]
async fn a_condition_that_never_holds_fails_with_what_the_page_shows() {
    let browser = launch().await;
    browser.open(&page().await).await;
    browser.wait_for("return document.title === 'other'", Duration::from_millis(100)).await;
}

#[tokio::test]
#[should_panic(expected = "javascript error: no such shelf")]
async fn a_script_that_fails_says_why() {
    let browser = launch().await;
    browser.run("await 0; throw new Error('no such shelf')").await;
}
