//! Commands of the browser's developer tools, for what WebDriver has no command for.

use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::{Method, Url};
use serde_json::{Value, json};

/// A command of the Chrome DevTools Protocol, sent through chromedriver.
#[derive(Debug)]
pub(super) struct Devtools(Value);

impl Devtools {
    pub(super) fn new(command: &str, params: Value) -> Self {
        Self(json!({"cmd": command, "params": params}))
    }
}

type Parsed = Result<Url, <Url as std::str::FromStr>::Err>;

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Parsed {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.0.to_string()))
    }
}
