//! What whoever runs the shop relies on: each command for operators, on the database of the set-up, also where it
//! must refuse. What is said of accounts, of looking, and of files stands in a file each.

mod accounts;
mod backup;
mod looking;

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use testkit::Shop;

const OWNER: &str = "owner@shop.example";
const PASSWORD: &str = "a Quiet-Ox pulls 7 carts";
const OTHER_PASSWORD: &str = "two Loud-Oxen pull 9 carts";
fn shop() -> Shop {
    Shop::builder(env!("CARGO_BIN_EXE_oxcart")).prepare()
}

fn with_owner(shop: Shop) -> Shop {
    shop.create_superuser(OWNER, PASSWORD);
    shop
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command that must fail with 1, and returns what it said on either output.
#[track_caller]
fn refused(shop: &Shop, args: &[&str]) -> String {
    failed(&shop.run(args), args)
}

#[track_caller]
fn failed(output: &Output, args: &[&str]) -> String {
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "oxcart {args:?} said:\n{said}");
    said
}

/// Runs a command with one line on standard input.
fn fed(shop: &Shop, args: &[&str], input: &str) -> Output {
    let mut command = shop.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads its input");
    child.wait_with_output().expect("it ends")
}
