//! Who comes in, by which keys, on what screen, and what they may do.

use super::{bought, enter, sign_in};
use crate::e2e::scene::Scene;
use serde_json::json;

pub(in crate::e2e::stories) async fn signing_in(scene: &Scene) {
    scene.open_page("/admin/orders?status=pending").await;
    enter(scene, "staff@example.com", "not-this-one").await;
    scene.read("Email or password is wrong.").await;
    scene.keep("console-refused").await;
    scene
        .until("return document.querySelector('.sign-in img').getAttribute('src') === '/assets/shared/icon.svg'")
        .await;
    enter(scene, "customer@example.com", "market-day-2026").await;
    scene.read("This account is a customer's.").await;
    // Then it is the page that was asked for.
    enter(scene, "staff@example.com", "open-the-shutters-2026").await;
    scene.until("return document.querySelector('h1')?.textContent === 'Orders'").await;
    scene.until("return location.search === '?status=pending'").await;
    scene.browser.click("button[aria-label='Sign out']").await;
    scene.see("input[type=email]").await;
    scene.open_page("/admin/orders").await;
    scene.see("input[type=email]").await;
}

pub(in crate::e2e::stories) async fn with_keys(scene: &Scene) {
    let order = bought(scene, 10).await;
    scene.open_page("/admin/").await;
    scene.until("return document.activeElement.matches('input[type=email]')").await;
    scene.typed("staff@example.com").await;
    scene.tab_to("input[type=password]").await;
    scene.typed("open-the-shutters-2026").await;
    scene.browser.press("Enter").await;
    scene.see(".tiles").await;
    scene.browser.press("g").await;
    scene.browser.press("o").await;
    scene.until("return document.activeElement.matches('h1') && document.activeElement.textContent === 'Orders'").await;
    scene.see("tbody .main a").await;
    scene.tab_to("tbody .main a").await;
    scene.browser.press("Enter").await;
    scene.see(".actions .button-primary").await;
    scene.tab_to(".actions .button-primary").await;
    scene.keep("console-keyboard").await;
    scene.browser.press("Enter").await;
    scene.see(".page-title .badge-shipped").await;
    let shown = scene.shop.staff().await.get(&format!("/order/{}/", order["id"])).await.expect(200).json();
    assert_eq!(shown["status"], "shipped", "the newest order is the first of the list");
    scene.browser.press("?").await;
    scene.see("dialog[open]").await;
    scene.keep("console-keys").await;
    scene.browser.press("Escape").await;
    scene.until("return !document.querySelector('dialog')").await;
}

pub(in crate::e2e::stories) async fn on_a_phone(scene: &Scene) {
    let order = bought(scene, 11).await;
    scene.browser.resize(360, 740).await;
    sign_in(scene).await;
    scene.browser.click(".topbar button").await;
    scene.see(".sidebar a[href='/admin/orders']").await;
    scene.keep("console-phone-menu").await;
    scene.browser.click(".sidebar a[href='/admin/orders']").await;
    scene.see("tbody .main a").await;
    scene.until("return document.querySelector('tbody .main a').getBoundingClientRect().top < 480").await;
    scene.until("return !document.querySelector('input[type=date]').checkVisibility()").await;
    scene.browser.click(".filters-more").await;
    scene
        .until("return [...document.querySelectorAll('input[type=date]')].every((field) => field.offsetWidth >= 160)")
        .await;
    scene.until("return !document.querySelector('.sidebar').checkVisibility({ visibilityProperty: true })").await;
    scene.browser.click(&format!("tbody a[href='/admin/orders/{}']", order["id"])).await;
    scene.see(".actions .button-primary").await;
    scene.browser.click(".actions .button-primary").await;
    scene.see(".page-title .badge-shipped").await;
    scene.keep("console-phone-shipped").await;
    scene.until("return document.documentElement.scrollWidth <= 360").await;
}

/// What one would do things with; nobody who only looks has any of it.
const TOOLS: &[(&str, &str, &str)] = &[
    ("/admin/orders", "tbody .main a", "main .pick, .bulk"),
    ("/admin/orders/ORDER", ".timeline", "main .actions button"),
    ("/admin/products", "tbody .main a", "main .stock-edit input, main .button-primary"),
    ("/admin/products/2", ".grid-edit", "main .actions button, main .drop, main input:enabled, main textarea:enabled"),
    ("/admin/categories", ".tree", "main .actions button, .tree button"),
    ("/admin/customers/1", ".facts", "main .actions button"),
    ("/admin/exchange", "main h1", "main input[type=file]"),
];

pub(in crate::e2e::stories) async fn only_looking(scene: &Scene) {
    let order = bought(scene, 12).await;
    let (email, password) = ("looker@example.com", "only-my-eyes-2026");
    scene.shop.client().post("/user/register/", json!({"email": email, "password": password})).await.expect(201);
    scene.shop.plant(&format!("UPDATE users SET email_confirmed = TRUE WHERE email = '{email}'"));
    let member = json!({"email": email, "role": "read-only"});
    scene.shop.staff().await.post("/staff/members/", member).await.expect(201);
    scene.open_page("/admin/").await;
    enter(scene, email, password).await;
    scene.see("#main h1").await;
    for (path, there, tools) in TOOLS {
        scene.open_page(&path.replace("ORDER", &order["id"].to_string())).await;
        scene.see(there).await;
        let tools = scene.browser.run(&format!("return document.querySelectorAll({tools:?}).length")).await;
        assert_eq!(tools, 0, "somebody who may only look is offered something at {path}");
    }
    scene.keep("console-read-only").await;
    // Nor does it help to go round the buttons.
    scene.open_page("/admin/settings").await;
    scene.read("Not for your role").await;
    let status = scene
        .browser
        .run(&format!(
            "const {{ csrf_token }} = await (await fetch('/staff/session/')).json();
             const headers = {{ 'content-type': 'application/json', 'x-csrftoken': csrf_token }};
             const body = JSON.stringify({{ status: 'shipped' }});
             return (await fetch('/order/{}/update_status/', {{ method: 'POST', headers, body }})).status;",
            order["id"]
        ))
        .await;
    assert_eq!(status, 403, "the shop refuses them too");
}
