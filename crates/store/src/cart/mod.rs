//! Carts and their lines. A line of a variant that has left the catalogue counts as gone: no statement here shows it.

mod batch;

pub use batch::{
    Added, ForAdding, Owners, Put, Standing, for_adding, lines_of_all, make_missing, offers, put_added, save_added,
};
pub(crate) use batch::{
    carts_postgres, carts_sqlite, emptying, locking, of_owners, read_carts, read_wanted, wanted_by,
};

use crate::backend::params;
use crate::{Cells, Conn, Result, Row, Sql};
use domain::cart::Owner;
use domain::catalogue::Product;
use domain::time::Timestamp;
use std::sync::Arc;

/// A line with what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartLine {
    /// Its id.
    pub id: i64,
    /// How many; at least 1.
    pub quantity: i64,
    /// The product.
    pub product: Arc<Product>,
    /// The variant of it.
    pub variant_id: i64,
    /// Its SKU.
    pub sku: Option<String>,
    /// Its option values.
    pub option_values: Vec<String>,
    /// The price of one, minor units.
    pub unit_price: i64,
    /// How many of it there are.
    pub available: i64,
}

/// A variant as it can be put into a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its id.
    pub variant_id: i64,
    /// Its SKU.
    pub sku: Option<String>,
    /// Its option values.
    pub option_values: Vec<String>,
    /// The price of one, minor units.
    pub unit_price: i64,
    /// How many there are.
    pub available: i64,
    /// The product.
    pub product: Arc<Product>,
}

/// Puts the columns of products `p`, found by `$products`, before what `$after` joins to them as `page`, whose first
/// column is `pid`.
macro_rules! with_products {
    ($products:expr, $columns:literal, $after:expr) => {
        concat!(
            "WITH page (pid, a, b, c, d, e, f, g, h, i, j, k, m, n, o, q, r) AS (",
            crate::product::select!($products),
            ") SELECT ",
            $columns,
            "lv.id, lv.sku, lv.option_values, lv.price, lv.stock, page.* ",
            $after
        )
    };
}
pub(crate) use with_products;

/// The cart of an owner, locked for the rest of the transaction.
pub async fn lock(db: &impl Conn, owner: Owner) -> Result<Option<i64>> {
    let (sql, id) = match owner {
        Owner::User(id) => {
            let text = "SELECT id FROM carts WHERE user_id = $1";
            (Sql::each(text, "SELECT id FROM carts WHERE user_id = $1 FOR UPDATE"), id)
        }
        Owner::Session(id) => {
            let text = "SELECT id FROM carts WHERE session_id = $1";
            (Sql::each(text, "SELECT id FROM carts WHERE session_id = $1 FOR UPDATE"), id)
        }
    };
    db.first(sql, params![id]).await?.map(Row::only).transpose()
}

/// The cart of an owner, made if there is none, locked and marked as changed. [`crate::Error::Refused`] when the
/// session has ended meanwhile.
pub async fn lock_or_create(db: &impl Conn, owner: Owner, now: Timestamp) -> Result<i64> {
    let (sql, id) = match owner {
        Owner::User(id) => (
            "INSERT INTO carts (user_id, updated_at) VALUES ($1, $2) \
             ON CONFLICT (user_id) DO UPDATE SET version = carts.version + 1, updated_at = $2 RETURNING id",
            id,
        ),
        Owner::Session(id) => (
            "INSERT INTO carts (session_id, updated_at) VALUES ($1, $2) \
             ON CONFLICT (session_id) DO UPDATE SET version = carts.version + 1, updated_at = $2 RETURNING id",
            id,
        ),
    };
    db.one(sql, params![id, now]).await?.only()
}

/// Marks a locked cart as changed.
pub async fn touch(db: &impl Conn, cart_id: i64, now: Timestamp) -> Result<()> {
    let sql = "UPDATE carts SET version = version + 1, updated_at = $2 WHERE id = $1";
    db.query(sql, params![cart_id, now]).await.map(drop)
}

/// The lines of a cart, oldest first.
pub async fn lines(db: &impl Conn, cart_id: i64) -> Result<Vec<CartLine>> {
    let sql = with_products!(
        "WHERE p.archived_at IS NULL AND p.id IN (SELECT product_id FROM cart_lines WHERE cart_id = $1)",
        "l.id, l.quantity, ",
        "FROM cart_lines l JOIN variants lv ON lv.id = l.variant_id AND lv.archived_at IS NULL \
         JOIN page ON page.pid = l.product_id WHERE l.cart_id = $1 ORDER BY l.id"
    );
    let rows = db.query(sql, params![cart_id]).await?;
    rows.into_iter().map(|row| read_line(&mut row.cells())).collect()
}

