//! Every page is looked at: by axe in light and dark, on a phone, on a scale, and by whoever opens the screenshots.

mod pages;

use super::{buying, console};
use crate::e2e::axe;
use crate::e2e::scene::Scene;
use pages::{CONSOLE, Page, SHOP};
use std::time::Duration;

/// Of a page without its pictures, in bytes as they travel.
const HEAVIEST: u64 = 100_000;
/// A small phone, in CSS pixels.
const PHONE: u32 = 360;

/// The page and all it took, but pictures: packed, where it came packed, and whether or not the browser had it.
const WEIGHT: &str = "
    const taken = performance.getEntriesByType('resource').filter(({ name, initiatorType }) =>
      name.startsWith(location.origin) && initiatorType !== 'img' && !name.endsWith('.svg'));
    return [...performance.getEntriesByType('navigation'), ...taken].reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);";

const WIDTH: &str = "return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)";

/// The storefront, and what anybody may open.
pub(super) async fn shop(scene: &Scene) {
    buying::add(scene, 9, 1).await;
    all(scene, SHOP).await;
}

pub(super) async fn console(scene: &Scene) {
    console::bought(scene, 18).await;
    console::sign_in(scene).await;
    mailed(scene).await;
    all(scene, CONSOLE).await;
}

/// Waits until somebody was written to: that is done behind what it is about.
async fn mailed(scene: &Scene) {
    let staff = scene.shop.staff().await;
    for _ in 0..100 {
        let mails = staff.get("/staff/mails/").await.expect(200).json();
        if mails["count"].as_u64() > Some(0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nobody is written to about an order");
}

async fn all(scene: &Scene, pages: &[Page]) {
    let mut wrong = vec![];
    for page in pages {
        in_both_lights(scene, page, &mut wrong).await;
        on_a_phone(scene, page, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

async fn in_both_lights(scene: &Scene, (name, path, there): &Page, wrong: &mut Vec<String>) {
    scene.browser.resize(1280, 900).await;
    for dark in [false, true] {
        scene.browser.dark(dark).await;
        show(scene, path, there).await;
        let theme = if dark { "dark" } else { "light" };
        scene.keep(&format!("{name}-{theme}")).await;
        let found = axe::findings(&scene.browser, &scene.axe).await;
        wrong.extend(found.into_iter().map(|line| format!("{name}, {theme}: {line}")));
    }
    scene.browser.dark(false).await;
    let weight = scene.browser.run(WEIGHT).await.as_u64().expect("a number");
    // Less than the smallest page would mean that the scale is broken.
    if !(300..=HEAVIEST).contains(&weight) {
        wrong.push(format!("{name}: {weight} bytes without pictures; {HEAVIEST} are allowed"));
    }
}

async fn on_a_phone(scene: &Scene, (name, path, there): &Page, wrong: &mut Vec<String>) {
    scene.browser.resize(PHONE, 740).await;
    show(scene, path, there).await;
    scene.keep(&format!("{name}-phone")).await;
    let width = scene.browser.run(WIDTH).await.as_u64().expect("a number");
    if width > PHONE.into() {
        wrong.push(format!("{name}: scrolls sideways on a phone, {width} px wide"));
    }
}

/// Opens a page and waits until pictures are there and nothing moves any more.
async fn show(scene: &Scene, path: &str, there: &str) {
    // Else an address that differs in its fragment only would not be opened anew.
    scene.browser.open("about:blank").await;
    scene.open_page(path).await;
    scene.see(there).await;
    scene.until("return document.readyState === 'complete' && [...document.images].slice(0, 4).every(({ complete }) => complete)").await;
    scene.until("return !document.querySelector('main [aria-busy=true], main .skeleton')").await;
}
