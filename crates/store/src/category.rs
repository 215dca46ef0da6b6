//! Categories, a tree.

use crate::backend::params;
use crate::{Cells, Conn, Result, Row, Sql};
use domain::catalogue::Category;
use domain::time::Timestamp;

macro_rules! select {
    ($after:literal) => {
        concat!("SELECT id, name, slug, description, parent_id, created_at, updated_at FROM categories ", $after)
    };
}

/// What is to be saved of a category.
#[derive(Clone, Debug)]
pub struct CategoryDraft {
    /// Name.
    pub name: String,
    /// Address part, unique.
    pub slug: String,
    /// A sentence about it.
    pub description: String,
    /// The category above it.
    pub parent_id: Option<i64>,
}

/// All categories, by name.
pub async fn all(db: &impl Conn) -> Result<Vec<Category>> {
    let rows = db.query(select!("ORDER BY name_key, id"), vec![]).await?;
    rows.into_iter().map(|row| read(&mut row.cells())).collect()
}

/// A page of categories by name, and how many there are.
pub async fn page(db: &impl Conn, limit: i64, offset: i64) -> Result<(Vec<Category>, i64)> {
    let rows = db.query(select!("ORDER BY name_key, id LIMIT $1 OFFSET $2"), params![limit, offset]).await?;
    let found = rows.into_iter().map(|row| read(&mut row.cells())).collect::<Result<_>>()?;
    let count = db.one("SELECT count(*) FROM categories", vec![]).await?.only()?;
    Ok((found, count))
}

/// The category with this id.
pub async fn by_id(db: &impl Conn, id: i64) -> Result<Option<Category>> {
    db.first(select!("WHERE id = $1"), params![id]).await?.map(|row| read(&mut row.cells())).transpose()
}

/// Locks a category for the rest of the transaction and reads it.
pub async fn lock(db: &impl Conn, id: i64) -> Result<Option<Category>> {
    let sql = Sql::each(select!("WHERE id = $1"), select!("WHERE id = $1 FOR UPDATE"));
    db.first(sql, params![id]).await?.map(|row| read(&mut row.cells())).transpose()
}

/// The category with this slug.
pub async fn by_slug(db: &impl Conn, slug: &str) -> Result<Option<Category>> {
    db.first(select!("WHERE slug = $1"), params![slug]).await?.map(|row| read(&mut row.cells())).transpose()
}

/// The ids of the categories called so (id, slug, or name without regard to case) and of all below them.
pub async fn resolve(db: &impl Conn, names: &[String]) -> Result<Vec<i64>> {
    let sql = Sql::each(
        "WITH RECURSIVE wanted (id) AS ( \
           SELECT c.id FROM categories c JOIN json_each($1) n \
             ON c.slug = n.value OR c.name_key = n.value OR c.id = CASE WHEN n.value GLOB '[0-9]*' AND n.value NOT GLOB '*[^0-9]*' THEN CAST(n.value AS integer) END \
           UNION SELECT c.id FROM categories c JOIN wanted w ON c.parent_id = w.id) \
         SELECT id FROM wanted ORDER BY id",
        "WITH RECURSIVE wanted (id) AS ( \
           SELECT c.id FROM categories c JOIN json_array_elements_text($1::text::json) AS n(value) \
             ON c.slug = n.value OR c.name_key = n.value OR c.id = CASE WHEN n.value ~ '^[0-9]{1,18}$' THEN n.value::bigint END \
           UNION SELECT c.id FROM categories c JOIN wanted w ON c.parent_id = w.id) \
         SELECT id FROM wanted ORDER BY id",
    );
    let names: Vec<_> = names.iter().map(|name| name.trim().to_lowercase()).collect();
    let rows = db.query(sql, params![serde_json::json!(names).to_string()]).await?;
    rows.into_iter().map(Row::only).collect()
}

/// Adds a category; `categories_slug` when the slug is taken.
pub async fn insert(db: &impl Conn, draft: &CategoryDraft, now: Timestamp) -> Result<i64> {
    let sql = "INSERT INTO categories (name, name_key, slug, description, parent_id, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING id";
    let name_key = draft.name.to_lowercase();
    let values = params![&draft.name, name_key, &draft.slug, &draft.description, draft.parent_id, now];
    db.one(sql, values).await?.only()
}

/// Changes a category; its products show its new name at once. False when there is none.
pub async fn update(db: &impl Conn, id: i64, draft: &CategoryDraft, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE categories SET name = $2, name_key = $3, slug = $4, description = $5, parent_id = $6, updated_at = $7 \
               WHERE id = $1 RETURNING id";
    let name_key = draft.name.to_lowercase();
    let values = params![id, &draft.name, name_key, &draft.slug, &draft.description, draft.parent_id, now];
    let found = db.first(sql, values).await?.is_some();
    touch_products(db, id).await?;
    Ok(found)
}

/// Removes a category; its products and the categories below it stay without one. False when there was none.
pub async fn delete(db: &impl Conn, id: i64) -> Result<bool> {
    touch_products(db, id).await?;
    Ok(db.first("DELETE FROM categories WHERE id = $1 RETURNING id", params![id]).await?.is_some())
}

/// Whether `id` is `ancestor` or lies below it: then `ancestor` can't be put below `id`.
pub async fn is_within(db: &impl Conn, id: i64, ancestor: i64) -> Result<bool> {
    let sql = "WITH RECURSIVE up (id, parent_id) AS ( \
                 SELECT id, parent_id FROM categories WHERE id = $1 \
                 UNION SELECT c.id, c.parent_id FROM categories c JOIN up ON c.id = up.parent_id) \
               SELECT count(*) FROM up WHERE id = $2";
    Ok(db.one(sql, params![id, ancestor]).await?.only::<i64>()? > 0)
}

/// Tells caches of carts that these products look different now.
async fn touch_products(db: &impl Conn, category_id: i64) -> Result<()> {
    let sql = "UPDATE products SET revision = revision + 1 WHERE category_id = $1";
    db.query(sql, params![category_id]).await.map(drop)
}

fn read(cells: &mut Cells) -> Result<Category> {
    Ok(Category {
        id: cells.get()?,
        name: cells.get()?,
        slug: cells.get()?,
        description: cells.get()?,
        parent_id: cells.get()?,
        created_at: cells.get()?,
        updated_at: cells.get()?,
    })
}
