//! A real browser, steered from a test: a headless Chromium that sees a shop as its customers do.
//!
//! ```no_run
//! # use oxcart_testkit as testkit;
//! # use std::time::Duration;
//! # async fn a_page_is_looked_at() -> anyhow::Result<()> {
//! let browser = testkit::Browser::launch().await?;
//! browser.open("http://127.0.0.1:8000/").await;
//! browser.run("window.status = (await fetch('/healthz')).status").await;
//! browser.wait_for("return window.status === 200", Duration::from_secs(5)).await;
//! browser.close().await;
//! # Ok(())
//! # }
//! ```

mod devtools;
mod launch;

use crate::live::PATIENCE;
use crate::process::Process;
use anyhow::Result;
use devtools::Devtools;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// The version of the Chromium (or Chrome) installed here.
///
/// # Errors
/// When there is none, or no chromedriver for it.
pub fn available() -> Result<String> {
    Ok(crate::find::browser()?.version)
}

/// A running browser with nothing in it: no cookies, no cache. Dropping it ends it.
///
/// # Panics
/// Its methods panic when the browser does not do what it is told, with what the page shows.
pub struct Browser {
    session: Client,
    driver: Option<Process>,
    /// Profiles and logs; goes after the processes that write to it.
    home: TempDir,
}

/// One of the browser's tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab(WindowHandle);

impl Browser {
    /// Starts the Chromium of this machine, 1280 × 900.
    ///
    /// # Errors
    /// When it or its chromedriver is missing or does not start.
    pub async fn launch() -> Result<Self> {
        launch::browser().await
    }

    /// Goes to `url` and waits until the page has loaded.
    pub async fn open(&self, url: &str) {
        self.must(&format!("open {url}"), self.session.goto(url)).await;
    }

    /// Runs the body of an asynchronous JavaScript function in the page: `return` gives a value back,
    /// `await` waits for a promise.
    pub async fn run(&self, script: &str) -> Value {
        self.must(&format!("run {script:?}"), self.try_run(script)).await
    }

    async fn try_run(&self, script: &str) -> Result<Value, CmdError> {
        self.session.execute(&format!("return (async () => {{\n{script}\n}})()"), Vec::new()).await
    }

