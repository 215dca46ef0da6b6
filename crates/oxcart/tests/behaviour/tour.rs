//! The tour of the README, by the script a reader would run.

use crate::support::builder;
use std::process::Command;

#[tokio::test]
async fn the_tour_in_the_docs_goes_as_it_says() {
    let shop = builder().demo().start().await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tour.sh");
    let toured = Command::new("bash").arg(script).arg(shop.url()).output().expect("bash runs");
    let said = String::from_utf8_lossy(&toured.stdout);
    let complained = String::from_utf8_lossy(&toured.stderr);
    assert!(toured.status.success(), "the tour stopped:\n{said}\n{complained}");
    shop.run_well(&["doctor"]);
}
