//! What comes in and goes out: product files and Django fixtures, through the commands a shopkeeper runs, on the
//! database of the set-up.

mod fixtures;
mod product_files;
mod serving;

use serde_json::Value;
use testkit::Shop;

fn shop() -> Shop {
    Shop::builder(env!("CARGO_BIN_EXE_oxcart")).prepare()
}

/// Exit code, standard output and standard error of a command.
fn ran(shop: &Shop, args: &[&str]) -> (i32, String, String) {
    let output = shop.run(args);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn write(shop: &Shop, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(shop.folder().join(name), content).expect("the folder takes files");
}

/// Every record of the shop's dump.
fn dump(shop: &Shop) -> Vec<Value> {
    serde_json::from_str(&shop.run_well(&["dumpdata"])).expect("a dump is JSON")
}

/// The fields of the records of a model, by primary key.
fn fields(dump: &[Value], model: &str) -> Vec<Value> {
    let ours = dump.iter().filter(|record| record["model"] == model);
    ours.map(|record| record["fields"].clone()).collect()
}

/// The books must add up after whatever a test did.
#[track_caller]
fn assert_in_order(shop: &Shop) {
    let (code, out, err) = ran(shop, &["doctor"]);
    assert_eq!(code, 0, "the doctor finds something:\n{out}{err}");
}