    /// Runs `script` as [`Browser::run`] does, again and again until it returns `true`. While a page
    /// loads, it may fail.
    pub async fn wait_for(&self, script: &str, within: Duration) {
        let deadline = Instant::now() + within;
        loop {
            let last = self.try_run(script).await;
            if matches!(last, Ok(Value::Bool(true))) {
                return;
            }
            if Instant::now() >= deadline {
                panic!("not true within {within:?}: {script}; it gave {last:?}; {}", self.shown().await);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Opens an empty tab and switches to it.
    pub async fn new_tab(&self) -> Tab {
        let opened = self.must("open a tab", self.session.new_window(true)).await;
        let tab = Tab(opened.handle);
        self.switch_to(&tab).await;
        tab
    }

    /// The tab everything else is about.
    pub async fn tab(&self) -> Tab {
        Tab(self.must("tell its tab", self.session.window()).await)
    }

    /// Makes another tab the one everything else is about.
    pub async fn switch_to(&self, tab: &Tab) {
        self.must("switch to a tab", self.session.switch_to_window(tab.0.clone())).await;
    }

    /// Gives the page of this tab exactly this size, in CSS pixels; below 600 wide it is a phone's.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        let command = Devtools::new("Emulation.setDeviceMetricsOverride", metrics);
        self.must("resize the page", self.session.issue_cmd(command)).await;
    }

    /// Lets the page of this tab believe that its visitor wants it dark, or light.
    pub async fn dark(&self, wanted: bool) {
        let scheme = if wanted { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let command = Devtools::new("Emulation.setEmulatedMedia", json!({"features": features}));
        self.must("change its colours", self.session.issue_cmd(command)).await;
    }

    /// Writes what the tab shows to a file, as PNG.
    pub async fn screenshot(&self, path: impl AsRef<Path>) {
        let image = self.must("take a screenshot", self.session.screenshot()).await;
        std::fs::write(&path, image).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()));
    }

    /// The visible text of the first element of this CSS selector, which may take a while to come.
    pub async fn text(&self, css: &str) -> String {
        let element = self.element(css).await;
        self.must(&format!("read {css}"), element.text()).await
    }

    /// Clicks on the first element of this CSS selector, which may take a while to come.
    pub async fn click(&self, css: &str) {
        let element = self.element(css).await;
        self.must(&format!("click on {css}"), element.click()).await;
    }

    /// Types `text` into the first field of this CSS selector, in place of what it holds.
    pub async fn fill(&self, css: &str, text: &str) {
        let element = self.element(css).await;
        self.must(&format!("clear {css}"), element.clear()).await;
        self.must(&format!("type into {css}"), element.send_keys(text)).await;
    }

    /// Presses a key where the focus is: a character, or `Enter`, `Tab`, `Escape`, `Space`, `Backspace`,
    /// `Delete`, `Home`, `End`, `PageUp`, `PageDown`, `ArrowUp` …; `Shift+Tab` and the like hold others down.
    pub async fn press(&self, key: &str) {
        // As keys and not as a text for the element: of a date, that would be typed into its first part each time.
        let keys: Vec<char> = key.split('+').map(typed).collect();
        let down = keys.iter().map(|key| KeyAction::Down { value: *key });
        let up = keys.iter().rev().map(|key| KeyAction::Up { value: *key });
        let pressed = down.chain(up).fold(KeyActions::new("keys".to_owned()), KeyActions::then);
        self.must(&format!("press {key}"), self.session.perform_actions(pressed)).await;
    }

    /// The text of a file that the browser was told to download, which may take a while to come.
    pub async fn downloaded(&self, name: &str) -> String {
        let path = self.home.path().join(launch::DOWNLOADS).join(name);
        let deadline = Instant::now() + PATIENCE;
        loop {
            // It has its name once it is whole.
            if let Ok(text) = std::fs::read_to_string(&path) {
                return text;
            }
            if Instant::now() >= deadline {
                panic!("{name} was not downloaded; {}", self.shown().await);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends the browser in good order.
    pub async fn close(mut self) {
        let _ = tokio::time::timeout(PATIENCE, self.session.clone().close()).await;
        if let Some(driver) = self.driver.take() {
            // It has nothing left to finish; should it hang all the same, it is killed.
            let _ = driver.stop();
        }
        let _ = self.home.close();
    }

    async fn element(&self, css: &str) -> Element {
        let found = self.session.wait().at_most(PATIENCE).for_element(Locator::Css(css));
        self.must(&format!("find {css}"), found).await
    }

    async fn must<T>(&self, what: &str, work: impl Future<Output = Result<T, CmdError>>) -> T {
        match work.await {
            Ok(done) => done,
            Err(error) => panic!("the browser could not {what}: {error}; {}", self.shown().await),
        }
    }

    /// Where it is and what it shows, for a failure message.
    async fn shown(&self) -> String {
        let look = self.session.execute("return location.href + ' shows:\\n' + document.body?.innerText", Vec::new());
        match look.await {
            Ok(Value::String(text)) => text,
            other => format!("and what it shows is not to be seen: {other:?}"),
        }
    }
}

/// The character WebDriver types a key with.
fn typed(key: &str) -> char {
    let key = match key {
        "Enter" => Key::Enter,
        "Tab" => Key::Tab,
        "Escape" => Key::Escape,
        "Space" => return ' ',
        "Backspace" => Key::Backspace,
        "Delete" => Key::Delete,
        "Home" => Key::Home,
        "End" => Key::End,
        "PageUp" => Key::PageUp,
        "PageDown" => Key::PageDown,
        "ArrowUp" => Key::Up,
        "ArrowDown" => Key::Down,
        "ArrowLeft" => Key::Left,
        "ArrowRight" => Key::Right,
        "Shift" => Key::Shift,
        "Control" => Key::Control,
        "Alt" => Key::Alt,
        "Meta" => Key::Meta,
        other => {
            let mut characters = other.chars();
            return match (characters.next(), characters.next()) {
                (Some(character), None) => character,
                _ => panic!("{other:?} is no key this kit knows"),
            };
        }
    };
    key.into()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::waiting::poll;
    use rustix::process::{Pid, Signal, kill_process};

    /// Driver and browser have the folder as their `HOME`.
    fn running_in(folder: &Path) -> usize {
        let mark = format!("HOME={}\0", folder.display());
        let entries = std::fs::read_dir("/proc").expect("Linux has it").flatten();
        let environments = entries.filter_map(|entry| std::fs::read(entry.path().join("environ")).ok());
        environments.filter(|bytes| bytes.windows(mark.len()).any(|part| part == mark.as_bytes())).count()
    }

    async fn launch() -> Browser {
        let browser = Browser::launch().await.unwrap_or_else(|error| panic!("no browser: {error:#}"));
        assert!(running_in(browser.home.path()) > 1, "nothing runs in {}", browser.home.path().display());
        browser
    }

    #[tokio::test]
    async fn a_browser_that_is_dropped_leaves_no_process_and_no_file() {
        let browser = launch().await;
        let home = browser.home.path().to_owned();
        drop(browser);
        assert!(poll(PATIENCE, || (running_in(&home) == 0).then_some(())).is_some(), "processes are left");
        assert!(!home.exists(), "{} is left", home.display());
    }

    #[tokio::test]
    async fn a_browser_ends_with_its_driver_however_that_ends() {
        for signal in [Signal::TERM, Signal::KILL] {
            let browser = launch().await;
            let driver = browser.driver.as_ref().expect("it was launched").id();
            let driver = Pid::from_raw(driver.try_into().expect("ids are small")).expect("no id is 0");
            kill_process(driver, signal).expect("the driver runs");
            let gone = poll(PATIENCE, || (running_in(browser.home.path()) == 0).then_some(()));
            assert!(gone.is_some(), "the browser goes on after {signal:?} to its driver");
        }
    }
}
