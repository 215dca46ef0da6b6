//! Everything in the database, in three parts: the owner's, the catalogue, and the rest.

use super::cast::Things;
use std::collections::BTreeSet;
use testkit::{Setup, Shop};

/// What is in the catalogue; of variants, all but their stock.
const CATALOGUE: [&str; 4] = ["products", "variants", "categories", "product_images"];
/// Only counted: numbered by and by on PostgreSQL.
const COUNTED: [&str; 3] = ["events", "event_batches", "event_log"];
/// Written by and by, after what they are about; what becomes of them is looked at elsewhere (`mail.rs`,
/// `account_mails.rs`).
const LATER: [&str; 4] = ["mails", "mail_cursor", "reset_requests", "account_tokens"];
/// Changed by the orders of anybody.
const STOCK: [&str; 2] = ["stock", "revision"];

/// The tables of a shop with their columns, whatever they are.
pub(super) struct Tables(Vec<(String, Vec<String>)>);

impl Tables {
    pub(super) fn of(shop: &Shop) -> Self {
        let sqlite = shop.setup() == Setup::Sqlite;
        let tables = match sqlite {
            true => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
            false => {
                "SELECT table_name::text FROM information_schema.tables \
                 WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name"
            }
        };
        let columns = |table: &str| match sqlite {
            true => format!("SELECT name FROM pragma_table_info('{table}')"),
            false => format!(
                "SELECT column_name::text FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
            ),
        };
        let tables = shop.look(tables).into_iter().flatten().filter(|table| !LATER.contains(&table.as_str()));
        let tables = tables.map(|table| {
            let columns = shop.look(&columns(&table)).into_iter().flatten().collect();
            (table, columns)
        });
        Self(tables.collect())
    }

    /// One statement that reads all rows, each as `part table values`.
    fn statement(&self, things: &Things) -> String {
        let each = self.0.iter().map(|(table, columns)| {
            if COUNTED.contains(&table.as_str()) {
                return format!("SELECT 'rest {table} ' || CAST(count(*) AS text) FROM {table}");
            }
            let part = part(table, things);
            let shown = columns.iter().filter(|column| table != "variants" || !STOCK.contains(&column.as_str()));
            let shown: Vec<_> =
                shown.map(|column| format!("'{column}=' || COALESCE(CAST({column} AS text), '-')")).collect();
            let row = format!("SELECT {part} || ' {table} ' || {} FROM {table}", shown.join(" || ' ' || "));
            match table.as_str() {
                "variants" => {
                    format!("{row} UNION ALL SELECT 'rest stock ' || CAST(id AS text) || ' ' || CAST(stock AS text) FROM variants")
                }
                _ => row,
            }
        });
        each.collect::<Vec<_>>().join(" UNION ALL ")
    }
}

/// SQL for which part a row of this table belongs to.
fn part(table: &str, things: &Things) -> String {
    if CATALOGUE.contains(&table) {
        return "'catalogue'".to_owned();
    }
    let (user, session) = match things.session_id {
        None => (things.user_id, -1),
        Some(session) => (-1, session),
    };
    let mine = format!("COALESCE(user_id, -2) = {user} OR COALESCE(session_id, -2) = {session}");
    let owners = match table {
        "users" => format!("id = {user}"),
        "sessions" => format!("id = {session}"),
        "token_families" => format!("user_id = {user}"),
        "refresh_tokens" => format!("family_id IN (SELECT f.id FROM token_families f WHERE f.user_id = {user})"),
        "carts" | "orders" | "tickets" => mine,
        "cart_lines" => format!("cart_id IN (SELECT c.id FROM carts c WHERE {mine})"),
        "order_lines" => format!("order_id IN (SELECT o.id FROM orders o WHERE {mine})"),
        _ => return "'rest'".to_owned(),
    };
    format!("CASE WHEN {owners} THEN 'owner' ELSE 'rest' END")
}

/// The database at one moment.
pub(super) struct State(BTreeSet<String>);

/// Which parts changed.
pub(super) struct Changed {
    pub(super) owners: bool,
    pub(super) catalogue: bool,
    pub(super) rest: bool,
}

impl Changed {
    pub(super) fn is_nothing(&self) -> bool {
        !self.owners && !self.catalogue && !self.rest
    }
}

impl State {
    pub(super) fn look(shop: &Shop, tables: &Tables, things: &Things) -> Self {
        Self(shop.look(&tables.statement(things)).into_iter().flatten().collect())
    }

    pub(super) fn changes(&self, after: &Self) -> Changed {
        let part = |name: &str| self.0.symmetric_difference(&after.0).any(|row| row.starts_with(name));
        Changed { owners: part("owner "), catalogue: part("catalogue "), rest: part("rest ") }
    }

    /// The rows that went and came.
    pub(super) fn difference(&self, after: &Self) -> String {
        let went = self.0.difference(&after.0).map(|row| format!("- {row}\n"));
        let came = after.0.difference(&self.0).map(|row| format!("+ {row}\n"));
        went.chain(came).collect()
    }
}
