//! Products: lists, one, and what staff change of them. A deleted product is archived, never gone.

mod page;

pub use page::{ProductsBy, page};

use crate::backend::params;
use crate::{Cells, Conn, Result, Row, Sql, Value};
use domain::catalogue::{CategoryRef, Image, Product};
use domain::finder::Item;
use domain::time::Timestamp;
use serde_json::json;

/// Reads products `p` with what their variants add up to; a macro, so that fixed texts are prepared once.
macro_rules! select {
    ($after:expr) => {
        concat!(
            "SELECT p.id, p.name, p.slug, p.description, p.vendor, p.tags, p.options, p.price, ",
            "(SELECT CAST(coalesce(sum(v.stock), 0) AS bigint) FROM variants v ",
            "WHERE v.product_id = p.id AND v.archived_at IS NULL), ",
            "(SELECT count(*) FROM variants v WHERE v.product_id = p.id AND v.archived_at IS NULL), ",
            "c.id, c.name, c.slug, ",
            "(SELECT i.url FROM product_images i WHERE i.product_id = p.id ORDER BY i.position LIMIT 1), ",
            "p.published, p.created_at, p.updated_at ",
            "FROM products p LEFT JOIN categories c ON c.id = p.category_id ",
            $after
        )
    };
}
pub(crate) use select;

/// What is to be saved of a product; its variants are saved on their own.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductDraft {
    /// Name.
    pub name: String,
    /// Address part, unique among the products on sale.
    pub slug: String,
    /// HTML or text, cleaned.
    pub description: String,
    /// Who makes it.
    pub vendor: String,
    /// Free words.
    pub tags: Vec<String>,
    /// Option names.
    pub options: Vec<String>,
    /// Lower-case text that searches look into.
    pub search_text: String,
    /// Where it stands.
    pub category_id: Option<i64>,
    /// The lowest price among its variants, minor units.
    pub price: i64,
    /// Whether customers see it.
    pub published: bool,
}

/// Those of these products that customers see.
pub async fn seen_by_ids(db: &impl Conn, ids: Vec<i64>) -> Result<Vec<Product>> {
    let sql = Sql::each(
        select!("WHERE p.id IN (SELECT value FROM json_each($1)) AND p.archived_at IS NULL AND p.published"),
        select!("WHERE p.id = ANY($1) AND p.archived_at IS NULL AND p.published"),
    );
    let rows = db.query(sql, params![ids]).await?;
    rows.into_iter().map(|row| read(&mut row.cells())).collect()
}

/// Those of these products that are not archived, published or not.
pub async fn by_ids(db: &impl Conn, ids: Vec<i64>) -> Result<Vec<Product>> {
    let sql = Sql::each(
        select!("WHERE p.id IN (SELECT value FROM json_each($1)) AND p.archived_at IS NULL"),
        select!("WHERE p.id = ANY($1) AND p.archived_at IS NULL"),
    );
    let rows = db.query(sql, params![ids]).await?;
    rows.into_iter().map(|row| read(&mut row.cells())).collect()
}

/// How many products customers see.
pub async fn count_seen(db: &impl Conn) -> Result<i64> {
    db.one("SELECT count(*) FROM products WHERE archived_at IS NULL AND published", vec![]).await?.only()
}

macro_rules! select_items {
    ($after:literal) => {
        concat!(
            "SELECT p.id, p.category_id, p.price, (SELECT CAST(coalesce(sum(v.stock), 0) AS bigint) FROM variants v ",
            "WHERE v.product_id = p.id AND v.archived_at IS NULL), p.created_at, p.name_key, p.search_text ",
            "FROM products p WHERE p.archived_at IS NULL AND p.published AND ",
            $after
        )
    };
}

/// What the products are found by that customers see, those after `after_id` in the order of their ids.
pub async fn items_after(db: &impl Conn, after_id: i64, limit: i64) -> Result<Vec<Item>> {
    let rows = db.query(select_items!("p.id > $1 ORDER BY p.id LIMIT $2"), params![after_id, limit]).await?;
    rows.into_iter().map(read_item).collect()
}

/// What those of these products are found by that customers see.
pub async fn items_of(db: &impl Conn, ids: Vec<i64>) -> Result<Vec<Item>> {
    let sql = Sql::each(select_items!("p.id IN (SELECT value FROM json_each($1))"), select_items!("p.id = ANY($1)"));
    db.query(sql, params![ids]).await?.into_iter().map(read_item).collect()
}

fn read_item(row: Row) -> Result<Item> {
    let mut cells = row.cells();
    Ok(Item {
        id: cells.get()?,
        category_id: cells.get()?,
        price: cells.get()?,
        stock: cells.get()?,
        created_at: cells.get()?,
        name_key: cells.get()?,
        search_text: cells.get()?,
    })
}

/// The id of the product with this slug.
pub async fn id_by_slug(db: &impl Conn, slug: &str) -> Result<Option<i64>> {
    let sql = "SELECT id FROM products WHERE slug = $1 AND archived_at IS NULL";
    db.first(sql, params![slug]).await?.map(Row::only).transpose()
}

