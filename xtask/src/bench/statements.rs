//! What PostgreSQL does for one case: its statements, as `pg_stat_statements` counts them, for each request that was
//! answered well. What they take together is what the shop can't do without, however little it costs itself.

use super::cases::Case;
use super::flame::went_well;
use super::load::Pace;
use super::world::{Subject, World};
use crate::stage::Servers;
use anyhow::{Context, Result, ensure};
use std::fmt::Write as _;
use testkit::Setup;

/// Of a statement's text, as much as fits a line.
const TEXT: usize = 100;
/// Statements that take less for each request, in ns, are told together.
const LEAST: u64 = 500;

/// The most time first; counts and ns. Times are of executing: plans are kept.
const STATEMENTS: &str = "SELECT concat_ws(E'\\t', calls, CAST(total_exec_time * 1000000 AS bigint), \
    regexp_replace(query, '\\s+', ' ', 'g')) \
    FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid \
    WHERE d.datname = current_database() AND query NOT LIKE '%pg_stat_statements%' ORDER BY total_exec_time DESC";

struct Statement {
    calls: u64,
    /// ns
    time: u64,
    text: String,
}

/// Asks a case for a while; a table of the statements it took.
///
/// # Errors
/// When the set-up has no PostgreSQL, the server has no `pg_stat_statements`, or the shop answers with an error.
pub(super) async fn count(subject: Subject<'_>, setup: Setup, case: Case, pace: Pace) -> Result<String> {
    ensure!(setup.has_postgres(), "statements are counted by PostgreSQL: use --setup postgres or postgres-redis");
    let servers = Servers::counting_statements(setup).context("PostgreSQL with pg_stat_statements")?;
    let (world, _) = World::make(servers, subject, &[case], false).await?;
    // Connections open, statements are prepared, caches fill.
    went_well(case, &world.measure(case, pace).await?)?;
    world.plant("CREATE EXTENSION IF NOT EXISTS pg_stat_statements; SELECT pg_stat_statements_reset()");
    let sample = world.measure(case, pace).await?;
    went_well(case, &sample)?;
    let found = world.look(STATEMENTS).into_iter().flatten();
    let statements = found.map(|line| read(&line)).collect::<Option<Vec<_>>>().context("pg_stat_statements")?;
    Ok(table(case, &subject.stage(setup), &statements, sample.answered))
}

fn read(line: &str) -> Option<Statement> {
    let mut parts = line.splitn(3, '\t');
    let (calls, time) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Statement { calls, time, text: parts.next()?.to_owned() })
}

fn table(case: Case, stage: &str, statements: &[Statement], answered: u64) -> String {
    let (told, rest): (Vec<_>, Vec<_>) = statements.iter().partition(|one| one.time / answered >= LEAST);
    let rest = sum(rest.into_iter(), "all others");
    let all = sum(statements.iter(), "together");
    let mut table = format!(
        "{} on {stage}: PostgreSQL executes for {} µs for each of {answered} requests answered well\n\n\
         {:>8}  {:>8}  statement\n",
        case.name(),
        all.time / 1_000 / answered,
        "µs each",
        "times"
    );
    for Statement { calls, time, text } in told.into_iter().chain([&rest, &all]) {
        let (tenths, thousandths) = (time / 100 / answered, calls * 1_000 / answered);
        let text: String = text.chars().take(TEXT).collect();
        let (micros, times) = (tenths / 10, thousandths / 1_000);
        let _ = writeln!(table, "{micros:>6}.{}  {times:>4}.{:03}  {text}", tenths % 10, thousandths % 1_000);
    }
    table
}

fn sum<'a>(statements: impl Iterator<Item = &'a Statement>, name: &str) -> Statement {
    let nothing = Statement { calls: 0, time: 0, text: name.to_owned() };
    statements.fold(nothing, |sum, one| Statement { calls: sum.calls + one.calls, time: sum.time + one.time, ..sum })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_little_is_told_together() {
        let lines = ["200\t40500000\tINSERT INTO orders", "100\t10000\tBEGIN", "100\t20000\tSELECT 1\t2"];
        let statements: Vec<_> = lines.iter().map(|line| read(line).expect("a line")).collect();
        let table = table(Case::Order, "postgres, 2 instances", &statements, 100);
        let rows: Vec<&str> = table.lines().skip(3).collect();
        assert_eq!(rows[0], "   405.0     2.000  INSERT INTO orders");
        assert_eq!(rows[1], "     0.3     2.000  all others");
        assert_eq!(rows[2], "   405.3     4.000  together");
        assert!(table.starts_with("order on postgres, 2 instances: PostgreSQL"), "{table}");
        assert!(table.contains("for 405 µs for each of 100 requests"), "{table}");
        assert!(read("no number\t1\tx").is_none());
    }
}
