//! Categories, products, variants and pictures on the move.

use super::{BATCH, Table, batches, from_json, upsert};
use crate::backend::params;
use crate::{Conn, Result, Row, Sql};
use domain::catalogue::{Image, search_text};
use domain::time::Timestamp;
use serde_json::json;
use std::collections::HashMap;

/// A category as it is moved; its parent is set afterwards ([`set_parents`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryRow {
    /// Its id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Address part, unique.
    pub slug: String,
    /// A sentence about it.
    pub description: String,
    /// Created; `None` is now for a new one and no change for one that is there.
    pub created_at: Option<Timestamp>,
    /// Last changed; `None` as above.
    pub updated_at: Option<Timestamp>,
}

/// A product as it is moved. Its price and the text that searches look into follow from its variants ([`refresh`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRow {
    /// Its id.
    pub id: i64,
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
    /// Where it stands.
    pub category_id: Option<i64>,
    /// Whether customers see it.
    pub published: bool,
    /// Created; `None` is now for a new one and no change for one that is there.
    pub created_at: Option<Timestamp>,
    /// Last changed; `None` as above.
    pub updated_at: Option<Timestamp>,
}

/// A variant as it is moved. Its stock goes through the ledger ([`crate::stock::move_levels`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantRow {
    /// Its id.
    pub id: i64,
    /// The product it belongs to.
    pub product_id: i64,
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

const INSTANTS: [(&str, &str); 2] = [("created_at", "bigint"), ("updated_at", "bigint")];

/// How an existing row keeps an instant that the moved one does not know.
fn kept_instants(table: &str) -> String {
    let kept = |(name, _): (&str, &str)| {
        format!("{name} = CASE WHEN excluded.{name} = $2 THEN {table}.{name} ELSE excluded.{name} END")
    };
    INSTANTS.map(kept).join(", ")
}

/// Writes categories under their ids, new ones without a parent.
pub async fn save_categories(db: &impl Conn, categories: &[CategoryRow], now: Timestamp) -> Result<()> {
    let texts = ["name", "name_key", "slug", "description"].map(|name| (name, "text"));
    let columns = [&[("id", "bigint")], texts.as_slice(), &INSTANTS].concat();
    let change = format!(
        "name = excluded.name, name_key = excluded.name_key, slug = excluded.slug, \
         description = excluded.description, {}",
        kept_instants("categories")
    );
    let row = |category: &CategoryRow| {
        json!({
            "id": category.id, "name": category.name, "name_key": category.name.to_lowercase(), "slug": category.slug,
            "description": category.description, "created_at": category.created_at.unwrap_or(now).0,
            "updated_at": category.updated_at.unwrap_or(now).0,
        })
    };
    upsert(db, Table::Categories, &columns, &change, categories.iter().map(row), now).await
}

/// Puts categories below others, by `(category id, parent id)`.
pub async fn set_parents(db: &impl Conn, parents: &[(i64, Option<i64>)]) -> Result<()> {
    let (sqlite, postgres) = from_json(&[("id", "bigint"), ("parent", "bigint")]);
    let text = |source| {
        format!(
            "WITH d (id, parent) AS ({source}) UPDATE categories SET parent_id = d.parent FROM d WHERE d.id = categories.id"
        )
    };
    let sql = Sql::each_built(text(sqlite), text(postgres));
    for batch in batches(parents.iter().map(|(id, parent)| json!({"id": id, "parent": parent}))) {
        db.query(sql.clone(), params![batch]).await?;
    }
    Ok(())
}

/// The category with this slug, else one of this name without regard to case.
pub async fn category_named(db: &impl Conn, slug: &str, name: &str) -> Result<Option<i64>> {
    let sql = "SELECT id FROM categories WHERE slug = $1 OR name_key = $2 \
               ORDER BY CASE WHEN slug = $1 THEN 0 ELSE 1 END, id LIMIT 1";
    db.first(sql, params![slug, name.to_lowercase()]).await?.map(Row::only).transpose()
}

/// Writes products under their ids; one that was taken off sale is on sale again.
pub async fn save_products(db: &impl Conn, products: &[ProductRow], now: Timestamp) -> Result<()> {
    let texts = ["name", "name_key", "slug", "description", "vendor", "tags", "options", "search_text"];
    let rest = [("category_id", "bigint"), ("price", "bigint"), ("published", "boolean")];
    let columns =
        [&[("id", "bigint")], texts.map(|name| (name, "text")).as_slice(), rest.as_slice(), &INSTANTS].concat();
    let change = format!(
        "name = excluded.name, name_key = excluded.name_key, slug = excluded.slug, \
         description = excluded.description, vendor = excluded.vendor, tags = excluded.tags, \
         options = excluded.options, category_id = excluded.category_id, published = excluded.published, \
         revision = products.revision + 1, archived_at = NULL, {}",
        kept_instants("products")
    );
    let row = |product: &ProductRow| {
        json!({
            "id": product.id, "name": product.name, "name_key": product.name.to_lowercase(), "slug": product.slug,
            "description": product.description, "vendor": product.vendor, "tags": json!(product.tags).to_string(),
            "options": json!(product.options).to_string(), "search_text": "", "category_id": product.category_id,
            "price": 0, "published": product.published, "created_at": product.created_at.unwrap_or(now).0,
            "updated_at": product.updated_at.unwrap_or(now).0,
        })
    };
    upsert(db, Table::Products, &columns, &change, products.iter().map(row), now).await
}

