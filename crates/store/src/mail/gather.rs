//! What mails are to be written about: orders, as far as the event log was read for them, and forgotten passwords.

use crate::backend::params;
use crate::event::span_in_batches;
use crate::{Conn, Result, Row, Sql, Tx};
use domain::time::Timestamp;

/// What there may be to write mails about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// How far the log was read for mails.
    pub cursor: i64,
    /// How far it goes.
    pub head: i64,
    /// Whether somebody forgot their password and was not answered yet.
    pub has_reset_requests: bool,
}

/// What there may be to write mails about; one small statement, asked by every instance now and then.
pub async fn news(db: &impl Conn) -> Result<News> {
    let sql = Sql::each(
        "SELECT seq, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0), \
         EXISTS (SELECT 1 FROM reset_requests) FROM mail_cursor WHERE id = 1",
        "SELECT seq, (SELECT seq FROM event_log WHERE id = 1), EXISTS (SELECT 1 FROM reset_requests) \
         FROM mail_cursor WHERE id = 1",
    );
    let row = db.one(sql, vec![]).await?;
    let mut cells = row.cells();
    Ok(News { cursor: cells.get()?, head: cells.get()?, has_reset_requests: cells.get()? })
}

/// Moves the cursor on from `from`, unless somebody else did. Whoever did writes the mails of what lies between, in the
/// same transaction.
pub async fn move_cursor(tx: &Tx, from: i64, to: i64) -> Result<bool> {
    let sql = "UPDATE mail_cursor SET seq = $2 WHERE id = 1 AND seq = $1 RETURNING seq";
    Ok(tx.first(sql, params![from, to]).await?.is_some())
}

/// What customers are told of, of these events: that an order was placed, and that it was shipped.
macro_rules! told {
    ($events:expr, $status:literal) => {
        concat!(
            "(SELECT seq, CASE kind WHEN 'order.placed' THEN 'order_placed' ELSE 'order_shipped' END AS template, \
             subject_id AS order_id, at FROM ",
            $events,
            " WHERE kind = 'order.placed' OR (kind = 'order.status_changed' AND ",
            $status,
            " = 'shipped')) AS e"
        )
    };
}

/// Those after `$1` up to `$2`, as `e` with `seq`, `template`, `order_id` and `at`.
macro_rules! told_in_sqlite {
    () => {
        told!("(SELECT * FROM events WHERE seq > $1 AND seq <= $2)", "json_extract(data, '$.status')")
    };
}

macro_rules! told_in_postgres {
    () => {
        told!(
            concat!(
                "(SELECT b.seq + e.place AS seq, e.kind, e.subject_id, e.data, e.at FROM ",
                span_in_batches!(),
                " OFFSET 0) AS span"
            ),
            "data::json ->> 'status'"
        )
    };
}

/// Whether there is an order to be told of in the log after `from`, up to and including `to`.
pub async fn has_orders_to_tell_of(db: &impl Conn, from: i64, to: i64) -> Result<bool> {
    let sql = Sql::each(
        concat!("SELECT EXISTS (SELECT 1 FROM ", told_in_sqlite!(), ")"),
        concat!("SELECT EXISTS (SELECT 1 FROM ", told_in_postgres!(), ")"),
    );
    db.one(sql, params![from, to]).await?.only()
}

macro_rules! of_orders {
    ($told:expr, $email:literal) => {
        concat!(
            "INSERT INTO mails (key, template, recipient, subject_id, reference, created_at, due_at, give_up_at) \
             SELECT e.template || ':' || o.id, e.template, coalesce(",
            $email,
            ", u.email), o.id, o.number, e.at, $3, $4 FROM ",
            $told,
            " CROSS JOIN orders o LEFT JOIN users u ON u.id = o.user_id WHERE o.id = e.order_id AND coalesce(",
            $email,
            ", u.email) IS NOT NULL ORDER BY e.seq ON CONFLICT (key) DO NOTHING"
        )
    };
}

/// Writes the mails about orders in the log after `from`, up to and including `to`: to the address given with the order,
/// else to the account's. Where there is neither nobody is told.
pub async fn insert_of_orders(tx: &Tx, from: i64, to: i64, now: Timestamp, give_up_at: Timestamp) -> Result<()> {
    let sql = Sql::each(
        of_orders!(told_in_sqlite!(), "nullif(json_extract(o.contact, '$.email'), '')"),
        of_orders!(told_in_postgres!(), "nullif(o.contact::json ->> 'email', '')"),
    );
    tx.query(sql, params![from, to, now, give_up_at]).await.map(drop)
}

/// Notes that somebody with this address forgot their password, whether or not there is such an account.
pub async fn ask_for_reset(tx: &Tx, email_key: &str, now: Timestamp) -> Result<()> {
    tx.query("INSERT INTO reset_requests (email_key, at) VALUES ($1, $2)", params![email_key, now]).await.map(drop)
}

/// Takes the oldest of those requests away, at most `limit`: of any number of callers one gets each.
pub async fn take_reset_requests(tx: &Tx, limit: i64) -> Result<Vec<(String, Timestamp)>> {
    let sql = Sql::each(
        "DELETE FROM reset_requests WHERE id IN (SELECT id FROM reset_requests ORDER BY id LIMIT $1) \
         RETURNING email_key, at",
        "DELETE FROM reset_requests WHERE id IN (SELECT id FROM reset_requests ORDER BY id LIMIT $1 \
         FOR UPDATE SKIP LOCKED) RETURNING email_key, at",
    );
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, cells.get()?))
    };
    tx.query(sql, params![limit]).await?.into_iter().map(read).collect()
}
