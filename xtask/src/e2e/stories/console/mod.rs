//! What the staff does in the console.

pub(super) mod coming_in;
pub(super) mod goods;
pub(super) mod orders;

use crate::e2e::scene::Scene;
use serde_json::{Value, json};

/// Types an address and a password into the console's form and sends it.
async fn enter(scene: &Scene, email: &str, password: &str) {
    scene.see("input[type=email]").await;
    scene.browser.fill("input[type=email]", email).await;
    scene.browser.fill("input[type=password]", password).await;
    scene.browser.click("form .button-primary").await;
}

/// Comes in as the demo's owner.
pub(super) async fn sign_in(scene: &Scene) {
    scene.open_page("/admin/").await;
    enter(scene, "staff@example.com", "open-the-shutters-2026").await;
    scene.see("#main h1").await;
}

/// Opens a page of the console and waits until something is there and what happens is heard of.
async fn open(scene: &Scene, path: &str, there: &str) {
    scene.open_page(path).await;
    scene.see(there).await;
    scene.until("return document.querySelector('.sidebar .light.is-live') !== null").await;
}

/// Somebody buys a plain product, out of sight; the order.
pub(super) async fn bought(scene: &Scene, product: u32) -> Value {
    let guest = scene.shop.client();
    guest.post("/cart/add/", json!({"product_id": product})).await.expect(201);
    let contact = json!({"email": "guest@example.com", "name": "Robin Guest", "city": "Riverton"});
    guest.post("/order/place_order/", json!({"contact": contact})).await.expect(201).json()["order"].take()
}

/// Puts a file into the page's field for files, as choosing one does.
async fn choose(scene: &Scene, name: &str, kind: &str, base64: &str) {
    let script = "
        const bytes = Uint8Array.from(atob('CONTENT'), (sign) => sign.charCodeAt(0));
        const chosen = new DataTransfer();
        chosen.items.add(new File([bytes], 'NAME', { type: 'TYPE' }));
        const field = document.querySelector('main input[type=file]');
        field.files = chosen.files;
        field.dispatchEvent(new Event('change', { bubbles: true }));";
    let script = script.replace("CONTENT", base64).replace("NAME", name).replace("TYPE", kind);
    scene.browser.run(&script).await;
}
