//! Figures of the program itself: how soon it serves, how much memory it takes, how large it is. Bytes are counted in
//! millions (MB), not in powers of two.

use super::client::Connection;
use crate::stage::{median, memory, micros};
use anyhow::{Context, Result, ensure};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};
use testkit::Shop;

/// How often it is started.
const STARTS: usize = 10;
/// How long a start may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long nothing happens before memory is read.
const IDLE: Duration = Duration::from_secs(3);

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Micros,
    Bytes,
}

/// One figure, and the most it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// The set-up, or `program`.
    pub(super) on: &'static str,
    /// Its name in JSON.
    pub(super) name: &'static str,
    /// Its line in the table.
    pub(super) what: &'static str,
    pub(super) unit: Unit,
    pub(super) value: u64,
    pub(super) most: u64,
}

impl Property {
    pub(super) fn is_met(&self) -> bool {
        self.value <= self.most
    }

    /// A value of its kind, with its unit.
    pub(super) fn shown(&self, value: u64) -> String {
        match self.unit {
            Unit::Micros => format!("{}.{} ms", value / 1_000, value % 1_000 / 100),
            Unit::Bytes => format!("{}.{} MB", value / 1_000_000, value % 1_000_000 / 100_000),
        }
    }
}

/// The size of the program.
///
/// # Errors
/// When it is not there.
pub(super) fn size(program: &Path) -> Result<Property> {
    let file = std::fs::metadata(program).with_context(|| format!("looking at {}", program.display()))?;
    let (what, most) = ("size of the program, in one file", 30_000_000);
    Ok(Property { on: "program", name: "size", what, unit: Unit::Bytes, value: file.len(), most })
}

/// Starts a shop that is filled again and again and lets it idle; it runs before and after.
///
/// # Errors
/// When it does not start.
pub(super) async fn measure(shop: &Shop) -> Result<[Property; 2]> {
    let on = shop.setup().name();
    let mut starts = vec![];
    for _ in 0..STARTS {
        shop.stop(0);
        starts.push(micros(start(shop).await?));
    }
    let value = median(starts).unwrap_or_default();
    let what = "from its start to the first 200 of /readyz";
    let start = Property { on, name: "start", what, unit: Unit::Micros, value, most: 100_000 };
    tokio::time::sleep(IDLE).await;
    let (what, value) = ("memory in use after 3 s of idling", memory(shop)? * 1024);
    let memory = Property { on, name: "memory", what, unit: Unit::Bytes, value, most: 30_000_000 };
    Ok([start, memory])
}

async fn start(shop: &Shop) -> Result<Duration> {
    let began = Instant::now();
    shop.start_unready(0);
    while !is_ready(shop.address_of(0)).await {
        ensure!(began.elapsed() < PATIENCE, "not ready after {PATIENCE:?}; it printed:\n{}", shop.log());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(began.elapsed())
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    connection.ask(request.as_bytes()).await.is_ok_and(|(status, _)| status == 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_shown_in_its_unit_and_met_up_to_its_bound() {
        let start = Property { on: "sqlite", name: "", what: "", unit: Unit::Micros, value: 84_250, most: 100_000 };
        assert_eq!((start.shown(start.value), start.is_met()), ("84.2 ms".to_owned(), true));
        let size = Property { unit: Unit::Bytes, value: 30_197_552, most: 30_000_000, ..start };
        assert_eq!((size.shown(size.value), size.is_met()), ("30.1 MB".to_owned(), false));
    }
}
