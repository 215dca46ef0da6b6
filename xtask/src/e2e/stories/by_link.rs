//! The link in a mail about an order.

use super::console::bought;
use crate::e2e::scene::Scene;
use serde_json::{Value, json};
use std::time::Duration;

/// What the mail about this order says; it is written behind what it is about.
async fn mail_about(scene: &Scene, order: &Value) -> String {
    let staff = scene.shop.staff().await;
    let number = order["number"].as_str().expect("orders have one");
    for _ in 0..100 {
        let mails = staff.get("/staff/mails/").await.expect(200).json();
        let about = |mail: &&Value| mail["subject"].as_str().is_some_and(|subject| subject.contains(number));
        if let Some(mail) = mails["results"].as_array().expect("a page").iter().find(about) {
            let mail = staff.get(&format!("/staff/mails/{}/", mail["id"])).await.expect(200).json();
            return mail["text"].as_str().expect("a text").to_owned();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nobody is written to about {number}");
}

pub(super) async fn following(scene: &Scene) {
    // Somebody bought it, in another browser.
    let order = bought(scene, 11).await;
    let mail = mail_about(scene, &order).await;
    let token = mail.split("/order.html#").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a link");
    let path = format!("/order.html#{token}");
    scene.open_page(&path).await;
    scene.see("#status[data-status=pending]").await;
    scene.read(order["number"].as_str().expect("orders have one")).await;
    scene.until("return !/Robin|Riverton|guest@/.test(document.body.innerText)").await;
    let staff = scene.shop.staff().await;
    staff.post(&format!("/order/{}/update_status/", order["id"]), json!({"status": "shipped"})).await.expect(200);
    scene.browser.run("location.reload()").await;
    scene.see("#status[data-status=shipped]").await;
    scene.until("return document.querySelector('.steps [aria-current]').textContent === 'Shipped'").await;
    scene.keep("order-by-link-light").await;
    scene.browser.dark(true).await;
    scene.keep("order-by-link-dark").await;
    scene.browser.dark(false).await;
    scene.browser.resize(360, 740).await;
    scene.keep("order-by-link-phone").await;
    scene.until("return document.documentElement.scrollWidth <= 360").await;
    scene.open_page(&path.replace("OX-", "OX-A")).await;
    scene.read("This link is not good").await;
}