/// Writes variants under their ids, new ones without stock; one that was taken off sale is on sale again.
pub async fn save_variants(db: &impl Conn, variants: &[VariantRow], now: Timestamp) -> Result<()> {
    const COLUMNS: &[(&str, &str)] = &[
        ("id", "bigint"),
        ("product_id", "bigint"),
        ("sku", "text"),
        ("option_values", "text"),
        ("price", "bigint"),
        ("compare_at", "bigint"),
        ("stock", "bigint"),
        ("grams", "bigint"),
        ("barcode", "text"),
        ("image", "text"),
        ("position", "bigint"),
    ];
    let change = "product_id = excluded.product_id, sku = excluded.sku, option_values = excluded.option_values, \
         price = excluded.price, compare_at = excluded.compare_at, grams = excluded.grams, \
         barcode = excluded.barcode, image = excluded.image, position = excluded.position, \
         revision = variants.revision + 1, archived_at = NULL";
    let row = |variant: &VariantRow| {
        json!({
            "id": variant.id, "product_id": variant.product_id, "sku": variant.sku,
            "option_values": json!(variant.option_values).to_string(), "price": variant.price,
            "compare_at": variant.compare_at, "stock": 0, "grams": variant.grams, "barcode": variant.barcode,
            "image": variant.image, "position": variant.position,
        })
    };
    upsert(db, Table::Variants, COLUMNS, change, variants.iter().map(row), now).await
}

/// Replaces the pictures of products.
pub async fn save_images(db: &impl Conn, images: &[(i64, Vec<Image>)]) -> Result<()> {
    let gone = Sql::each(
        "DELETE FROM product_images WHERE product_id IN (SELECT value FROM json_each($1))",
        "DELETE FROM product_images WHERE product_id = ANY($1)",
    );
    for batch in images.chunks(BATCH) {
        db.query(gone.clone(), params![batch.iter().map(|(id, _)| *id).collect::<Vec<_>>()]).await?;
    }
    let columns = [("product_id", "bigint"), ("position", "bigint"), ("url", "text"), ("alt", "text")];
    let (sqlite, postgres) = from_json(&columns);
    let text = |source| format!("INSERT INTO product_images (product_id, position, url, alt) {source}");
    let sql = Sql::each_built(text(sqlite), text(postgres));
    let rows = images.iter().flat_map(|(id, images)| {
        let row = move |(position, image): (usize, &Image)| {
            json!({"product_id": id, "position": position, "url": image.url, "alt": image.alt})
        };
        images.iter().enumerate().map(row)
    });
    for batch in batches(rows) {
        db.query(sql.clone(), params![batch]).await?;
    }
    Ok(())
}

/// The pictures of several products, each product's first one first.
pub async fn images_of(db: &impl Conn, product_ids: Vec<i64>) -> Result<HashMap<i64, Vec<Image>>> {
    let sql = Sql::each(
        "SELECT product_id, url, alt FROM product_images WHERE product_id IN (SELECT value FROM json_each($1)) \
         ORDER BY product_id, position",
        "SELECT product_id, url, alt FROM product_images WHERE product_id = ANY($1) ORDER BY product_id, position",
    );
    let mut found: HashMap<i64, Vec<Image>> = HashMap::new();
    for row in db.query(sql, params![product_ids]).await? {
        let mut cells = row.cells();
        found.entry(cells.get()?).or_default().push(Image { url: cells.get()?, alt: cells.get()? });
    }
    Ok(found)
}

/// Works out again what follows from the variants of products: the lowest price and the text searches look into.
pub async fn refresh(db: &impl Conn, product_ids: &[i64]) -> Result<()> {
    let reading = Sql::each(
        "SELECT id, name, description, vendor, tags FROM products WHERE id IN (SELECT value FROM json_each($1))",
        "SELECT id, name, description, vendor, tags FROM products WHERE id = ANY($1)",
    );
    let (sqlite, postgres) = from_json(&[("id", "bigint"), ("price", "bigint"), ("search_text", "text")]);
    let text = |source| {
        format!(
            "WITH d (id, price, search_text) AS ({source}) UPDATE products \
             SET price = d.price, search_text = d.search_text FROM d WHERE d.id = products.id"
        )
    };
    let writing = Sql::each_built(text(sqlite), text(postgres));
    for ids in product_ids.chunks(BATCH) {
        let mut variants: HashMap<i64, Vec<_>> = HashMap::new();
        for variant in crate::variant::of_products(db, ids.to_vec()).await? {
            variants.entry(variant.product_id).or_default().push(variant);
        }
        let rows = db.query(reading.clone(), params![ids.to_vec()]).await?.into_iter().map(|row| {
            let mut cells = row.cells();
            let (id, name, description, vendor): (i64, String, String, String) =
                (cells.get()?, cells.get()?, cells.get()?, cells.get()?);
            let tags: Vec<String> = cells.get()?;
            let own = variants.get(&id).map(Vec::as_slice).unwrap_or_default();
            let skus: Vec<_> = own.iter().filter_map(|variant| variant.sku.as_deref()).collect();
            let price = own.iter().map(|variant| variant.price).min().unwrap_or_default();
            let text = search_text(&name, &description, &vendor, &tags, &skus);
            Ok(json!({"id": id, "price": price, "search_text": text}))
        });
        let rows = rows.collect::<Result<Vec<_>>>()?;
        db.query(writing.clone(), params![json!(rows).to_string()]).await?;
    }
    Ok(())
}

/// The names of products, on sale or not.
pub async fn names_of(db: &impl Conn, product_ids: Vec<i64>) -> Result<HashMap<i64, String>> {
    let sql = Sql::each(
        "SELECT id, name FROM products WHERE id IN (SELECT value FROM json_each($1))",
        "SELECT id, name FROM products WHERE id = ANY($1)",
    );
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, cells.get()?))
    };
    db.query(sql, params![product_ids]).await?.into_iter().map(read).collect()
}
