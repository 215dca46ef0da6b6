//! What mails are to be written about: orders, as far as the event log was read for them, and forgotten passwords.

use crate::backend::params;
use crate::{Conn, Result, Row, Sql, Statement, Tx};
use domain::mail::Template;
use domain::time::Timestamp;

/// An order that is to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderMail {
    /// What is said.
    pub template: Template,
    /// The order's id.
    pub order_id: i64,
    /// When it happened.
    pub at: Timestamp,
}

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

/// `$give_up` is what is still to come of the time a mail is tried for.
macro_rules! of_orders {
    ($template:literal, $at:literal, $due:literal, $give_up:literal, $from:literal) => {
        concat!(
            "INSERT INTO mails (key, template, recipient, subject_id, reference, created_at, due_at, give_up_at) \
             SELECT ",
            $template,
            " || ':' || o.id, ",
            $template,
            ", coalesce(o.contact_email, u.email), o.id, o.number, ",
            $at,
            ", ",
            $due,
            ", ",
            $give_up,
            " FROM ",
            $from,
            " LEFT JOIN users u ON u.id = o.user_id \
             WHERE coalesce(o.contact_email, u.email) IS NOT NULL ON CONFLICT (key) DO NOTHING"
        )
    };
}

/// Writes the mails about orders: to the address given with the order, else to the account's. Where there is neither
/// nobody is told.
pub async fn insert_of_orders(tx: &Tx, orders: &[OrderMail], now: Timestamp, give_up_at: Timestamp) -> Result<()> {
    let sql = Sql::each(
        of_orders!(
            "$1",
            "$3",
            "$4",
            "$5",
            "(SELECT id, number, user_id, nullif(json_extract(contact, '$.email'), '') AS contact_email \
             FROM orders WHERE id = $2) AS o"
        ),
        of_orders!(
            "e.template",
            "e.at",
            "e.due",
            "e.give_up",
            "unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) \
             AS e(template, order_id, at, due, give_up) CROSS JOIN LATERAL (SELECT id, number, user_id, \
             nullif(contact::json ->> 'email', '') AS contact_email FROM orders WHERE id = e.order_id) AS o"
        ),
    );
    let row = |order: &OrderMail| params![order.template.as_str(), order.order_id, order.at, now, give_up_at];
    tx.run(Statement::rows(sql, orders.iter().map(row).collect())).await.map(drop)
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
