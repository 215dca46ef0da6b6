//! Uploaded pictures that nothing shows any more, and what may show one.

use crate::backend::params;
use crate::{Conn, Result, Sql, Tx};
use domain::time::Timestamp;
use serde_json::json;

/// What products behind `after` tell of uploads: the last product that was looked at (`None` when there are no more), and
/// every text of theirs with such an address in it. Products that are gone count too: old orders may lead to them.
pub async fn mentions(db: &impl Conn, after: i64, most: i64) -> Result<Option<(i64, Vec<String>)>> {
    let sql = "SELECT max(id) FROM (SELECT id FROM products WHERE id > $1 ORDER BY id LIMIT $2) AS page";
    let Some(last) = db.one(sql, params![after, most]).await?.only::<Option<i64>>()? else { return Ok(None) };
    let sql = "SELECT url FROM product_images WHERE product_id > $1 AND product_id <= $2 AND url LIKE '%uploads/%' \
               UNION ALL \
               SELECT image FROM variants WHERE product_id > $1 AND product_id <= $2 AND image LIKE '%uploads/%' \
               UNION ALL \
               SELECT description FROM products WHERE id > $1 AND id <= $2 AND description LIKE '%uploads/%'";
    let texts = db.query(sql, params![after, last]).await?;
    Ok(Some((last, texts.into_iter().map(|row| row.only()).collect::<Result<_>>()?)))
}

/// What categories tell of uploads.
pub async fn mentions_of_categories(db: &impl Conn) -> Result<Vec<String>> {
    let sql = "SELECT description FROM categories WHERE description LIKE '%uploads/%'";
    db.query(sql, vec![]).await?.into_iter().map(|row| row.only()).collect()
}

/// Notes that nothing shows these; those that are noted already keep their date.
pub async fn orphaned(tx: &Tx, hashes: &[String], now: Timestamp) -> Result<()> {
    let sql = Sql::each(
        "INSERT INTO orphaned_uploads (hash, since) SELECT value, $2 FROM json_each($1) WHERE true \
         ON CONFLICT (hash) DO NOTHING",
        "INSERT INTO orphaned_uploads (hash, since) SELECT json_array_elements_text($1::text::json), $2::bigint \
         ON CONFLICT (hash) DO NOTHING",
    );
    tx.query(sql, params![json!(hashes).to_string(), now]).await.map(drop)
}

/// These are shown after all.
pub async fn shown(tx: &Tx, hashes: &[String]) -> Result<()> {
    let sql = Sql::each(
        "DELETE FROM orphaned_uploads WHERE hash IN (SELECT value FROM json_each($1))",
        "DELETE FROM orphaned_uploads WHERE hash IN (SELECT json_array_elements_text($1::text::json))",
    );
    tx.query(sql, params![json!(hashes).to_string()]).await.map(drop)
}

/// Somebody uploads this: it is no orphan. False when its files are being deleted at this moment.
pub async fn adopt(tx: &Tx, hash: &str) -> Result<bool> {
    tx.query("DELETE FROM orphaned_uploads WHERE hash = $1 AND doomed_at IS NULL", params![hash]).await?;
    Ok(tx.first("SELECT hash FROM orphaned_uploads WHERE hash = $1", params![hash]).await?.is_none())
}

/// Takes on orphans from before `before`, to delete their files; also those whose deletion somebody began before
/// `given_up` and did not end. At most `limit`.
pub async fn doom(tx: &Tx, before: Timestamp, given_up: Timestamp, now: Timestamp, limit: i64) -> Result<Vec<String>> {
    let sql = "UPDATE orphaned_uploads SET doomed_at = $1 WHERE hash IN (SELECT hash FROM orphaned_uploads \
               WHERE since < $2 AND (doomed_at IS NULL OR doomed_at < $3) ORDER BY hash LIMIT $4) RETURNING hash";
    tx.query(sql, params![now, before, given_up, limit]).await?.into_iter().map(|row| row.only()).collect()
}