pub(crate) fn read_line(cells: &mut Cells) -> Result<CartLine> {
    let (id, quantity) = (cells.get()?, cells.get()?);
    Ok(read_offer(cells)?.line(id, quantity))
}

pub(crate) fn read_offer(cells: &mut Cells) -> Result<Offer> {
    Ok(Offer {
        variant_id: cells.get()?,
        sku: cells.get()?,
        option_values: cells.get()?,
        unit_price: cells.get()?,
        available: cells.get()?,
        product: Arc::new(crate::product::read(cells)?),
    })
}

impl Offer {
    /// As a line of a cart.
    #[must_use]
    pub fn line(self, id: i64, quantity: i64) -> CartLine {
        let Self { variant_id, sku, option_values, unit_price, available, product } = self;
        CartLine { id, quantity, product, variant_id, sku, option_values, unit_price, available }
    }
}

/// `(variant id, product id, quantity)` of every line, archived ones left out.
pub async fn quantities(db: &impl Conn, cart_id: i64) -> Result<Vec<(i64, i64, i64)>> {
    let sql = "SELECT l.variant_id, l.product_id, l.quantity FROM cart_lines l JOIN variants v ON v.id = l.variant_id \
               WHERE l.cart_id = $1 AND v.archived_at IS NULL ORDER BY l.id";
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, cells.get()?, cells.get()?))
    };
    db.query(sql, params![cart_id]).await?.into_iter().map(read).collect()
}

/// Sets the quantity of a variant in a locked cart; the line is made if there is none. Returns its id.
pub async fn put(
    db: &impl Conn,
    cart_id: i64,
    (variant_id, product_id): (i64, i64),
    quantity: i64,
    now: Timestamp,
) -> Result<i64> {
    let sql = "INSERT INTO cart_lines (cart_id, variant_id, product_id, quantity, added_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity RETURNING id";
    db.one(sql, params![cart_id, variant_id, product_id, quantity, now]).await?.only()
}

/// Removes the lines of a product (of one variant of it, if given) from a locked cart; returns how many there were.
pub async fn remove(db: &impl Conn, cart_id: i64, product_id: i64, variant_id: Option<i64>) -> Result<usize> {
    let rows = match variant_id {
        None => {
            let sql = "DELETE FROM cart_lines WHERE cart_id = $1 AND product_id = $2 RETURNING id";
            db.query(sql, params![cart_id, product_id]).await?
        }
        Some(variant_id) => {
            let sql = "DELETE FROM cart_lines WHERE cart_id = $1 AND product_id = $2 AND variant_id = $3 RETURNING id";
            db.query(sql, params![cart_id, product_id, variant_id]).await?
        }
    };
    Ok(rows.len())
}

/// Empties a locked cart; returns how many lines it had.
pub async fn clear(db: &impl Conn, cart_id: i64) -> Result<usize> {
    Ok(db.query("DELETE FROM cart_lines WHERE cart_id = $1 RETURNING id", params![cart_id]).await?.len())
}

/// A text that changes whenever the answer to "what is in the cart of this session" changes: the cart's version and
/// the revisions of all it shows. `None` when the session has no cart.
pub async fn stamp(db: &impl Conn, session_id: i64) -> Result<Option<String>> {
    let sql = "SELECT k.id, k.version, CAST(coalesce(sum(v.revision + p.revision), 0) AS bigint), count(v.id) FROM carts k \
               LEFT JOIN cart_lines l ON l.cart_id = k.id \
               LEFT JOIN variants v ON v.id = l.variant_id AND v.archived_at IS NULL \
               LEFT JOIN products p ON p.id = l.product_id WHERE k.session_id = $1 GROUP BY k.id, k.version";
    let Some(row) = db.first(sql, params![session_id]).await? else { return Ok(None) };
    let mut cells = row.cells();
    let (id, version, revisions, lines): (i64, i64, i64, i64) =
        (cells.get()?, cells.get()?, cells.get()?, cells.get()?);
    Ok(Some(format!("{id}.{version}.{revisions}.{lines}")))
}
