//! Variants, the sellable units.

use crate::backend::params;
use crate::{Cells, Conn, Result, Sql, Value};
use domain::catalogue::Variant;
use domain::time::Timestamp;
use serde_json::json;

macro_rules! select {
    ($after:literal) => {
        concat!(
            "SELECT id, product_id, sku, option_values, price, compare_at, stock, grams, barcode, image, position ",
            "FROM variants ",
            $after
        )
    };
}

/// What is to be saved of a variant; its stock is changed through [`crate::stock`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantDraft {
    /// SKU, unique among the variants on sale.
    pub sku: Option<String>,
    /// One value for each option of the product.
    pub option_values: Vec<String>,
    /// Minor units.
    pub price: i64,
    /// Minor units.
    pub compare_at: Option<i64>,
    /// Weight of one.
    pub grams: i64,
    /// GTIN.
    pub barcode: Option<String>,
    /// Its own picture.
    pub image: Option<String>,
    /// Its place, from 1.
    pub position: i64,
}

/// The variants of a product on sale, locked in the order of their ids.
pub async fn lock_of_product(db: &impl Conn, product_id: i64) -> Result<Vec<Variant>> {
    let sql = Sql::each(
        select!("WHERE product_id = $1 AND archived_at IS NULL ORDER BY id"),
        select!("WHERE product_id = $1 AND archived_at IS NULL ORDER BY id FOR UPDATE"),
    );
    db.query(sql, params![product_id]).await?.into_iter().map(|row| read(&mut row.cells())).collect()
}

/// The variants of several products, by product, position.
pub async fn of_products(db: &impl Conn, product_ids: Vec<i64>) -> Result<Vec<Variant>> {
    let sql = Sql::each(
        select!(
            "WHERE product_id IN (SELECT value FROM json_each($1)) AND archived_at IS NULL ORDER BY product_id, position, id"
        ),
        select!("WHERE product_id = ANY($1) AND archived_at IS NULL ORDER BY product_id, position, id"),
    );
    db.query(sql, params![product_ids]).await?.into_iter().map(|row| read(&mut row.cells())).collect()
}

/// The variant on sale with this SKU.
pub async fn by_sku(db: &impl Conn, sku: &str) -> Result<Option<Variant>> {
    let sql = select!("WHERE sku = $1 AND archived_at IS NULL");
    db.first(sql, params![sku]).await?.map(|row| read(&mut row.cells())).transpose()
}

/// Adds a variant without stock; `variants_sku` when the SKU is taken.
pub async fn insert(db: &impl Conn, product_id: i64, draft: &VariantDraft) -> Result<i64> {
    let sql = "INSERT INTO variants (sku, option_values, price, compare_at, grams, barcode, image, position, product_id, stock) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) RETURNING id";
    let mut values = columns(draft);
    values.push(product_id.into());
    db.one(sql, values).await?.only()
}

/// Changes a variant; `variants_sku` when the SKU is taken.
pub async fn update(db: &impl Conn, id: i64, draft: &VariantDraft) -> Result<()> {
    let sql = "UPDATE variants SET sku = $1, option_values = $2, price = $3, compare_at = $4, grams = $5, barcode = $6, \
               image = $7, position = $8, revision = revision + 1 WHERE id = $9";
    let mut values = columns(draft);
    values.push(id.into());
    db.query(sql, values).await.map(drop)
}

fn columns(draft: &VariantDraft) -> Vec<Value> {
    params![
        &draft.sku,
        json!(draft.option_values).to_string(),
        draft.price,
        draft.compare_at,
        draft.grams,
        &draft.barcode,
        &draft.image,
        draft.position,
    ]
}

/// Takes a variant off sale for good.
pub async fn archive(db: &impl Conn, id: i64, now: Timestamp) -> Result<()> {
    let sql = "UPDATE variants SET archived_at = $2, revision = revision + 1 WHERE id = $1";
    db.query(sql, params![id, now]).await.map(drop)
}

fn read(cells: &mut Cells) -> Result<Variant> {
    Ok(Variant {
        id: cells.get()?,
        product_id: cells.get()?,
        sku: cells.get()?,
        option_values: cells.get()?,
        price: cells.get()?,
        compare_at: cells.get()?,
        stock: cells.get()?,
        grams: cells.get()?,
        barcode: cells.get()?,
        image: cells.get()?,
        position: cells.get()?,
    })
}
