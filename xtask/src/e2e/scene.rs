//! What a story plays on: a demo shop and a new browser.

use anyhow::Result;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use testkit::{Browser, Shop};

/// How long a page may take on a loaded machine.
const SOON: Duration = Duration::from_secs(15);

/// A demo shop and a browser that was never there before.
pub(super) struct Scene {
    pub(super) shop: Arc<Shop>,
    pub(super) browser: Browser,
    /// The script of axe.
    pub(super) axe: Arc<String>,
    folder: PathBuf,
}

impl Scene {
    pub(super) async fn open(shop: Arc<Shop>, axe: Arc<String>, folder: PathBuf) -> Result<Self> {
        let browser = Browser::launch().await?;
        browser.resize(1280, 900).await;
        Ok(Self { shop, browser, axe, folder })
    }

    pub(super) async fn close(self) {
        self.browser.close().await;
    }

    /// Goes to an address of the shop.
    pub(super) async fn open_page(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.shop.url())).await;
    }

    /// Waits until an element of this selector is there and can be seen.
    pub(super) async fn see(&self, css: &str) {
        self.until(&format!("return document.querySelector({css:?})?.checkVisibility() === true")).await;
    }

    /// Waits until the page says this somewhere.
    pub(super) async fn read(&self, text: &str) {
        self.until(&format!("return document.body.innerText.includes({text:?})")).await;
    }

    /// Waits until a script returns true.
    pub(super) async fn until(&self, script: &str) {
        self.browser.wait_for(script, SOON).await;
    }

    /// Moves the focus on with the keyboard until it is on such an element.
    pub(super) async fn tab_to(&self, css: &str) {
        for _ in 0..120 {
            if self.browser.run(&format!("return document.activeElement.matches({css:?})")).await == Value::Bool(true) {
                return;
            }
            self.browser.press("Tab").await;
        }
        panic!("the keyboard does not get to {css}");
    }

    /// Types a text where the focus is.
    pub(super) async fn typed(&self, text: &str) {
        for sign in text.chars() {
            let key = if sign == ' ' { "Space".to_owned() } else { sign.to_string() };
            self.browser.press(&key).await;
        }
    }

    /// Keeps what the tab shows as `target/e2e/<set-up>/<name>.png`.
    pub(super) async fn keep(&self, name: &str) {
        self.browser.screenshot(self.folder.join(format!("{name}.png"))).await;
    }
}
