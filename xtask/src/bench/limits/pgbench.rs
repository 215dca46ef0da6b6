//! PostgreSQL's own load generator with the least SQL an order of one line needs, on a server of its own.

use super::script::Script;
use crate::bench::cpu::Watched;
use crate::bench::data::PRODUCTS;
use crate::bench::figures::Sample;
use crate::bench::load::Pace;
use crate::tool;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use testkit::servers::{Durability, Postgres, database, pgbench};

/// How long its clients may take to connect.
const CONNECT: Duration = Duration::from_secs(10);
const DATABASE: &str = "limits";
const SCHEMA: &str = include_str!("sql/schema.sql");
/// The planner is to find rows by their keys, as it is told for the shop, and through the index itself. Left alone it at
/// times reads the lines of a cart through a bitmap, which does not mark what was deleted: the one line of a cart that is
/// ordered again and again then costs all those before it, 1.5 ms instead of 0.4 for an order in one statement.
const SETTINGS: &str =
    "-c enable_seqscan=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan -c jit=off";
/// A cart with one line for each client of the order that is one statement.
const CARTS: &str = "DELETE FROM cart_lines WHERE cart_id BETWEEN 1000 AND 1999; \
                     INSERT INTO cart_lines SELECT cart, 1, 1 FROM generate_series(1000, 1999) cart";

/// A server with the schema, and the program.
pub(super) struct Pgbench {
    server: Postgres,
    program: PathBuf,
    watched: Watched,
}

impl Pgbench {
    /// Starts a server that waits for its disk.
    pub(super) fn prepare() -> Result<Self> {
        let server = Postgres::launch(Durability::Full)?;
        let watched = Watched::new(&[server.pid().context("PostgreSQL does not run")?]);
        let url = server.create_database(DATABASE)?;
        database::execute(&url, SCHEMA)?;
        let fill = format!("INSERT INTO variants SELECT id, 1000, 1000000000 FROM generate_series(1, {PRODUCTS}) id");
        database::execute(&url, &fill)?;
        database::execute(&url, "VACUUM ANALYZE")?;
        Ok(Self { server, program: pgbench()?, watched })
    }

    /// One round of a script.
    pub(super) async fn measure(&self, pace: Pace, script: Script) -> Result<Sample> {
        let url = self.server.url(DATABASE);
        database::execute(&url, CARTS)?;
        let folder = tool::target().join("bench-pgbench");
        // Logs of a round before would count again.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).context("making a folder for pgbench")?;
        std::fs::write(folder.join("script.sql"), script.sql)?;
        let seconds = (pace.warm_up + pace.measured).as_secs() + 1;
        let mut child = self.command(&folder, seconds, script).spawn().context("starting pgbench")?;
        self.connected(&mut child, script.clients).await?;
        // It ends by itself; only what it did in between counts.
        tokio::time::sleep(pace.warm_up).await;
        let (from, began, before) = (time_of_day()?, Instant::now(), self.watched.time()?);
        tokio::time::sleep(pace.measured).await;
        let (to, elapsed, after) = (time_of_day()?, began.elapsed(), self.watched.time()?);
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "pgbench failed ({}):\n{said}", output.status);
        // Now, and not while the shop is measured.
        database::execute(&url, "CHECKPOINT")?;
        let cpu = after.saturating_sub(before);
        let orders = orders(&folder)?;
        let answered = orders.len() as u64;
        let measured = orders.into_iter().filter(|(ended, _)| (from..to).contains(ended));
        let latencies = measured.map(|(_, took)| took).collect();
        Ok(Sample { elapsed, latencies, answered, cpu, ..Sample::default() })
    }

    /// Waits until all clients are there, which is when it begins, or until it has ended.
    async fn connected(&self, child: &mut Child, clients: usize) -> Result<()> {
        const COUNT: &str = "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = 'pgbench'";
        let (began, url) = (Instant::now(), self.server.url("postgres"));
        while child.try_wait()?.is_none() {
            let count = database::query(&url, COUNT)?.into_iter().next().flatten();
            if count.and_then(|count| count.parse().ok()).is_some_and(|count: usize| count >= clients) {
                break;
            }
            ensure!(began.elapsed() < CONNECT, "not all clients of pgbench are connected after {CONNECT:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    fn command(&self, folder: &Path, seconds: u64, script: Script) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(folder).args(["--no-vacuum", "--protocol=prepared", "--log", "--file=script.sql"]);
        let jobs = script.clients.min(2);
        command.arg(format!("--client={}", script.clients)).arg(format!("--jobs={jobs}"));
        command.arg(format!("--time={seconds}"));
        // The product before the first one.
        command.arg(format!("--define=products={}", script.products)).arg("--define=product=1");
        command.args(["--host=127.0.0.1", "--username=postgres", DATABASE]);
        command.arg(format!("--port={}", self.server.port())).env("PGOPTIONS", SETTINGS);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }
}

#[expect(clippy::disallowed_methods, reason = "pgbench notes the time of day, and what it notes is compared with it")]
fn time_of_day() -> Result<Duration> {
    SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")
}

/// When each order ended, as a time of day, and how long it took, from the logs in the folder.
fn orders(folder: &Path) -> Result<Vec<(Duration, Duration)>> {
    let mut all = vec![];
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("pgbench_log")) {
            let log = std::fs::read_to_string(&path)?;
            all.extend(log.lines().filter_map(noted));
        }
    }
    Ok(all)
}

/// "client transaction µs script seconds µs": when it ended, and how long it took.
fn noted(line: &str) -> Option<(Duration, Duration)> {
    let mut numbers = line.split(' ').map(str::parse::<u64>);
    let took = Duration::from_micros(numbers.nth(2)?.ok()?);
    let seconds = Duration::from_secs(numbers.nth(1)?.ok()?);
    Some((seconds + Duration::from_micros(numbers.next()?.ok()?), took))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_log_tells_when_an_order_ended_and_how_long_it_took() {
        let expected = (Duration::from_micros(1_412_881_037_912_698), Duration::from_micros(4_423));
        assert_eq!(noted("17 3 4423 0 1412881037 912698"), Some(expected));
        assert_eq!(noted("17 3 failed 0 1412881037 912698"), None);
    }
}
