//! Schemathesis makes requests from the OpenAPI document and checks every answer against it: nothing
//! may crash the shop, and no answer may differ from what the document promises. Three callers ask:
//! nobody, a customer, staff.

use crate::counts::Counts;
use crate::report::Report;
use crate::{build, install, tool};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use testkit::{Setup, Shop, run_to_end};

/// How long the three callers together ask by default.
pub(crate) const SECONDS: u32 = 120;

/// Findings of other versions would differ, so it is pinned.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance";

/// Runs the three callers and adds a row for each. Findings are in the report, not an error.
///
/// # Errors
/// When Schemathesis cannot be installed, the program does not build, or no shop comes up.
pub(crate) fn run(report: &mut Report, seconds: u32) -> Result<()> {
    let schemathesis = install::pypi::program("schemathesis", SCHEMATHESIS)?;
    // `OXCART_BIN` names a program that is built already, e.g. a release.
    let built = std::env::var_os("OXCART_BIN").map(PathBuf::from);
    let oxcart = built.map_or_else(|| Ok(build::everything()?.oxcart), Ok::<_, anyhow::Error>)?;
    let oxcart = oxcart.to_str().context("the target folder's name is not UTF-8")?;
    // An hour: a token must not end in the middle of a run.
    let shop = Shop::builder(oxcart)
        .on(Setup::Sqlite)
        .demo()
        .env("OXCART_ACCESS_TOKEN_LIFETIME", "1h")
        .env("OXCART_LOGIN_FAILURE_RATE", "1000000/s")
        .env("OXCART_LOGIN_ADDRESS_RATE", "1000000/s")
        .env("OXCART_REGISTER_RATE", "1000000/s");
    let (shop, customer, staff) = run_to_end(async {
        let shop = shop.start().await;
        let (customer, staff) = (shop.customer().await, shop.staff().await);
        (shop, customer.access, staff.access)
    });
    for (who, token) in [("nobody", None), ("a customer", Some(customer)), ("staff", Some(staff))] {
        let began = Instant::now();
        let command = asking(&schemathesis, &shop.url(), token.as_deref(), (seconds / 3).max(1));
        let (good, _) = tool::tee(command)?;
        let counts = if good { Counts::PASS } else { Counts::FAIL };
        let on = format!("SQLite, asked by {who}");
        report.add("Schemathesis on the API", &on, counts, began.elapsed(), "");
        if !good {
            let log = tool::target().join(format!("fuzz-{}.log", who.replace(' ', "-")));
            std::fs::write(&log, shop.log()).context("keeping the shop's log")?;
            println!("what the shop printed is in {}", log.display());
        }
    }
    Ok(())
}

fn asking(schemathesis: &Path, shop: &str, token: Option<&str>, seconds: u32) -> Command {
    let mut command = Command::new(schemathesis);
    // Away from the project: it leaves its findings in the current folder.
    command.current_dir(tool::target());
    command.args(["run", &format!("{shop}/api/schema/"), "--url", shop, "--checks", CHECKS]);
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "40"]);
    command.args(["--max-time", &seconds.to_string(), "--request-timeout", "10"]);
    command.args(["--generation-database", "none", "--no-color", "--continue-on-failure"]);
    if let Some(token) = token {
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    command
}