/// The products after `after_id` in the order of their ids, published or not, for exports.
pub async fn after(db: &impl Conn, after_id: i64, limit: i64) -> Result<Vec<Product>> {
    let sql = select!("WHERE p.id > $1 AND p.archived_at IS NULL ORDER BY p.id LIMIT $2");
    let rows = db.query(sql, params![after_id, limit]).await?;
    rows.into_iter().map(|row| read(&mut row.cells())).collect()
}

/// How many products there are, published or not.
pub async fn total(db: &impl Conn) -> Result<i64> {
    db.one("SELECT count(*) FROM products WHERE archived_at IS NULL", vec![]).await?.only()
}

/// The pictures of products, each with its product, first one first.
pub async fn images_of(db: &impl Conn, ids: Vec<i64>) -> Result<Vec<(i64, Image)>> {
    let sql = Sql::each(
        "SELECT product_id, url, alt FROM product_images WHERE product_id IN (SELECT value FROM json_each($1)) \
         ORDER BY product_id, position",
        "SELECT product_id, url, alt FROM product_images WHERE product_id = ANY($1) ORDER BY product_id, position",
    );
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, Image { url: cells.get()?, alt: cells.get()? }))
    };
    db.query(sql, params![ids]).await?.into_iter().map(read).collect()
}

/// Replaces the pictures of a product.
pub async fn set_images(db: &impl Conn, id: i64, images: &[Image]) -> Result<()> {
    db.query("DELETE FROM product_images WHERE product_id = $1", params![id]).await?;
    for (position, image) in images.iter().enumerate() {
        let sql = "INSERT INTO product_images (product_id, position, url, alt) VALUES ($1, $2, $3, $4)";
        db.query(sql, params![id, i64::try_from(position).unwrap_or(i64::MAX), &image.url, &image.alt]).await?;
    }
    Ok(())
}

/// Locks a product for the rest of the transaction; false when there is none.
pub async fn lock(db: &impl Conn, id: i64) -> Result<bool> {
    let sql = Sql::each(
        "SELECT id FROM products WHERE id = $1 AND archived_at IS NULL",
        "SELECT id FROM products WHERE id = $1 AND archived_at IS NULL FOR UPDATE",
    );
    Ok(db.first(sql, params![id]).await?.is_some())
}

/// Adds a product; `products_slug` when the slug is taken.
pub async fn insert(db: &impl Conn, draft: &ProductDraft, now: Timestamp) -> Result<i64> {
    let sql = "INSERT INTO products (name, name_key, slug, description, vendor, tags, options, search_text, category_id, \
               price, published, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) RETURNING id";
    let mut values = columns(draft);
    values.push(now.into());
    db.one(sql, values).await?.only()
}

/// Changes a product; `products_slug` when the slug is taken.
pub async fn update(db: &impl Conn, id: i64, draft: &ProductDraft, now: Timestamp) -> Result<()> {
    let sql = "UPDATE products SET name = $1, name_key = $2, slug = $3, description = $4, vendor = $5, tags = $6, \
               options = $7, search_text = $8, category_id = $9, price = $10, published = $11, updated_at = $12, \
               revision = revision + 1 WHERE id = $13";
    let mut values = columns(draft);
    values.extend(params![now, id]);
    db.query(sql, values).await.map(drop)
}

fn columns(draft: &ProductDraft) -> Vec<Value> {
    params![
        &draft.name,
        draft.name.to_lowercase(),
        &draft.slug,
        &draft.description,
        &draft.vendor,
        json!(draft.tags).to_string(),
        json!(draft.options).to_string(),
        &draft.search_text,
        draft.category_id,
        draft.price,
        draft.published,
    ]
}

/// Takes a product and its variants off sale for good. Carts no longer show them; orders keep their lines.
pub async fn archive(db: &impl Conn, id: i64, now: Timestamp) -> Result<()> {
    let sql = "UPDATE products SET archived_at = $2, revision = revision + 1 WHERE id = $1";
    db.query(sql, params![id, now]).await?;
    let sql =
        "UPDATE variants SET archived_at = $2, revision = revision + 1 WHERE product_id = $1 AND archived_at IS NULL";
    db.query(sql, params![id, now]).await.map(drop)
}

pub(crate) fn read(cells: &mut Cells) -> Result<Product> {
    Ok(Product {
        id: cells.get()?,
        name: cells.get()?,
        slug: cells.get()?,
        description: cells.get()?,
        vendor: cells.get()?,
        tags: cells.get()?,
        options: cells.get()?,
        price: cells.get()?,
        stock: cells.get()?,
        variant_count: cells.get()?,
        category: read_category(cells)?,
        image: cells.get()?,
        published: cells.get()?,
        created_at: cells.get()?,
        updated_at: cells.get()?,
    })
}

fn read_category(cells: &mut Cells) -> Result<Option<CategoryRef>> {
    let (id, name, slug): (Option<i64>, Option<String>, Option<String>) = (cells.get()?, cells.get()?, cells.get()?);
    Ok(id.zip(name).zip(slug).map(|((id, name), slug)| CategoryRef { id, name, slug }))
}
