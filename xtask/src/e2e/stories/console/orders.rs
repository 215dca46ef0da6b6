//! Orders come, are moved on, one or many, and leave as a file.

use super::{bought, open, sign_in};
use crate::e2e::scene::Scene;
use crate::e2e::stories::buying;

/// A page that was loaded anew has lost it.
const MARK: &str = "window.untouched = true";
const IS_UNTOUCHED: &str = "return window.untouched === true";

pub(in crate::e2e::stories) async fn shipping(scene: &Scene) {
    sign_in(scene).await;
    open(scene, "/admin/orders", "main h1").await;
    scene.browser.run(MARK).await;
    let console = scene.browser.tab().await;
    // Somebody buys in another window.
    let shop = scene.browser.new_tab().await;
    buying::add(scene, 9, 1).await;
    scene.open_page("/checkout").await;
    buying::fill_checkout(scene).await;
    scene.browser.click("#place").await;
    scene.see("#status[data-status=pending]").await;
    scene.browser.run(MARK).await;
    // It is there, without a reload.
    scene.browser.switch_to(&console).await;
    scene.see("tbody tr:first-child.fresh .badge-pending").await;
    scene.read("New order OX-").await;
    scene.until(IS_UNTOUCHED).await;
    scene.keep("console-new-order").await;
    scene.browser.click("tbody tr:first-child .main a").await;
    scene.see(".actions .button-primary").await;
    scene.browser.click(".actions .button-primary").await;
    scene.see(".page-title .badge-shipped").await;
    scene.until("return document.querySelectorAll('.timeline li').length === 2").await;
    scene.read("Pending → Shipped").await;
    scene
        .until("return document.querySelector('.timeline li:last-child').innerText.includes('staff@example.com')")
        .await;
    scene.keep("console-shipped").await;
    // The customer's open page knows.
    scene.browser.switch_to(&shop).await;
    scene.see("#status[data-status=shipped]").await;
    scene.until(IS_UNTOUCHED).await;
}

pub(in crate::e2e::stories) async fn watching(scene: &Scene) {
    sign_in(scene).await;
    open(scene, "/admin/", ".bars").await;
    scene.browser.run(MARK).await;
    for product in [10, 11] {
        let order = bought(scene, product).await;
        let link = format!(".rows li:first-child a[href='/admin/orders/{}']", order["id"]);
        scene.see(&link).await;
    }
    scene.until(IS_UNTOUCHED).await;
}

pub(in crate::e2e::stories) async fn many(scene: &Scene) {
    let orders = [bought(scene, 15).await, bought(scene, 16).await];
    sign_in(scene).await;
    open(scene, "/admin/orders?status=pending", "tbody .pick input").await;
    for order in &orders {
        scene.browser.click(&format!("tbody tr:has(a[href='/admin/orders/{}']) .pick input", order["id"])).await;
    }
    scene.read("2 orders chosen").await;
    scene.keep("console-bulk").await;
    scene.browser.click(".bulk .actions button").await;
    scene.read("2 orders now processing.").await;
    // They are not pending any more, so they leave this list.
    for order in &orders {
        scene.until(&format!("return !document.querySelector(\"a[href='/admin/orders/{}']\")", order["id"])).await;
        let shown = scene.shop.staff().await.get(&format!("/order/{}/", order["id"])).await.expect(200).json();
        assert_eq!(shown["status"], "processing", "what the page says is so");
    }
}

/// The totals of the table, as numbers.
const TOTALS: &str = "const totals = [...document.querySelectorAll('tbody td[data-label=Total]')]
    .map((cell) => Number(cell.innerText.replaceAll(/[^0-9.]/g, '')));";

/// Waits until the table has these orders and is sorted by their total.
async fn falling(scene: &Scene, count: usize) {
    let sorted = "totals.every((total, place) => place === 0 || total <= totals[place - 1])";
    scene.until(&format!("{TOTALS} return totals.length >= {count} && {sorted} && totals[0] > totals.at(-1)")).await;
}

