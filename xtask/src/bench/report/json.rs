//! For programs.

use super::{Results, Row};
use crate::bench::CONNECTIONS;
use crate::bench::data::{PRODUCTS, USERS};
use crate::bench::options::Options;
use crate::bench::program::{Property, Unit};
use crate::bench::targets::{Bound, Comparison, percent};
use crate::stage::micros;
use serde_json::{Value, json};

/// Everything in `results`, with how it was measured.
pub(in crate::bench) fn json(options: &Options, results: &Results) -> Value {
    json!({
        "instances": results.instances,
        "connections": CONNECTIONS,
        "products": PRODUCTS,
        "users": USERS,
        "rounds": options.rounds(),
        "measured_ms": micros(options.pace().measured) / 1_000,
        "results": results.rows.iter().map(|row| case(row, results)).collect::<Vec<_>>(),
        "program": results.properties.iter().map(property).collect::<Vec<_>>(),
    })
}

/// What is shown to people is a number already: whole tenths need no arithmetic of fractions.
pub(in crate::bench) fn number(shown: &str) -> Option<f64> {
    shown.parse().ok()
}

fn case(row: &Row, results: &Results) -> Value {
    let Row { on, case, figures } = row;
    json!({
        "on": on.name(),
        "case": case.name(),
        "what": case.what(),
        "requests_per_second": number(&figures.per_second()),
        "p50_us": figures.p50,
        "p99_us": figures.p99,
        "errors": figures.errors,
        "cpu_us_per_request": figures.cpu,
        "generator_percent_of_a_core": figures.generator,
        "compared": results.comparisons(row).into_iter().map(compared).collect::<Vec<_>>(),
    })
}

fn compared((comparison, share): (Comparison, u64)) -> Value {
    let (least, most) = match comparison.bound {
        Some(Bound::AtLeast(least)) => (Some(least), None),
        Some(Bound::AtMost(most)) => (None, Some(most)),
        None => (None, None),
    };
    json!({
        "measure": comparison.measure.name(),
        "with": comparison.with.name(),
        "percent": number(&percent(share)),
        "at_least": least,
        "at_most": most,
        "met": comparison.bound.map(|bound| bound.is_met(share)),
    })
}

fn property(property: &Property) -> Value {
    let unit = match property.unit {
        Unit::Micros => "µs",
        Unit::Bytes => "bytes",
    };
    json!({
        "on": property.on,
        "name": property.name,
        "what": property.what,
        "unit": unit,
        "value": property.value,
        "at_most": property.most,
        "met": property.is_met(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_says_of_what_it_is_and_whether_it_is_enough() {
        let results = super::super::tests::results();
        let order = case(&results.rows[0], &results);
        assert_eq!(order["requests_per_second"], 4000.0);
        let rate = json!({"measure": "rate", "with": "pgbench-order", "percent": 400.0, "at_least": 400,
                          "at_most": null, "met": true});
        assert_eq!(order["compared"][0], rate);
        assert_eq!(order["compared"][1]["met"], false);
        assert_eq!(property(&results.properties[0])["met"], false);
    }
}
