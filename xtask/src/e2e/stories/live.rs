//! What changes on a page that nobody touches.

use super::buying::add;
use crate::e2e::scene::Scene;
use serde_json::{Value, json};

/// A page that was loaded anew has lost it.
const MARK: &str = "window.untouched = true";
const IS_UNTOUCHED: &str = "return window.untouched === true";

pub(super) async fn two_tabs(scene: &Scene) {
    let first = scene.browser.tab().await;
    scene.open_page("/bag").await;
    scene.read("There is nothing in it yet.").await;
    scene.browser.run(MARK).await;
    let second = scene.browser.new_tab().await;
    add(scene, 1, 1).await;
    scene.browser.switch_to(&first).await;
    scene.until("return document.querySelectorAll('.line').length === 1").await;
    // Both ways, and once more, now that there is a session.
    scene.browser.click(".quantity button:last-child").await;
    scene.browser.switch_to(&second).await;
    scene.see("[data-count=\"2\"]").await;
    add(scene, 12, 3).await;
    scene.browser.switch_to(&first).await;
    scene.until("return document.querySelectorAll('.line').length === 2").await;
    scene.until(IS_UNTOUCHED).await;
}

/// An order of this browser's session, as its page; returns its id.
async fn order(scene: &Scene) -> Value {
    add(scene, 1, 1).await;
    let id = scene
        .browser
        .run("return (await (await fetch('/order/place_order/', { method: 'POST' })).json()).order.id")
        .await;
    scene.open_page(&format!("/orders?id={id}")).await;
    scene.see("#status[data-status=pending]").await;
    scene.browser.run(MARK).await;
    id
}

pub(super) async fn shipping(scene: &Scene) {
    let id = order(scene).await;
    let staff = scene.shop.staff().await;
    for status in ["processing", "shipped", "delivered"] {
        let moved = staff.post(&format!("/order/{id}/update_status/"), json!({"status": status})).await;
        moved.expect(200);
        scene.see(&format!("#status[data-status={status}]")).await;
        if status == "shipped" {
            scene.keep("order-shipped").await;
        }
    }
    scene.until(IS_UNTOUCHED).await;
}

pub(super) async fn cancelling(scene: &Scene) {
    order(scene).await;
    scene.browser.click(".button-danger").await;
    scene.see("#sure").await;
    scene.keep("order-cancel").await;
    scene.browser.click("#sure [value=no]").await;
    scene.until("return !document.querySelector('#sure').open").await;
    scene.browser.click(".button-danger").await;
    scene.browser.click("#sure [value=yes]").await;
    scene.see("#status[data-status=cancelled]").await;
}
