//! A chart of what was saved: the rate of each case that has a limit, on each set-up, with its limit as a mark.

mod svg;

use super::report::counted;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::path::Path;

/// What is read of a saved file.
#[derive(Debug, Deserialize)]
struct Saved {
    instances: usize,
    products: u64,
    connections: u64,
    results: Vec<Measured>,
}

#[derive(Debug, Deserialize)]
struct Measured {
    on: String,
    case: String,
    what: String,
    requests_per_second: f64,
    compared: Vec<Compared>,
}

#[derive(Debug, Deserialize)]
struct Compared {
    measure: String,
    with: String,
    percent: f64,
}

/// A case, and its bars, one for each set-up.
#[derive(Debug, PartialEq, Eq)]
struct Group {
    what: String,
    /// What the marks are, as "bare handler, …".
    limit: String,
    bars: Vec<Bar>,
}

/// Requests in a second, of the shop and of the limit.
#[derive(Debug, PartialEq, Eq)]
struct Bar {
    on: String,
    rate: u64,
    limit: u64,
    percent: String,
}

/// Draws what was saved into a file.
///
/// # Errors
/// When there is nothing to draw, or a file can't be read or written.
pub(super) fn draw(saved: &Path, chart: &Path) -> Result<()> {
    let text = std::fs::read_to_string(saved).with_context(|| format!("reading {}", saved.display()))?;
    let text = svg_of(&text).with_context(|| format!("{} was not saved by `bench --save`", saved.display()))?;
    std::fs::write(chart, text).with_context(|| format!("writing {}", chart.display()))
}

fn svg_of(saved: &str) -> Result<String> {
    let saved: Saved = serde_json::from_str(saved)?;
    let groups = groups(&saved.results);
    ensure!(!groups.is_empty(), "no case was measured together with its limit");
    let (instances, products) = (counted(saved.instances), svg::grouped(saved.products));
    let under = format!("The shop in {instances}, {products} products, {} connections at once", saved.connections);
    Ok(svg::chart(&under, &groups))
}

/// Cases in the order in which they were saved.
fn groups(results: &[Measured]) -> Vec<Group> {
    let mut groups: Vec<Group> = vec![];
    for measured in results {
        let Some((bar, limit)) = bar(measured, results) else { continue };
        match groups.iter_mut().find(|group| group.what == measured.what) {
            Some(group) => group.bars.push(bar),
            None => groups.push(Group { what: measured.what.clone(), limit: limit.to_owned(), bars: vec![bar] }),
        }
    }
    groups
}

/// The bar of a case with a limit, and what the limit is.
fn bar<'a>(measured: &Measured, results: &'a [Measured]) -> Option<(Bar, &'a str)> {
    let is_limit = |name: &str| name.starts_with("bare-") || name.starts_with("pgbench-");
    let compared = measured.compared.iter().find(|other| other.measure == "rate" && is_limit(&other.with))?;
    let limit = results.iter().find(|other| other.on == measured.on && other.case == compared.with)?;
    let (rate, most) = (whole(measured.requests_per_second), whole(limit.requests_per_second));
    Some((Bar { on: measured.on.clone(), rate, limit: most, percent: compared.percent.to_string() }, &limit.what))
}

/// A rate is never negative; beyond the range of numbers it is the last of them.
fn whole(rate: f64) -> u64 {
    rate.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::options::Options;
    use crate::bench::report;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    /// What `--save` writes.
    fn saved() -> String {
        let options = Line::parse_from(["bench"]).options;
        report::json(&options, &report::tests::results()).to_string()
    }

    #[test]
    fn what_is_saved_can_be_drawn() {
        let saved: Saved = serde_json::from_str(&saved()).unwrap();
        let bar = Bar { on: "postgres".to_owned(), rate: 4_000, limit: 1_000, percent: "400".to_owned() };
        let expected = Group {
            what: "add to cart + place order, account".to_owned(),
            limit: "pgbench, an order's least SQL, any product".to_owned(),
            bars: vec![bar],
        };
        assert_eq!(groups(&saved.results), [expected]);
    }

    #[test]
    fn a_chart_has_a_bar_a_mark_and_what_they_mean() {
        let svg = svg_of(&saved()).unwrap();
        for part in [
            "<svg ",
            "in one instance, 10,000 products",
            "add to cart + place order, account",
            "4,000/s",
            "400% of 1,000/s",
            "</svg>",
        ] {
            assert!(svg.contains(part), "no {part} in {svg}");
        }
        assert!(svg_of("{}").is_err());
        assert!(
            svg_of(r#"{"instances": 1, "products": 1, "connections": 1, "results": []}"#).is_err(),
            "an empty chart tells nothing"
        );
    }
}
