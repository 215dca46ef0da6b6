//! The figures as tables for people and as JSON for programs.

use super::CONNECTIONS;
use super::cases::Case;
use super::data::{PRODUCTS, USERS};
use super::figures::Figures;
use super::options::Options;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What a case has shown.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The set-up, or `limits`.
    pub(super) on: &'static str,
    pub(super) case: Case,
    pub(super) figures: Figures,
}

const LEGEND: &str = "\
per second  requests answered well; an order counts once, with putting its line into the cart
p50, p99    from sending a request until its answer is read, for orders from the first byte to the last of both
errors      answers that were none of success (of all rounds); they are in no other column
CPU each    processor time of server, PostgreSQL and Redis together for each request answered well
generator   how much of one core the load generator took; near 100% it may be what limits. pgbench tells none
of limit    the rate as a share of the one of its limit, below

Events sent to sockets are measured by `cargo xtask live`.
";

/// For programs.
pub(super) fn json(options: &Options, rows: &[Row]) -> Value {
    let result = |Row { on, case, figures }: &Row| {
        // Text first: the rate is whole tenths.
        let rate: Option<f64> = figures.per_second().parse().ok();
        json!({
            "on": on,
            "case": case.name(),
            "what": case.what(),
            "requests_per_second": rate,
            "p50_us": figures.p50,
            "p99_us": figures.p99,
            "errors": figures.errors,
            "cpu_us_per_request": figures.cpu,
            "generator_percent_of_a_core": figures.generator,
        })
    };
    json!({
        "connections": CONNECTIONS,
        "products": PRODUCTS,
        "users": USERS,
        "rounds": options.rounds(),
        "measured_ms": u64::try_from(options.pace().measured.as_millis()).unwrap_or(u64::MAX),
        "results": rows.iter().map(result).collect::<Vec<_>>(),
    })
}

/// For people.
pub(super) fn text(options: &Options, rows: &[Row]) -> String {
    let measured = options.pace().measured;
    let mut text = format!(
        "One instance, {PRODUCTS} products, {USERS} users, {CONNECTIONS} connections at once; medians of {} rounds of \
         {measured:?}\n",
        options.rounds()
    );
    let mut table = None;
    for row in rows {
        if table != Some(row.on) {
            table = Some(row.on);
            text.push_str(&headline(row.on));
        }
        text.push_str(&line(row, rows));
    }
    text + "\n" + LEGEND
}

fn headline(on: &str) -> String {
    let columns = ["per second", "p50 ms", "p99 ms", "errors", "CPU each ms", "generator", "of limit"];
    let mut line = format!("\n{on:<46}");
    for column in columns {
        // Writing to a string can't fail.
        let _ = write!(line, "{column:>13}");
    }
    line + "\n"
}

fn line(row: &Row, rows: &[Row]) -> String {
    let Row { case, figures, .. } = row;
    let limit = rows.iter().find(|other| Some(other.case) == case.limit() && applies(row.on, other.case));
    let share = limit.and_then(|limit| (figures.in_ten_seconds * 100).checked_div(limit.figures.in_ten_seconds));
    let percent = |share: u64| format!("{share}%");
    let cells = [
        figures.per_second(),
        millis(figures.p50),
        millis(figures.p99),
        figures.errors.to_string(),
        figures.cpu.map_or("–".to_owned(), millis),
        if case.needs_pgbench() { "–".to_owned() } else { percent(figures.generator) },
        share.map_or("–".to_owned(), percent),
    ];
    let mut line = format!("{:<46}", case.what());
    for cell in cells {
        let _ = write!(line, "{cell:>13}");
    }
    line + "\n"
}

/// What PostgreSQL does at best says nothing of SQLite.
fn applies(on: &str, limit: Case) -> bool {
    !(limit.needs_pgbench() && on == "sqlite")
}

/// µs as milliseconds, with three digits that tell something.
fn millis(micros: u64) -> String {
    match micros {
        ..10_000 => format!("{}.{:03}", micros / 1_000, micros % 1_000),
        10_000..100_000 => format!("{}.{}", micros / 1_000, micros % 1_000 / 100),
        _ => (micros / 1_000).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(on: &'static str, case: Case, in_ten_seconds: u64) -> Row {
        Row { on, case, figures: Figures { in_ten_seconds, cpu: Some(1_234), p99: 250_900, ..Figures::default() } }
    }

    #[test]
    fn a_rate_stands_beside_its_share_of_the_limit_that_applies() {
        let limit = row("limits", Case::PgbenchOrder, 40_000);
        let rows = [row("sqlite", Case::Order, 10_000), row("postgres", Case::Order, 10_000), limit];
        let [sqlite, postgres, limit] = rows.each_ref().map(|row| line(row, &rows));
        assert!(postgres.trim_end().ends_with("25%"), "{postgres}");
        assert!(sqlite.trim_end().ends_with('–') && limit.trim_end().ends_with('–'), "{sqlite}{limit}");
        for cell in ["1000", "1.234", "250 "] {
            assert!(postgres.contains(cell), "no {cell} in {postgres}");
        }
    }
}
