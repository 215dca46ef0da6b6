//! What the tests of this suite share.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use testkit::{Dial, Shop, Wire};

/// More than anything here takes, unless something is wrong.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const LIVEZ: &str = "GET /livez HTTP/1.1\r\nhost: shop\r\n\r\n";
pub(crate) const PRODUCTS: &str = "GET /products/ HTTP/1.1\r\nhost: shop\r\n\r\n";

/// A connection to the first instance.
pub(crate) async fn wire(shop: &Shop) -> Wire {
    Dial::default().connect(shop.address_of(0)).await.expect("the shop listens")
}

/// One that comes from 127.0.0.`last`.
pub(crate) async fn wire_from(shop: &Shop, last: u8) -> Wire {
    let from = Some(Ipv4Addr::new(127, 0, 0, last));
    Dial { from, ..Dial::default() }.connect(shop.address_of(0)).await.expect("the shop listens")
}

/// A figure of the first instance; 0 when there is none of that name, which includes its labels.
pub(crate) async fn figure(shop: &Shop, name: &str) -> f64 {
    value(&shop.client().get("/metrics").await.expect(200).text(), name)
}

fn value(figures: &str, name: &str) -> f64 {
    let value = figures.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    value.unwrap_or_default()
}

/// Waits until a figure is what it should be. A shop that has no place for whoever asks is asked again.
pub(crate) async fn figure_becomes(shop: &Shop, name: &str, is_right: impl Fn(f64) -> bool) {
    let began = Instant::now();
    loop {
        let answer = shop.client().get("/metrics").await;
        let value = (answer.status == 200).then(|| value(&answer.text(), name));
        if value.is_some_and(&is_right) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{name} is {value:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What `/proc` says of the first instance's use of the processor so far.
pub(crate) fn cpu_time(shop: &Shop) -> Duration {
    let pid = shop.pid(0).expect("it runs");
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("/proc tells");
    let fields: Vec<_> = stat.rsplit_once(") ").expect("a name").1.split(' ').collect();
    let ticks: u64 = fields[11].parse::<u64>().expect("ticks") + fields[12].parse::<u64>().expect("ticks");
    Duration::from_millis(ticks * 10)
}
