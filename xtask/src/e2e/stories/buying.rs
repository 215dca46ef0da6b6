//! From the shelf to the order.

use crate::e2e::scene::Scene;
use serde_json::json;

/// Fills what a guest has to say at checkout.
pub(super) async fn fill_checkout(scene: &Scene) {
    scene.see("#place").await;
    for (field, text) in [
        ("email", "guest@example.com"),
        ("name", "Robin Guest"),
        ("address", "Mill Lane 3"),
        ("postcode", "12345"),
        ("city", "Riverton"),
        ("country", "Nowhere"),
    ] {
        scene.browser.fill(&format!("#{field}"), text).await;
    }
}

/// Puts the product of this page into the bag, which then holds so many.
pub(super) async fn add(scene: &Scene, product: u32, then: u32) {
    scene.open_page(&format!("/product?id={product}")).await;
    scene.see("#add:enabled").await;
    scene.browser.click("#add").await;
    scene.see(&format!("[data-count=\"{then}\"]")).await;
}

pub(super) async fn as_a_guest(scene: &Scene) {
    scene.open_page("/").await;
    scene.see(".shelf:not([aria-hidden]) .tile").await;
    scene.browser.fill("#search", "stoneware mug").await;
    scene.until("return location.search === '?search=stoneware+mug'").await;
    scene.until("return document.querySelector('#found').textContent === '1 product'").await;
    scene.until("return document.querySelector('.found-line select').selectedOptions[0].text === 'Best match'").await;
    scene.browser.click(".tile a").await;
    scene.see("#add:enabled").await;
    scene.browser.click("#add").await;
    scene.see("[data-count=\"1\"]").await;
    scene.browser.click("a[href='bag']").await;
    scene.see("#total").await;
    scene.browser.click("a[href='checkout']").await;
    fill_checkout(scene).await;
    scene.browser.click("#place").await;
    scene.see("#status[data-status=pending]").await;
    scene.read("Thank you!").await;
    scene.read("Speckled Stoneware Mug").await;
    scene.keep("order-placed").await;
    // The bag is empty now, and the order is found again.
    scene.open_page("/bag").await;
    scene.read("There is nothing in it yet.").await;
    scene.browser.click("#ordered").await;
    scene.see(".order-row .badge-pending").await;
}

pub(super) async fn back(scene: &Scene) {
    scene.open_page("/?ordering=price").await;
    scene.see(".shelf:not([aria-hidden]) .tile").await;
    scene.browser.click(".tree a[href='?category=garden']").await;
    scene.until("return new URLSearchParams(location.search).get('category') === 'garden'").await;
    scene.until("return document.querySelector('h1').textContent === 'Garden'").await;
    scene.browser.run("history.back()").await;
    scene.until("return location.search === '?ordering=price'").await;
    scene.until("return document.querySelector('#found').textContent === '87 products'").await;
}

pub(super) async fn signing_in(scene: &Scene) {
    // What the account had before.
    let buyer = scene.shop.client();
    let login = json!({"email": "customer@example.com", "password": "market-day-2026"});
    let token = buyer.post("/api/token/", login).await.expect(200).json()["access"].as_str().map(ToOwned::to_owned);
    let account = scene.shop.client().with_token(&token.expect("a token"));
    account.delete("/cart/").await;
    account.post("/cart/add/", json!({"product_id": 1})).await.expect(201);
    // Something else as a guest.
    add(scene, 12, 1).await;
    scene.open_page("/account").await;
    scene.see("#email").await;
    scene.browser.fill("#email", "customer@example.com").await;
    scene.browser.fill("#password", "market-day-2026").await;
    scene.browser.click("form .button-primary").await;
    scene.read("Hello, Clara Whitlow").await;
    scene.see("[data-count=\"2\"]").await;
    scene.keep("account").await;
    scene.open_page("/bag").await;
    scene.until("return document.querySelectorAll('.line').length === 2").await;
    scene.keep("bag").await;
    account.delete("/cart/").await;
    scene.see(".empty").await;
}

pub(super) async fn too_little(scene: &Scene) {
    let staff = scene.shop.staff().await;
    let plenty = json!({"name": "Last Lantern", "price": "30.00", "stock": 5});
    let product = staff.post("/products/", plenty).await.expect(201).json()["id"].take();
    add(scene, product.as_u64().and_then(|id| u32::try_from(id).ok()).expect("an id"), 1).await;
    // Nobody has taken a picture of it yet.
    scene.until("return document.querySelector('.gallery .no-picture').innerText === 'L'").await;
    scene.keep("no-picture").await;
    scene.open_page("/bag").await;
    scene.see(".line .no-picture").await;
    for _ in 0..2 {
        scene.browser.click(".quantity button:last-child").await;
    }
    scene.see("[data-count=\"3\"]").await;
    scene.browser.click("a[href='checkout']").await;
    fill_checkout(scene).await;
    staff.patch(&format!("/products/{product}/"), json!({"stock": 1})).await.expect(200);
    scene.browser.click("#place").await;
    scene.read("Last Lantern: 3 wanted, 1 left").await;
    scene.keep("too-little").await;
    scene.browser.click("#shortage button").await;
    scene.see("[data-count=\"1\"]").await;
    scene.browser.click("#place").await;
    scene.see("#status[data-status=pending]").await;
    staff.delete(&format!("/products/{product}/")).await.expect(204);
}
