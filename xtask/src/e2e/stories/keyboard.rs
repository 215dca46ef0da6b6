//! Nothing but keys.

use crate::e2e::scene::Scene;

pub(super) async fn alone(scene: &Scene) {
    scene.open_page("/").await;
    scene.see(".shelf:not([aria-hidden]) .tile").await;
    scene.browser.press("Tab").await;
    scene.until("return document.activeElement.matches('.skip-link')").await;
    scene.tab_to("#search").await;
    scene.typed("stovetop").await;
    scene.until("return document.querySelector('#found').textContent === '1 product'").await;
    scene.tab_to(".tile a").await;
    scene.keep("keyboard-focus").await;
    scene.browser.press("Enter").await;
    scene.see("#add:enabled").await;
    scene.tab_to("#add").await;
    scene.browser.press("Enter").await;
    scene.see("[data-count=\"1\"]").await;
    scene.open_page("/bag").await;
    scene.see("#total").await;
    scene.tab_to("a[href='checkout']").await;
    scene.browser.press("Enter").await;
    scene.see("#place").await;
    for (field, text) in [
        ("email", "k@example.com"),
        ("name", "Kay"),
        ("address", "Lane 1"),
        ("postcode", "1"),
        ("city", "Town"),
        ("country", "Land"),
    ] {
        scene.tab_to(&format!("#{field}")).await;
        scene.typed(text).await;
    }
    scene.browser.press("Enter").await;
    scene.see("#status[data-status=pending]").await;
}
