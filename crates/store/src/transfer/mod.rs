//! Moving whole shops: rows written and read by the hundred, under the ids they bring along. Everything here is set
//! based: one statement takes a batch as a JSON list, so that ten thousand products are a matter of seconds.
//!
//! Statements run in the transaction of the caller. Rules are not checked here; what breaks one is refused by the
//! database.

mod catalogue;
mod orders;
mod people;

pub use catalogue::{
    CategoryRow, ProductRow, VariantRow, category_named, images_of, names_of, refresh, save_categories, save_images,
    save_products, save_variants, set_parents,
};
pub use orders::{OrderRow, newest_order, save_orders};
pub use people::{UserRow, save_users, users_after};

use crate::backend::params;
use crate::{Conn, Result, Sql};
use domain::time::Timestamp;
use serde_json::{Value, json};

/// Rows a statement takes at once.
pub const BATCH: usize = 500;

/// A table whose rows are moved under their own ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// `users`, known by their address as compared.
    Users,
    /// `categories`, known by slug.
    Categories,
    /// `products` on sale, known by slug.
    Products,
    /// `variants` on sale, known by SKU if they have one.
    Variants,
    /// `orders`, known by number.
    Orders,
}

impl Table {
    const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Categories => "categories",
            Self::Products => "products",
            Self::Variants => "variants",
            Self::Orders => "orders",
        }
    }
}

/// Every row of a table: its id, and what it is known by.
pub async fn keys(db: &impl Conn, table: Table) -> Result<Vec<(i64, Option<String>)>> {
    let sql = match table {
        Table::Users => "SELECT id, email_key FROM users",
        Table::Categories => "SELECT id, slug FROM categories",
        Table::Products => "SELECT id, slug FROM products WHERE archived_at IS NULL",
        Table::Variants => "SELECT id, sku FROM variants WHERE archived_at IS NULL",
        Table::Orders => "SELECT id, number FROM orders",
    };
    let rows = db.query(sql, vec![]).await?;
    let read = |row: crate::Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, cells.get()?))
    };
    rows.into_iter().map(read).collect()
}

/// Sets `count` new ids of a table aside and returns the first. Neither they nor any id up to `taken` will be given
/// to a row later, so that rows may come in under such ids.
pub async fn reserve(db: &impl Conn, table: Table, taken: i64, count: i64) -> Result<i64> {
    let name = table.name();
    let last = Sql::each_built(
        format!(
            "SELECT max($1, coalesce((SELECT max(id) FROM {name}), 0), \
             coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = '{name}'), 0)) + $2"
        ),
        format!(
            "SELECT setval(s.name, greatest($1, nextval(s.name), (SELECT coalesce(max(id), 0) FROM {name})) + $2) \
             FROM (SELECT pg_get_serial_sequence('{name}', 'id')::regclass AS name) s"
        ),
    );
    let last: i64 = db.one(last, params![taken, count]).await?.only()?;
    if db.dialect() == crate::Dialect::Sqlite {
        // The counter has no unique key, hence no upsert.
        let there = "UPDATE sqlite_sequence SET seq = $2 WHERE name = $1 RETURNING seq";
        if db.first(there, params![name, last]).await?.is_none() {
            db.query("INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", params![name, last]).await?;
        }
    }
    Ok(last - count + 1)
}

/// `SELECT …` of a JSON list given as `$1`: both databases' texts for the same columns and types.
fn from_json(columns: &[(&str, &str)]) -> (String, String) {
    let list = |show: &dyn Fn(&(&str, &str)) -> String| columns.iter().map(show).collect::<Vec<_>>().join(", ");
    let picked = list(&|(name, _)| format!("value ->> '{name}'"));
    let named = list(&|(name, _)| format!("d.{name}"));
    let typed = list(&|(name, kind)| format!("{name} {kind}"));
    (
        format!("SELECT {picked} FROM json_each($1) WHERE TRUE"),
        format!("SELECT {named} FROM json_to_recordset($1::text::json) AS d({typed}) WHERE TRUE"),
    )
}

/// Inserts rows into a table or, where the id is there, changes them: `change` is what follows `DO UPDATE SET`.
/// `$2` in it is `now`, which rows carry in place of an instant they do not know.
async fn upsert(
    db: &impl Conn,
    table: Table,
    columns: &[(&str, &str)],
    change: &str,
    rows: impl Iterator<Item = Value>,
    now: Timestamp,
) -> Result<()> {
    let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let (sqlite, postgres) = from_json(columns);
    let text = |source: String| {
        format!("INSERT INTO {} ({names}) {source} ON CONFLICT (id) DO UPDATE SET {change}", table.name())
    };
    let sql = Sql::each_built(text(sqlite), text(postgres));
    for batch in batches(rows) {
        db.query(sql.clone(), params![batch, now]).await?;
    }
    Ok(())
}

/// Lists of at most [`BATCH`] rows, as JSON texts.
fn batches(rows: impl Iterator<Item = Value>) -> impl Iterator<Item = String> {
    let mut rows = rows.fuse();
    std::iter::from_fn(move || {
        let batch: Vec<_> = rows.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then(|| json!(batch).to_string())
    })
}
