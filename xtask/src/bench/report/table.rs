//! For people.

use super::{Results, Row};
use crate::bench::CONNECTIONS;
use crate::bench::data::{PRODUCTS, USERS};
use crate::bench::options::Options;
use crate::bench::program::Property;
use crate::bench::targets::{Comparison, Measure, percent};
use std::fmt::Write as _;

const LEGEND: &str = "\
per second  requests answered well; an order counts once, with putting its line into the cart
p50, p99    from sending a request until its answer is read, for orders from the first byte to the last of both;
            of one caller alone only that of placing; with sockets from an order's answer to its owner's frame
errors      answers that were none of success (of all rounds); they are in no other column
CPU each    processor time of server, PostgreSQL and Redis together for each request answered well
generator   how much of one core the load generator took; near 100% it may be what limits. pgbench tells none
compared    the share of what another case did in the same rounds: its rate, or its p50 or CPU each where that is said
";

/// How wide the first column is.
const WHAT: usize = 48;

/// All tables.
pub(in crate::bench) fn text(options: &Options, results: &Results) -> String {
    let mut text = format!(
        "The shop in {}, {PRODUCTS} products, {USERS} users, {CONNECTIONS} connections at once; medians of {} rounds of \
         {:?}\n",
        counted(results.instances),
        options.rounds(),
        options.pace().measured
    );
    let mut table = None;
    for row in &results.rows {
        if table != Some(row.on) {
            table = Some(row.on);
            text += &headline(row.on.name());
        }
        text += &lines(row, results);
    }
    if !results.rows.is_empty() {
        text = text + "\n" + LEGEND;
    }
    if !results.properties.is_empty() {
        text += &format!("\n{:<WHAT$}{:>16}{:>13}   target\n", "figures of the program", "on", "figure");
        text.extend(results.properties.iter().map(property));
    }
    let (all, met) = results.targets();
    if all > 0 { text + &format!("\n{met} of {all} targets met\n") } else { text }
}

/// "one instance"
pub(in crate::bench) fn counted(instances: usize) -> String {
    if instances == 1 { "one instance".to_owned() } else { format!("{instances} instances") }
}

fn headline(on: &str) -> String {
    let mut line = format!("\n{on:<WHAT$}");
    for column in ["per second", "p50 ms", "p99 ms", "errors", "CPU each ms", "generator"] {
        // Writing to a string can't fail.
        let _ = write!(line, "{column:>12}");
    }
    line + "   compared                            target\n"
}

/// A case, and below it what else it is compared with.
fn lines(row: &Row, results: &Results) -> String {
    let Row { case, figures, .. } = row;
    let cells = [
        figures.per_second(),
        millis(figures.p50),
        millis(figures.p99),
        figures.errors.to_string(),
        figures.cpu.map_or("–".to_owned(), millis),
        if case.needs_pgbench() { "–".to_owned() } else { format!("{}%", figures.generator) },
    ];
    let mut line = format!("{:<WHAT$}", case.what());
    for cell in &cells {
        let _ = write!(line, "{cell:>12}");
    }
    let mut text = String::new();
    for (number, comparison) in results.comparisons(row).into_iter().enumerate() {
        let before = if number == 0 { line.clone() } else { " ".repeat(line.chars().count()) };
        text += &format!("{before}   {}\n", compared(comparison));
    }
    if text.is_empty() { line + "\n" } else { text }
}

/// "81% of bare-list  ≥ 70%  met"
fn compared((comparison, share): (Comparison, u64)) -> String {
    let of = match comparison.measure {
        Measure::Rate => "",
        Measure::Median => "p50 of ",
        Measure::Cpu => "CPU of ",
    };
    let told = format!("{}% of {of}{}", percent(share), comparison.with.name());
    match comparison.bound {
        Some(bound) => format!("{told:<36}{:<10}{}", bound.to_string(), verdict(bound.is_met(share))),
        None => told,
    }
}

fn property(property: &Property) -> String {
    let Property { on, what, value, most, .. } = property;
    let (value, most) = (property.shown(*value), property.shown(*most));
    format!("{what:<WHAT$}{on:>16}{value:>13}   ≤ {most:<9} {}\n", verdict(property.is_met()))
}

/// In the column of targets.
pub(in crate::bench) fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}

/// µs as milliseconds, with three digits that tell something.
pub(in crate::bench) fn millis(micros: u64) -> String {
    match micros {
        ..10_000 => format!("{}.{:03}", micros / 1_000, micros % 1_000),
        10_000..100_000 => format!("{}.{}", micros / 1_000, micros % 1_000 / 100),
        _ => (micros / 1_000).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_stands_beside_its_shares_and_what_is_promised_of_them() {
        let results = super::super::tests::results();
        let order = lines(&results.rows[0], &results);
        let [rate, cpu] = order.lines().collect::<Vec<_>>()[..] else { panic!("two lines: {order}") };
        for cell in ["4000", "1.234", "250 ", "400% of pgbench-order", "≥ 400%    met"] {
            assert!(rate.contains(cell), "no {cell} in {rate}");
        }
        assert!(cpu.trim_start().starts_with("50% of CPU of pgbench-order"), "{cpu}");
        assert!(cpu.ends_with("≤ 25%     missed"), "{cpu}");
        assert!(lines(&results.rows[1], &results).trim_end().ends_with('–'), "a limit is compared with nothing");
    }

    #[test]
    fn a_figure_of_the_program_stands_beside_its_bound() {
        let line = property(&super::super::tests::results().properties[0]);
        assert!(line.contains("30.1 MB   ≤ 30.0 MB   missed"), "{line}");
    }

    #[test]
    fn times_have_three_digits_that_tell_something() {
        assert_eq!([87, 9_123, 45_678, 250_900].map(millis), ["0.087", "9.123", "45.6", "250"]);
    }
}
