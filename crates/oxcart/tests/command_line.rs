//! What scripts rely on: exit codes, and which of the two outputs says what.

use std::path::Path;
use std::process::{Command, Output};

fn oxcart(folder: &Path, env: &[(&str, &str)], args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_oxcart"))
        .args(args)
        .env_clear()
        .envs(env.iter().copied())
        .current_dir(folder)
        .output()
        .expect("the program starts")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_wrong_configuration_or_command_line_exits_with_2() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = oxcart(folder.path(), &[("OXCART_ADR", "x")], &["check"]);
    assert_eq!(output.status.code(), Some(2), "said {}", stderr(&output));
    assert!(stderr(&output).starts_with("error: unknown environment variable OXCART_ADR"));
    let output = oxcart(folder.path(), &[], &["check", "--config", "missing.toml"]);
    assert_eq!(output.status.code(), Some(2), "said {}", stderr(&output));
    assert!(stderr(&output).contains("missing.toml"), "said {}", stderr(&output));
    let output = oxcart(folder.path(), &[], &["chekc"]);
    assert_eq!(output.status.code(), Some(2), "said {}", stderr(&output));
}

#[test]
fn the_reference_is_there_even_where_the_configuration_is_broken() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = oxcart(folder.path(), &[("OXCART_ADDR", "x")], &["config", "reference"]);
    assert!(output.status.success(), "said {}", stderr(&output));
    assert!(stdout(&output).contains("### `addr`"));
}

#[test]
fn a_fresh_shop_passes_the_plain_check_and_not_the_one_for_production() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let code = |args: &[&str]| oxcart(folder.path(), &[], args).status.code();
    assert_eq!(code(&["check"]), Some(0));
    assert_eq!(code(&["check", "--deploy"]), Some(1));
    assert_eq!(code(&["check", "--deploy", "--fail-level", "ERROR"]), Some(0));
    let left = std::fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(left, 0, "checking must leave nothing behind");
}

#[test]
fn the_file_in_the_current_folder_is_read_and_shown_with_its_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = "# the shop\nshop_name = \"Corner shop\"\nsecret_key = \"hush-hush\"\n";
    std::fs::write(folder.path().join("oxcart.toml"), file).expect("the file is written");
    let output = oxcart(folder.path(), &[], &["config", "show"]);
    let line = stdout(&output).lines().find(|line| line.starts_with("shop_name")).map(str::to_owned);
    let line = line.unwrap_or_default();
    assert!(line.contains("Corner shop") && line.ends_with("oxcart.toml, line 2"), "got `{line}`");
    assert!(!stdout(&output).contains("hush"), "the secret shows");
}
