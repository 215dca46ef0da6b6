//! What was needed for a moment is given back.

use crate::support::builder;
use std::time::{Duration, Instant};
use testkit::Shop;

/// Of the first instance's memory what is its own, in kB.
fn own_memory(shop: &Shop) -> u64 {
    let pid = shop.pid(0).expect("it runs");
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("/proc tells");
    let own = status.lines().find_map(|line| line.strip_prefix("RssAnon:")?.strip_suffix("kB")?.trim().parse().ok());
    own.expect("Linux says which memory has no file")
}

#[tokio::test]
async fn what_logins_needed_is_given_back_when_nobody_asks_anything() {
    let shop = builder().start().await;
    let before = own_memory(&shop);
    shop.customer().await;
    let began = Instant::now();
    // One password alone takes 19 MB to check. Something else may bring them back by chance, in five seconds or never.
    while own_memory(&shop) > before + 8_000 {
        assert!(
            began.elapsed() < Duration::from_secs(3),
            "{} kB before, {} kB three seconds after",
            before,
            own_memory(&shop)
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
