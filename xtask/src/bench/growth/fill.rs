//! Fills a shop as the shop itself would have been filled over years, but with few statements: `oxcart doctor` is
//! content with it. Every product is in two orders, each order has two products, and a tenth of the products is sold out.

use super::super::data::CATEGORIES;
use std::io::Write as _;
use testkit::{Setup, Shop};

/// Rows put by one statement.
const AT_ONCE: u64 = 50_000;

/// A set of rows, a statement for those from `:first` to `:last`.
struct Step {
    what: &'static str,
    sql: &'static str,
    rows: fn(u64) -> u64,
}

const STEPS: [Step; 10] = [
    Step { what: "categories", sql: include_str!("sql/categories.sql"), rows: |_| CATEGORIES },
    Step { what: "customers", sql: include_str!("sql/customers.sql"), rows: customers },
    Step { what: "products", sql: include_str!("sql/products.sql"), rows: |size| size },
    Step { what: "variants", sql: include_str!("sql/variants.sql"), rows: |size| size },
    Step { what: "first stock", sql: include_str!("sql/first_stock.sql"), rows: |size| size },
    Step { what: "orders", sql: include_str!("sql/orders.sql"), rows: |size| size },
    Step { what: "first lines of orders", sql: include_str!("sql/first_lines.sql"), rows: |size| size },
    Step { what: "second lines of orders", sql: include_str!("sql/second_lines.sql"), rows: |size| size },
    Step { what: "counts of orders", sql: include_str!("sql/order_counts.sql"), rows: |size| size },
    Step { what: "stock ordered", sql: include_str!("sql/stock_ordered.sql"), rows: |size| size },
];

/// Tables in which the next id is beyond those that were put.
const NUMBERED: [&str; 6] = ["categories", "users", "products", "variants", "stock_movements", "orders"];

/// A customer has ten orders, however large the shop is.
fn customers(size: u64) -> u64 {
    size / 10
}

/// Puts so many products and orders, a multiple of ten, into a shop that has one account and does not run.
/// Customers are `buyer-N@example.com`, from 1, with the password of that account.
pub(super) fn fill(shop: &Shop, size: u64) {
    let setup = shop.setup();
    // It is filled again when the machine fails, so SQLite need not wait for the disk.
    let before = if setup == Setup::Sqlite { "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; " } else { "" };
    for Step { what, sql, rows } in STEPS {
        let rows = rows(size);
        let starts = (1..=rows).step_by(usize::try_from(AT_ONCE).unwrap_or(usize::MAX));
        for first in starts {
            let last = rows.min(first + AT_ONCE - 1);
            shop.plant(&(before.to_owned() + &statement(sql, first, last, size)));
            eprint!("\r{setup}, {size} products: {what}, {last} of {rows} ");
            // Only for the eye.
            let _ = std::io::stderr().flush();
        }
        eprintln!();
    }
    if setup.has_postgres() {
        for table in NUMBERED {
            shop.plant(&format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"));
        }
        eprintln!("{setup}, {size} products: gathering statistics");
        // What the server would do by itself within a minute.
        shop.plant("VACUUM ANALYZE");
    }
}

/// With numbers in place of names.
fn statement(sql: &str, first: u64, last: u64, size: u64) -> String {
    let names =
        [(":first", first), (":last", last), (":size", size), (":half", size / 2), (":customers", customers(size))];
    names.into_iter().fold(sql.to_owned(), |sql, (name, number)| sql.replace(name, &number.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_numbers_for_all_its_names() {
        for step in STEPS {
            let sql = statement(step.sql, 1, 50, 20_000);
            assert!(!sql.contains(" :") && !sql.contains("(:"), "{}: {sql}", step.what);
        }
    }
}
