//! In a real browser: the page of docs/LIVE.md that shows stock going down, and the browser's own `WebSocket` and
//! `EventSource`, which come back by themselves.

use crate::support::{World, add, builder};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::Shop;
use testkit::browser::{Browser, Tab};

const SOON: Duration = Duration::from_secs(10);

async fn browser() -> Browser {
    Browser::launch().await.unwrap_or_else(|error| panic!("no browser: {error:#}"))
}

async fn live_page(browser: &Browser, shop: &Shop) {
    browser.open(&format!("{}/api/docs/live-stock.html", shop.url())).await;
    says(browser, "Connected.").await;
}

/// Waits until the page says this of its connection.
async fn says(browser: &Browser, state: &str) {
    browser.wait_for(&format!("return document.querySelector('#state').textContent === '{state}'"), SOON).await;
}

/// What the first row of the live page shows.
async fn first_stock(browser: &Browser) -> i64 {
    let shown = browser.run("return Number(document.querySelector('#shelf td.number').textContent)").await;
    shown.as_i64().unwrap_or_else(|| panic!("the stock shown is {shown}"))
}

async fn shows(browser: &Browser, tab: &Tab, stock: i64) {
    browser.switch_to(tab).await;
    let script = format!("return document.querySelector('#shelf td.number').textContent === '{stock}'");
    browser.wait_for(&script, SOON).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_two_tabs_the_stock_goes_down_when_something_is_bought_in_one() {
    let shop = builder().demo().start().await;
    let browser = browser().await;
    let first = browser.tab().await;
    live_page(&browser, &shop).await;
    let before = first_stock(&browser).await;
    let second = browser.new_tab().await;
    live_page(&browser, &shop).await;
    browser.click("#shelf button").await;
    shows(&browser, &second, before - 1).await;
    shows(&browser, &first, before - 1).await;
    if let Some(folder) = std::env::var_os("OXCART_TEST_SCREENSHOTS") {
        browser.screenshot(std::path::Path::new(&folder).join("live-stock.png")).await;
    }
    // The server goes away and comes back; what was bought meanwhile arrives.
    shop.kill(0);
    says(&browser, "Reconnecting…").await;
    shop.start(0).await;
    let buyer = shop.client();
    let bought = browser.run("return Number(document.querySelector('#shelf tr').id.replace('product-', ''))").await;
    add(&buyer, bought.as_i64().expect("a product's id"), 1).await.expect(201);
    buyer.post("/order/place_order/", ()).await.expect(201);
    shows(&browser, &first, before - 2).await;
    shows(&browser, &second, before - 2).await;
    browser.close().await;
}

/// Begins to gather what a socket or a stream of the page's own session hears, as `window.heard`.
const GATHER: &str = r#"
    window.heard = [];
    const take = (from) => ({ data }) => window.heard.push([from, JSON.parse(data)]);
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws/cart/");
    socket.onmessage = take("socket");
    const stream = new EventSource("/events/stream?topics=cart");
    stream.onmessage = take("stream");
    await Promise.all([
        new Promise((ready) => socket.addEventListener("message", ready, { once: true })),
        new Promise((ready) => stream.addEventListener("ready", ready, { once: true })),
    ]);
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_s_own_websocket_and_eventsource_hear_of_the_cart_by_the_session_cookie() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let browser = browser().await;
    browser.open(&format!("{}/api/docs/live-stock.html", world.shop.url())).await;
    let add = format!(
        r#"await fetch("/cart/add/", {{ method: "POST", headers: {{ "content-type": "application/json" }},
           body: JSON.stringify({{ product_id: {mug} }}) }})"#
    );
    browser.run(&add).await;
    browser.run(GATHER).await;
    browser.run(&add).await;
    // On PostgreSQL, "from now on" may begin with what was done a moment before: the first unit.
    let by = |from: &str| {
        format!(
            r#"window.heard.filter(([by, frame]) => by === "{from}" && frame.type === "event" && frame.data.items > 1)"#
        )
    };
    let both = format!("return {}.length === 1 && {}.length === 1", by("socket"), by("stream"));
    browser.wait_for(&both, SOON).await;
    let heard = browser.run(&format!("return [{}[0][1], {}[0][1]]", by("socket"), by("stream"))).await;
    assert_eq!(heard[0], heard[1], "the socket and the stream tell different things");
    assert_eq!((&heard[0]["event"], &heard[0]["data"]["items"]), (&json!("cart.changed"), &json!(2)));
    // EventSource comes back by itself, with the id of the last event.
    world.shop.kill(0);
    world.shop.start(0).await;
    browser.run(&add).await;
    let again = format!("return {}.map(([, frame]) => frame.data.items).join() === '2,3'", by("stream"));
    browser.wait_for(&again, Duration::from_secs(15)).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_with_a_login_opens_a_socket_with_a_ticket() {
    let world = World::open().await;
    let ann = world.shop.customer().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let browser = browser().await;
    browser.open(&format!("{}/api/docs/live-stock.html", world.shop.url())).await;
    let script = format!(
        r#"
        const headers = {{ authorization: "Bearer {}" }};
        const {{ ticket }} = await (await fetch("/ws/ticket/", {{ method: "POST", headers }})).json();
        const open = () => new WebSocket(location.origin.replace("http", "ws") + "/ws/orders/?ticket=" + ticket);
        window.heard = [];
        open().onmessage = ({{ data }}) => window.heard.push(JSON.parse(data));
        while (!window.heard.length) await new Promise((soon) => setTimeout(soon, 20));
        // The same ticket again is good for nothing, and the page can see why.
        return await new Promise((closed) => open().onclose = ({{ code }}) => closed(code));
        "#,
        ann.access
    );
    assert_eq!(browser.run(&script).await, 4401);
    add(&ann, mug, 1).await.expect(201);
    ann.post("/order/place_order/", ()).await.expect(201);
    browser.wait_for("return window.heard.some((frame) => frame.event === 'order.placed')", SOON).await;
    let heard: Value = browser.run("return window.heard[0]").await;
    assert_eq!((&heard["type"], &heard["topic"]), (&json!("subscribed"), &json!("orders")));
    browser.close().await;
}
