//! axe-core, which finds what people with other senses and hands stumble over.

use crate::install::npm;
use anyhow::Result;
use serde_json::Value;
use std::path::PathBuf;
use testkit::Browser;

/// Findings of other versions would differ, so it is pinned.
const PACKAGE: &str = "axe-core@4.14.1";

/// Its script.
///
/// # Errors
/// When it is not there and can't be fetched.
pub(super) fn file() -> Result<PathBuf> {
    npm::file(PACKAGE, "axe.min.js")
}

/// What is seriously wrong with the page as it is now, a line for each finding.
pub(super) async fn findings(browser: &Browser, script: &str) -> Vec<String> {
    browser.run(&format!("if (!window.axe) {{ {script} }}")).await;
    let found = browser
        .run(
            "const { violations } = await axe.run(document, { resultTypes: ['violations'] });
             return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
               .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(({ html, any }) => html.slice(0, 160) + ' ' + (any[0]?.message ?? '')).join(' | ')}`);",
        )
        .await;
    let lines = found.as_array().expect("a list was asked for");
    lines.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}