pub(in crate::e2e::stories) async fn sorting(scene: &Scene) {
    for product in [10, 15, 16] {
        bought(scene, product).await;
    }
    sign_in(scene).await;
    open(scene, "/admin/orders", "tbody .main a").await;
    scene.until("return document.querySelector('th[aria-sort=descending] .sort').innerText.trim() === 'Placed'").await;
    for (sort, address) in [("ascending", "?ordering=total"), ("descending", "?ordering=-total")] {
        scene.browser.click("th.end .sort").await;
        scene.see(&format!("th.end[aria-sort={sort}]")).await;
        scene.until(&format!("return location.search === '{address}'")).await;
    }
    falling(scene, 3).await;
    // A filter keeps it, and so does whoever opens the address.
    scene.browser.click(".filters .tabs button:nth-child(2)").await;
    scene.until("return location.search === '?ordering=-total&status=pending'").await;
    scene.open_page("/admin/orders?ordering=-total&status=pending").await;
    scene.see("th.end[aria-sort=descending]").await;
    falling(scene, 3).await;
    scene.until("return document.querySelector('.sidebar .light.is-live') !== null").await;
    // What comes in pushes nothing about that somebody reads.
    scene.browser.run("window.first = document.querySelector('tbody .main a').innerText").await;
    let order = bought(scene, 18).await;
    scene.read("1 new order").await;
    scene.keep("console-orders-sorted").await;
    scene.until("return document.querySelector('tbody .main a').innerText === window.first").await;
    scene.browser.click(".page-head .actions a").await;
    scene.see(&format!("tbody tr:first-child a[href='/admin/orders/{}']", order["id"])).await;
    scene.until("return location.search === ''").await;
}

/// Waits until the pager says which rows these are.
async fn extent(scene: &Scene, rows: &str) {
    scene.until(&format!("return document.querySelector('.pager p')?.innerText.startsWith('{rows} of ')")).await;
}

pub(in crate::e2e::stories) async fn turning(scene: &Scene) {
    // What the first page begins with, the second, and the third; behind it come those of other stories.
    let mut tops = vec![];
    for product in [10, 15, 16] {
        bought(scene, product).await;
        tops.insert(0, bought(scene, product).await["number"].clone());
    }
    sign_in(scene).await;
    open(scene, "/admin/orders?page_size=2", "tbody .main a").await;
    let top = "return document.querySelector('tbody .main a').innerText";
    scene.until(&format!("{top} === {}", tops[0])).await;
    scene.browser.click(".pager a[rel=next]").await;
    extent(scene, "3–4").await;
    scene.until("return location.search.includes('page=2&after=')").await;
    scene.until(&format!("{top} === {}", tops[1])).await;
    // What comes in meanwhile moves nothing: neither this page for whoever opens its address, nor the next one.
    bought(scene, 18).await;
    scene.read("1 new order").await;
    let address = scene.browser.run("return location.pathname + location.search").await;
    scene.open_page(address.as_str().expect("an address")).await;
    extent(scene, "3–4").await;
    scene.until(&format!("{top} === {}", tops[1])).await;
    scene.browser.click(".pager a[rel=next]").await;
    scene.until(&format!("{top} === {}", tops[2])).await;
    scene.browser.run("history.back()").await;
    scene.until(&format!("{top} === {}", tops[1])).await;
    scene.keep("console-orders-turned").await;
    // Back where it began there is one more page before: what came in.
    scene.browser.click(".pager a[rel=prev]").await;
    scene.until(&format!("{top} === {}", tops[0])).await;
    scene.browser.click(".pager a[rel=prev]").await;
    scene.until("return location.search === '?page_size=2'").await;
    extent(scene, "1–2").await;
    // Another way to sort begins anew.
    scene.browser.click(".pager a[rel=next]").await;
    extent(scene, "3–4").await;
    scene.browser.click("th.end .sort").await;
    scene.until("return location.search === '?page_size=2&ordering=total'").await;
}

pub(in crate::e2e::stories) async fn exporting(scene: &Scene) {
    let order = bought(scene, 10).await;
    sign_in(scene).await;
    open(scene, "/admin/orders?status=pending", "tbody .main a").await;
    scene.browser.click(".page-head .actions .button").await;
    let file = scene.browser.downloaded("orders.csv").await;
    assert!(file.starts_with("id,number,placed,status,"), "the first line names the columns: {file}");
    let number = order["number"].as_str().expect("orders have one");
    assert!(file.lines().any(|line| line.contains(number)), "{number} is not in the file: {file}");
    let others = file.lines().skip(1).filter(|line| !line.contains(",pending,")).count();
    assert_eq!(others, 0, "the file holds what the list showed: {file}");
}
