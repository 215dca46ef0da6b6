//! The reference of the API.

use crate::e2e::scene::Scene;

pub(super) async fn trying(scene: &Scene) {
    scene.open_page("/api/docs/").await;
    scene.see(".operation").await;
    scene.browser.fill("#search", "get /user/profile/").await;
    scene.until("return document.querySelectorAll('.operation').length === 1").await;
    scene.browser.click(".operation summary").await;
    scene.browser.click(".try .button-primary").await;
    scene.read("Authentication credentials were not provided.").await;
    scene.browser.click(".log-in .button-small").await;
    scene.read("As customer@example.com.").await;
    scene.browser.click(".try .button-primary").await;
    scene.read("\"first_name\": \"Clara\"").await;
    scene.keep("reference-tried").await;
    // With a body that stands there already.
    scene.browser.fill("#search", "cart add").await;
    scene.see("#post-cart-add").await;
    scene.browser.click("#post-cart-add summary").await;
    scene.until("return JSON.parse(document.querySelector('#post-cart-add textarea').value).quantity > 0").await;
    scene.keep("reference-body").await;
}
