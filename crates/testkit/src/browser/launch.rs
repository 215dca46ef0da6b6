//! Starts a headless Chromium and the driver it is steered through.

use super::Browser;
use crate::find::{self, BrowserPrograms};
use crate::process::{Farewell, Process};
use anyhow::{Context, Result, bail, ensure};
use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

/// How long driver and browser may take to start on a loaded machine.
const START: Duration = Duration::from_secs(30);

/// The folder of its home that downloads go to.
pub(super) const DOWNLOADS: &str = "downloads";

/// With `remote-debugging-pipe` the browser ends when its driver does. The sandbox needs rights that
/// containers rarely have, and tabs in the background must not fall asleep.
const FLAGS: [&str; 12] = [
    "headless=new",
    "no-sandbox",
    "disable-gpu",
    "disable-dev-shm-usage",
    "disable-breakpad",
    "remote-debugging-pipe",
    "no-proxy-server",
    "hide-scrollbars",
    "window-size=1280,900",
    "disable-background-timer-throttling",
    "disable-backgrounding-occluded-windows",
    "disable-renderer-backgrounding",
];

pub(super) async fn browser() -> Result<Browser> {
    let programs = find::browser()?;
    let home = tempfile::Builder::new().prefix("oxcart-browser-").tempdir()?;
    let (driver, port) = driver(&programs, &home).await?;
    let address = format!("http://127.0.0.1:{port}");
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities(&programs.browser, &home.path().join(DOWNLOADS)));
    let session = tokio::time::timeout(START, builder.connect(&address)).await;
    match session.with_context(|| format!("no browser within {START:?}")).and_then(|opened| Ok(opened?)) {
        Ok(session) => Ok(Browser { session, driver: Some(driver), home }),
        Err(error) => Err(error.context(format!("starting {programs:?}; chromedriver said:\n{}", driver.last_words()))),
    }
}

/// A chromedriver that listens, and its port.
async fn driver(programs: &BrowserPrograms, home: &TempDir) -> Result<(Process, u16)> {
    let log = home.path().join("chromedriver.log");
    for _ in 0..5 {
        let port = crate::free_port();
        let mut command = Command::new(&programs.driver);
        // All that driver and browser write, profiles included, goes away with the test.
        command.current_dir(home.path()).env("TMPDIR", home.path()).env("HOME", home.path());
        command.arg(format!("--port={port}"));
        let mut process = Process::spawn(&mut command, &log, Farewell::Terminate, home.path())?;
        let deadline = Instant::now() + START;
        while process.ended().is_none() {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() && process.ended().is_none() {
                return Ok((process, port));
            }
            ensure!(Instant::now() < deadline, "chromedriver does not listen; it said:\n{}", process.last_words());
            sleep(Duration::from_millis(20)).await;
        }
        if !process.last_words().contains("in use") {
            bail!("chromedriver ended at once; it said:\n{}", process.last_words());
        }
    }
    bail!("five free ports in a row were taken before chromedriver could listen on them")
}

fn capabilities(program: &Path, downloads: &Path) -> fantoccini::wd::Capabilities {
    let capabilities = json!({
        "browserName": "chrome",
        "goog:chromeOptions": {
            "binary": program,
            "args": FLAGS,
            "prefs": {"download.default_directory": downloads, "download.prompt_for_download": false},
        },
        "timeouts": {"script": 30_000, "pageLoad": 30_000},
    });
    match capabilities {
        Value::Object(capabilities) => capabilities,
        other => unreachable!("written as an object: {other}"),
    }
}
