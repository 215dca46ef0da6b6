//! The goods: counted, pictured and imported.

use super::{choose, open, sign_in};
use crate::e2e::scene::Scene;
use serde_json::json;

/// A red square of 2 × 2 pixels.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==";

/// A product file with a price that is none, in its third line.
const BAD_ROW: &str =
    "Handle,Title,Variant Price,Variant Inventory Qty\nprobe-a,Probe A,12.00,3\nprobe-b,Probe B,cheap,3\n";

pub(in crate::e2e::stories) async fn counting(scene: &Scene) {
    sign_in(scene).await;
    open(scene, "/admin/products?search=kettle", ".stock-edit input").await;
    scene.browser.fill(".stock-edit input", "77").await;
    scene.browser.press("Enter").await;
    scene.read("77 in stock").await;
    let kettle = scene.shop.client().get("/products/1/").await.expect(200).json();
    assert_eq!(kettle["stock"], json!(77), "the stock in the shop");
    // What is refused is taken back, with words.
    scene.browser.fill(".stock-edit input", "-3").await;
    scene.browser.press("Enter").await;
    scene.read("Stock is a whole number").await;
    scene.until("return document.querySelector('.stock-edit input').value === '77'").await;
}

pub(in crate::e2e::stories) async fn pricing(scene: &Scene) {
    let staff = scene.shop.staff().await;
    let product = json!({"name": "Travelling Trivet", "price": "20.00", "stock": 40});
    let product = staff.post("/products/", product).await.expect(201).json()["id"].take();
    sign_in(scene).await;
    open(scene, &format!("/admin/products/{product}"), "input[name=price]").await;
    scene.browser.fill("input[name=price]", "1,234").await;
    scene.browser.press("Enter").await;
    // It may be either; nobody's price is guessed.
    scene.read("Use a point for decimals").await;
    scene.keep("console-price-refused").await;
    scene.browser.fill("input[name=price]", "1.250").await;
    scene.browser.press("Enter").await;
    scene.read("nothing for thousands").await;
    let kept = scene.shop.client().get(&format!("/products/{product}/")).await.expect(200).json();
    assert_eq!(kept["price"], "20.00", "a thousand became one");
    scene.browser.fill("input[name=price]", "24,50").await;
    scene.browser.press("Enter").await;
    scene.until("return document.querySelector('input[name=price]').value === '24.50'").await;
    scene.read("Saved.").await;
    let kept = scene.shop.client().get(&format!("/products/{product}/")).await.expect(200).json();
    assert_eq!(kept["price"], "24.50");
    open(scene, "/admin/audit", ".diff li").await;
    scene.until("return document.querySelector('.diff li').innerText.endsWith('price 20.00 → 24.50')").await;
    scene.browser.click(".diff summary").await;
    scene.see(".diff pre").await;
    scene.keep("console-audit-open").await;
    staff.delete(&format!("/products/{product}/")).await.expect(204);
}

pub(in crate::e2e::stories) async fn running_low(scene: &Scene) {
    let staff = scene.shop.staff().await;
    let variants = json!([{"options": {"Size": "S"}, "price": "9.00", "stock": 2},
        {"options": {"Size": "M"}, "price": "9.00", "stock": 70}]);
    let smock = json!({"name": "Sorting Smock", "options": ["Size"], "variants": variants});
    let smock = staff.post("/products/", smock).await.expect(201).json()["id"].take();
    sign_in(scene).await;
    open(scene, "/admin/", ".bars").await;
    scene.browser.click("a[href*='variant_stock__lte=5']").await;
    scene.see("#scarce").await;
    scene.see(&format!("tbody a[href='/admin/products/{smock}']")).await;
    scene.keep("console-running-low").await;
    let listed = "/products/?variant_stock__lte=5&published=true";
    let count = staff.get(listed).await.expect(200).json()["count"].take();
    scene.read(&format!("{count} in all")).await;
    staff.delete(&format!("/products/{smock}/")).await.expect(204);
}

pub(in crate::e2e::stories) async fn importing(scene: &Scene) {
    sign_in(scene).await;
    open(scene, "/admin/exchange", "main input[type=file]").await;
    let text = scene.browser.run(&format!("return btoa({BAD_ROW:?})")).await;
    choose(scene, "goods.csv", "text/csv", text.as_str().expect("a text")).await;
    // It is there for a moment only.
    let watch = "new MutationObserver(() => (window.progress ||= document.querySelector('main progress') !== null))
        .observe(document.body, { childList: true, subtree: true })";
    scene.browser.run(watch).await;
    scene.browser.click("button[value=dry]").await;
    scene.read("Tried, nothing was changed.").await;
    scene.until("return document.querySelector('.outcome table td').textContent === '3'").await;
    scene.until("return window.progress === true").await;
    scene.keep("console-import").await;
    let found = async || scene.shop.client().get("/products/?search=probe").await.expect(200).json();
    assert_eq!(found().await["count"], json!(0), "a try changes nothing");
    scene.browser.click("button[value=real]").await;
    scene.read("Imported, but 1 row could not be.").await;
    let found = found().await;
    assert_eq!((&found["count"], &found["results"][0]["name"]), (&json!(1), &json!("Probe A")), "{found}");
    let staff = scene.shop.staff().await;
    staff.delete(&format!("/products/{}/", found["results"][0]["id"])).await.expect(204);
}

pub(in crate::e2e::stories) async fn picturing(scene: &Scene) {
    sign_in(scene).await;
    open(scene, "/admin/products/3", ".drop").await;
    let before = scene.browser.run("return document.querySelectorAll('.picture').length").await;
    choose(scene, "square.png", "image/png", PICTURE).await;
    scene.read("square.png is added.").await;
    scene.until(&format!("return document.querySelectorAll('.picture').length === {before} + 1")).await;
    scene.keep("console-pictures").await;
    // The last one is put first, by its button, which keeps the focus as long as there is a way to go.
    let first = async || scene.shop.client().get("/products/3/").await.expect(200).json()["images"][0]["url"].take();
    let was = first().await;
    scene.browser.click(".picture:last-child .picture-tools button").await;
    scene.read("Picture 2 is picture 1 now.").await;
    assert_ne!(first().await, was, "the shop shows another picture first");
    scene.until("return document.activeElement.closest('.picture') === document.querySelector('.picture')").await;
}
