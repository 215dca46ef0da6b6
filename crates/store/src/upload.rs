//! Pictures this shop has taken in, which of them nothing shows any more, and what may show one.

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

/// Somebody uploads this, and has a day to show it. False when its files are being deleted at this moment.
pub async fn adopt(tx: &Tx, hash: &str, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO uploads (hash, orphaned_at) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE SET orphaned_at = \
               CASE WHEN uploads.doomed_at IS NULL THEN $2 ELSE uploads.orphaned_at END RETURNING doomed_at";
    Ok(tx.one(sql, params![hash, now]).await?.only::<Option<Timestamp>>()?.is_none())
}

/// The uploads behind `after`, in order.
pub async fn page(db: &impl Conn, after: &str, limit: i64) -> Result<Vec<String>> {
    let sql = "SELECT hash FROM uploads WHERE hash > $1 ORDER BY hash LIMIT $2";
    db.query(sql, params![after, limit]).await?.into_iter().map(|row| row.only()).collect()
}

/// Notes that something shows these.
pub async fn shown(tx: &Tx, hashes: &[String]) -> Result<()> {
    let sql = Sql::each(
        "UPDATE uploads SET orphaned_at = NULL WHERE orphaned_at IS NOT NULL AND doomed_at IS NULL \
         AND hash IN (SELECT value FROM json_each($1))",
        "UPDATE uploads SET orphaned_at = NULL WHERE orphaned_at IS NOT NULL AND doomed_at IS NULL \
         AND hash IN (SELECT json_array_elements_text($1::text::json))",
    );
    tx.query(sql, params![json!(hashes).to_string()]).await.map(drop)
}

/// Notes that nothing shows these; those that are noted already keep their date.
pub async fn orphaned(tx: &Tx, hashes: &[String], now: Timestamp) -> Result<()> {
    let sql = Sql::each(
        "UPDATE uploads SET orphaned_at = $2 WHERE orphaned_at IS NULL \
         AND hash IN (SELECT value FROM json_each($1))",
        "UPDATE uploads SET orphaned_at = $2 WHERE orphaned_at IS NULL \
         AND hash IN (SELECT json_array_elements_text($1::text::json))",
    );
    tx.query(sql, params![json!(hashes).to_string(), now]).await.map(drop)
}

/// Takes on orphans from before `before`, to delete their files; also those whose deletion somebody began before
/// `given_up` and did not end. At most `limit`, and nobody else takes on the same. `now` is what shows that they are one's
/// own from here on.
pub async fn doom(tx: &Tx, before: Timestamp, given_up: Timestamp, now: Timestamp, limit: i64) -> Result<Vec<String>> {
    macro_rules! dooming {
        ($lock:literal) => {
            concat!(
                "UPDATE uploads SET doomed_at = $1 WHERE hash IN (SELECT hash FROM uploads WHERE orphaned_at < $2 ",
                "AND (doomed_at IS NULL OR doomed_at < $3) ORDER BY hash LIMIT $4",
                $lock,
                ") RETURNING hash"
            )
        };
    }
    let sql = Sql::each(dooming!(""), dooming!(" FOR UPDATE SKIP LOCKED"));
    tx.query(sql, params![now, before, given_up, limit]).await?.into_iter().map(|row| row.only()).collect()
}

/// Whether one that was taken on at `doomed_at` is still one's own.
pub async fn is_doomed(db: &impl Conn, hash: &str, doomed_at: Timestamp) -> Result<bool> {
    let sql = "SELECT hash FROM uploads WHERE hash = $1 AND doomed_at = $2";
    Ok(db.first(sql, params![hash, doomed_at]).await?.is_some())
}

/// What became of one that was taken on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its files are gone.
    Deleted,
    /// Something shows it after all.
    Shown,
    /// Its files are still there; it is an orphan since then.
    Kept(Timestamp),
}

/// Ends what was taken on at `doomed_at`, unless somebody else has taken it over.
pub async fn end(tx: &Tx, hash: &str, doomed_at: Timestamp, fate: Fate) -> Result<()> {
    let since = match fate {
        Fate::Deleted => {
            let sql = "DELETE FROM uploads WHERE hash = $1 AND doomed_at = $2";
            return tx.query(sql, params![hash, doomed_at]).await.map(drop);
        }
        Fate::Shown => None,
        Fate::Kept(since) => Some(since),
    };
    let sql = "UPDATE uploads SET doomed_at = NULL, orphaned_at = $3 WHERE hash = $1 AND doomed_at = $2";
    tx.query(sql, params![hash, doomed_at, since]).await.map(drop)
}
