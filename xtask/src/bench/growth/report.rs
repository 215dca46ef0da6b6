//! What growth costs, as a table for people and as JSON for programs.

use super::{Grown, SMALL, What};
use crate::bench::figures::Figures;
use crate::bench::options::Options;
use crate::bench::report::{millis, number, verdict};
use crate::bench::targets::{Bound, percent};
use crate::stage::micros;
use serde_json::{Value, json};

/// For programs.
pub(in crate::bench) fn json(options: &Options, grown: &[Grown]) -> Value {
    let side = |figures: &Figures| {
        let Figures { p50, p99, errors, cpu, wal, .. } = figures;
        json!({
            "requests_per_second": number(&figures.per_second()),
            "p50_us": p50,
            "p99_us": p99,
            "errors": errors,
            "cpu_us_each": cpu,
            "wal_bytes_each": wal,
        })
    };
    let entry = |grown: &Grown| {
        let (least, most) = match grown.what.bound() {
            Bound::AtLeast(least) => (Some(least), None),
            Bound::AtMost(most) => (None, Some(most)),
        };
        json!({
            "on": grown.on.name(),
            "what": grown.what.name(),
            "small": side(&grown.small),
            "big": side(&grown.big),
            "percent": grown.share().and_then(|share| number(&percent(share))),
            "at_least": least,
            "at_most": most,
            "met": grown.is_met(),
        })
    };
    json!({
        "small": SMALL,
        "big": options.growth(),
        "rounds": options.rounds(),
        "measured_ms": micros(options.pace().measured) / 1_000,
        "growth": grown.iter().map(entry).collect::<Vec<_>>(),
    })
}

/// For people.
pub(in crate::bench) fn text(options: &Options, grown: &[Grown]) -> String {
    let big = options.growth().unwrap_or_default();
    let mut text = format!(
        "A shop with {SMALL} products and orders, and one with {big}; medians of {} rounds of {:?}; lists by 8 \
         connections, orders by 64\n",
        options.rounds(),
        options.pace().measured
    );
    let mut table = None;
    for row in grown {
        if table != Some(row.on) {
            table = Some(row.on);
            text += &headline(row.on.name());
        }
        text += &line(row);
        text += &costs(row).unwrap_or_default();
    }
    let met = grown.iter().filter(|row| row.is_met() == Some(true)).count();
    text + &format!("\n{met} of {} targets met\n", grown.len())
}

fn headline(on: &str) -> String {
    format!(
        "\n{on:<44}{:>12}{:>12}{:>12}{:>12}{:>8}   compared                  target\n",
        "small p50 ms", "p99 ms", "big p50 ms", "p99 ms", "errors"
    )
}

fn line(row: &Grown) -> String {
    let Grown { what, small, big, .. } = row;
    let of = match what {
        What::List(_) => "p99",
        What::Orders => "rate",
    };
    let share = row.share().map_or("no answer".to_owned(), |share| format!("{}% of {of} of small", percent(share)));
    let target = format!("{share:<26}{:<8}{}", what.bound().to_string(), verdict(row.is_met() == Some(true)));
    let [a, b, c, d] = [small.p50, small.p99, big.p50, big.p99].map(millis);
    let name = match what {
        What::List(_) => what.name().to_owned(),
        What::Orders => format!("orders, {} and {} a second", small.per_second(), big.per_second()),
    };
    format!("{name:<44}{a:>12}{b:>12}{c:>12}{d:>12}{:>8}   {target}\n", small.errors + big.errors)
}

/// What one order costs, which is steadier than how many there are.
fn costs(row: &Grown) -> Option<String> {
    let each = |figures: &Figures| {
        let wal = figures.wal.map(|wal| format!(", {}.{} kB of PostgreSQL's log", wal / 1_000, wal % 1_000 / 100));
        Some(format!("{} ms of processor time{}", millis(figures.cpu?), wal.unwrap_or_default()))
    };
    let Grown { what: What::Orders, small, big, .. } = row else { return None };
    Some(format!("  each takes {}; of the big shop {}\n", each(small)?, each(big)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::growth::routes::Route;
    use testkit::Setup;

    #[test]
    fn both_shops_stand_beside_each_other() {
        let figures = |p99, in_ten_seconds| Figures { p99, in_ten_seconds, ..Figures::default() };
        let (small, big) = (figures(1_000, 10_000), figures(4_000, 9_500));
        let list = Grown { on: Setup::Sqlite, what: What::List(Route::Orders), small, big };
        assert!(line(&list).ends_with("400% of p99 of small      ≤ 300%  missed\n"), "{}", line(&list));
        let orders = line(&Grown { what: What::Orders, ..list });
        assert!(orders.starts_with("orders, 1000 and 950 a second"), "{orders}");
        assert!(orders.ends_with("95% of rate of small      ≥ 90%   met\n"), "{orders}");
    }

    #[test]
    fn what_an_order_costs_is_told_of_both_shops() {
        let small = Figures { cpu: Some(520), wal: Some(9_140), ..Figures::default() };
        let big = Figures { cpu: Some(1_530), ..Figures::default() };
        let orders = Grown { on: Setup::Postgres, what: What::Orders, small, big };
        let expected = "  each takes 0.520 ms of processor time, 9.1 kB of PostgreSQL's log; of the big shop 1.530 ms of \
                        processor time\n";
        assert_eq!(costs(&orders).as_deref(), Some(expected));
        assert_eq!(costs(&Grown { what: What::List(Route::Orders), ..orders }), None);
    }
}
