//! Every page is looked at: by axe in light and dark, on a phone, on a scale, and by whoever opens the screenshots.

use super::buying::add;
use crate::e2e::axe;
use crate::e2e::scene::Scene;

/// Name, address, and what is there once the page is.
const PAGES: &[(&str, &str, &str)] = &[
    ("start", "/", ".shelf:not([aria-hidden]) .tile"),
    ("nothing-found", "/?search=zeppelin", ".empty"),
    ("product", "/product?id=9", "#add"),
    ("bag-full", "/bag", ".line"),
    ("checkout", "/checkout", "#place"),
    ("sign-in", "/account", "#email"),
    ("order", "/orders", "h1"),
    ("forgotten", "/reset.html", "#email"),
    ("new-password", "/reset.html?token=x", "#password"),
    ("not-found", "/nowhere", "h1"),
];

/// Of a page without its pictures, in bytes.
const HEAVIEST: u64 = 100_000;
/// A small phone, in CSS pixels.
const PHONE: u32 = 360;

/// All it took, fetched once more, because what the browser keeps it does not count.
const WEIGHT: &str = "
    const names = performance.getEntriesByType('resource').filter(({ initiatorType }) => initiatorType !== 'img').map(({ name }) => name);
    const files = new Set([location.href, ...names.filter((name) => name.startsWith(location.origin) && !name.endsWith('.svg'))]);
    let sum = 0;
    for (const file of files) sum += (await (await fetch(file, { cache: 'reload', headers: { accept: '*/*' } })).arrayBuffer()).byteLength;
    return sum;";

const WIDTH: &str = "return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)";

pub(in crate::e2e) async fn all(scene: &Scene) {
    add(scene, 9, 1).await;
    let mut wrong = vec![];
    for (name, path, there) in PAGES {
        for dark in [false, true] {
            scene.browser.resize(1280, 900).await;
            scene.browser.dark(dark).await;
            scene.open_page(path).await;
            scene.see(there).await;
            // Pictures and fonts are there, nothing moves any more.
            scene.until("return document.readyState === 'complete' && [...document.images].slice(0, 4).every(({ complete }) => complete)").await;
            let theme = if dark { "dark" } else { "light" };
            scene.keep(&format!("{name}-{theme}")).await;
            let found = axe::findings(&scene.browser, &scene.axe).await;
            wrong.extend(found.into_iter().map(|line| format!("{name}, {theme}: {line}")));
        }
        let weight = scene.browser.run(WEIGHT).await.as_u64().expect("a number");
        if weight > HEAVIEST {
            wrong.push(format!("{name}: {weight} bytes without pictures; {HEAVIEST} are allowed"));
        }
        scene.browser.dark(false).await;
        scene.browser.resize(PHONE, 740).await;
        scene.open_page(path).await;
        scene.see(there).await;
        scene.keep(&format!("{name}-phone")).await;
        let width = scene.browser.run(WIDTH).await.as_u64().expect("a number");
        if width > PHONE.into() {
            wrong.push(format!("{name}: scrolls sideways on a phone, {width} px wide"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
