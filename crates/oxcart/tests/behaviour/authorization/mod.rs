//! docs/AUTHORIZATION.md, cell by cell: each operation is tried by each caller, and the database is compared before and
//! after. To add an operation, add a row there; what its body holds is said in `attempt.rs`.

mod attempt;
mod cast;
mod state;
mod table;

use crate::support::builder;
use attempt::Attempt;
use cast::{Callers, Things};
use serde_json::Value;
use state::{State, Tables};
use std::collections::BTreeSet;
use table::{Cell, Effect, Role, Row};

/// The headings of the tables; each has a test.
const SECTIONS: [&str; 10] = [
    "Accounts",
    "Tokens",
    "Catalogue",
    "Carts",
    "Orders",
    "Mails",
    "The audit log",
    "The staff",
    "Live",
    "Open to everybody",
];

#[tokio::test]
async fn every_operation_of_the_document_has_a_row_and_every_row_an_operation() {
    let shop = builder().start().await;
    let document: Value = shop.client().get("/api/schema/").await.expect(200).json();
    let paths = document["paths"].as_object().expect("paths");
    let described: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("methods").keys();
            methods.filter(|name| *name != "parameters").map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let rows = table::rows();
    let tried: BTreeSet<String> = rows.iter().map(Row::operation).collect();
    let untried: Vec<_> = described.difference(&tried).collect();
    assert!(untried.is_empty(), "docs/AUTHORIZATION.md has no row for {untried:?}: say there who may do it");
    let outside = |operation: &&String| !is_outside_the_document(operation);
    let unknown: Vec<_> = tried.difference(&described).filter(outside).collect();
    assert!(unknown.is_empty(), "docs/AUTHORIZATION.md has rows for {unknown:?}, which the API's document lacks");
    let sections: BTreeSet<_> = rows.iter().map(|row| row.section.as_str()).collect();
    assert_eq!(sections, SECTIONS.into(), "each table of docs/AUTHORIZATION.md needs a test");
}

fn is_outside_the_document(operation: &str) -> bool {
    let files = ["GET /api/docs/live-stock.js", "GET /media/secret.txt"];
    operation.starts_with("STREAM ") || operation.starts_with("SOCKET ") || files.contains(&operation)
}

/// Tries every cell of a table.
async fn holds(section: &str) {
    let shop = builder().env("OXCART_REGISTER_RATE", "100000/m").env("OXCART_LOGIN_ADDRESS_RATE", "100000/m");
    let shop = shop.start().await;
    let (setter, tables) = (shop.staff().await, Tables::of(&shop));
    let rows = table::rows().into_iter().filter(|row| row.section == section);
    let mut tried = 0;
    // What an attempt has not changed is good for the next one: making it takes longer than trying.
    let mut callers = Callers::gather(&shop, &setter).await;
    for row in rows {
        let mut unchanged = None;
        for (role, cell) in Role::ALL.into_iter().zip(row.cells) {
            let things = match unchanged.take() {
                Some(things) => things,
                None => Things::make(&shop, &setter, row.of).await,
            };
            if row.operation() == "POST /staff/members/" {
                let email = &things.account.email;
                shop.plant(&format!("UPDATE users SET email_confirmed = TRUE WHERE email = '{email}'"));
            }
            let caller = callers.get(role, &things);
            let what = format!("{row} by {role:?}");
            let before = State::look(&shop, &tables, &things);
            let answer = Attempt { row: &row, caller, things: &things, number: things.number }.make().await;
            let after = State::look(&shop, &tables, &things);
            assert_eq!(answer.status, cell.status, "{what} is answered with {}", answer.text);
            check(cell, &row, &before, &after, &what);
            let shows = things.marks(&row.path).iter().any(|mark| answer.text.contains(mark.as_str()));
            if row.reads() {
                let expected = cell.effect == Effect::Owners;
                assert_eq!(shows, expected, "{what}: whether it shows what is the owner's: {}", answer.text);
            } else if !matches!(role, Role::Owner | Role::Staff) && row.section != "Tokens" {
                assert!(!shows, "{what} shows what is the owner's: {}", answer.text);
            }
            tried += 1;
            let is_idle = row.reads() || answer.status >= 400;
            if is_idle && before.changes(&after).is_nothing() {
                unchanged = Some(things);
            } else {
                callers.renew(role, &shop).await;
            }
        }
    }
    assert!(tried > 0, "{section} has no rows");
}

/// Fails unless exactly that changed which the cell allows.
#[track_caller]
fn check(cell: Cell, row: &Row, before: &State, after: &State, what: &str) {
    let changed = before.changes(after);
    let effect = if row.reads() { Effect::None } else { cell.effect };
    let allowed = match effect {
        Effect::None => changed.is_nothing(),
        Effect::Owners => changed.owners && !changed.catalogue,
        Effect::Own => changed.rest && !changed.owners && !changed.catalogue,
        Effect::Shop => changed.catalogue && !changed.owners,
    };
    assert!(allowed, "{what} was to have the effect {effect:?} but:\n{}", before.difference(after));
}

macro_rules! sections {
    ($($name:ident: $section:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            assert!(SECTIONS.contains(&$section));
            holds($section).await;
        }
    )*};
}

sections! {
    accounts_are_open_to_those_the_table_names_and_to_nobody_else: "Accounts";
    tokens_are_open_to_who_holds_them_and_to_nobody_else: "Tokens";
    the_catalogue_is_open_to_those_the_table_names_and_to_nobody_else: "Catalogue";
    carts_are_open_to_those_the_table_names_and_to_nobody_else: "Carts";
    orders_are_open_to_those_the_table_names_and_to_nobody_else: "Orders";
    mails_are_open_to_the_staff_and_to_nobody_else: "Mails";
    the_audit_log_is_open_to_the_staff_and_to_nobody_else: "The audit log";
    what_is_the_staffs_is_open_to_the_staff_and_to_nobody_else: "The staff";
    live_events_are_open_to_those_the_table_names_and_to_nobody_else: "Live";
    what_is_open_to_everybody_tells_of_nobody: "Open to everybody";
}
