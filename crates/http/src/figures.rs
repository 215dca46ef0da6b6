//! `/metrics`: the figures of this process in the format of Prometheus. docs/OPERATING.md describes each.

use crate::state::Edge;
use metrics::gauge;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::time::Duration;

/// Bounds of what takes time, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Bounds of how many there are in a batch.
const JOBS: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// How often what was measured is added up.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder of this process, not yet in place.
pub(crate) fn recorder() -> Result<PrometheusHandle, BuildError> {
    let builder = PrometheusBuilder::new().set_buckets(&SECONDS)?;
    let builder = builder.set_buckets_for_metric(Matcher::Full("oxcart_batch_jobs".into()), &JOBS)?;
    let handle = builder.install_recorder()?;
    gauge!("oxcart_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}

/// Adds up what was measured, for as long as the process runs: every request leaves a sample that would stay in memory
/// until somebody asks for the figures.
pub(crate) async fn keep_up(edge: Edge) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        edge.metrics.run_upkeep();
    }
}

/// All figures as text.
pub(crate) fn render(edge: &Edge) -> String {
    look(edge);
    metrics_process::Collector::default().collect();
    edge.metrics.run_upkeep();
    edge.metrics.render()
}

/// Measures what is not counted as it happens.
#[expect(clippy::cast_precision_loss, reason = "figures for people: none comes near 2⁵³")]
fn look(edge: &Edge) {
    let now = edge.app.figures();
    for pool in &now.pools {
        gauge!("oxcart_database_connections", "pool" => pool.name, "state" => "in_use").set(pool.in_use as f64);
        gauge!("oxcart_database_connections", "pool" => pool.name, "state" => "idle").set(pool.idle as f64);
        gauge!("oxcart_database_connections_max", "pool" => pool.name).set(pool.most as f64);
        gauge!("oxcart_database_waiting", "pool" => pool.name).set(pool.waiting as f64);
    }
    gauge!("oxcart_password_hashes", "state" => "running").set(now.hashing as f64);
    gauge!("oxcart_password_hashes", "state" => "waiting").set(now.hashes_waiting as f64);
    for (kind, waiting) in &now.gathered_waiting {
        gauge!("oxcart_batch_waiting", "kind" => *kind).set(*waiting as f64);
    }
    if let Some(head) = now.log_head {
        gauge!("oxcart_event_log_seq").set(head as f64);
    }
    if let Some(since) = now.log_unread {
        gauge!("oxcart_event_log_unread_seconds").set(since.as_secs_f64());
    }
}
