//! The outbox: mails to be sent, what became of them, and how far the event log was read for them.

use crate::backend::params;
use crate::{Conn, Error, Result, Row, Sql, Statement, Tx, Value};
use domain::mail::{Mail, State, Template};
use domain::time::Timestamp;

macro_rules! select {
    ($after:expr) => {
        concat!(
            "SELECT id, key, template, recipient, subject_id, reference, state, attempts, last_error, created_at, ",
            "give_up_at, sent_at FROM mails ",
            $after
        )
    };
}

/// A mail to be written.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// What it tells of; a second one with the same key is left out.
    pub key: String,
    /// What it says.
    pub template: Template,
    /// Its address.
    pub recipient: String,
    /// The order or the account.
    pub subject_id: i64,
    /// The order's number, or what the account's token is made of.
    pub reference: String,
    /// Until when it is tried.
    pub give_up_at: Timestamp,
}

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

/// Writes mails, in the transaction of what they tell of.
pub async fn insert(tx: &Tx, mail: &NewMail, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO mails (key, template, recipient, subject_id, reference, created_at, due_at, give_up_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $6, $7) ON CONFLICT (key) DO NOTHING";
    let NewMail { key, template, recipient, subject_id, reference, give_up_at } = mail;
    tx.query(sql, params![key, template.as_str(), recipient, *subject_id, reference, now, *give_up_at]).await.map(drop)
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

/// Whether a mail is due.
pub async fn has_due(db: &impl Conn, now: Timestamp) -> Result<bool> {
    let sql = "SELECT id FROM mails WHERE state = 'waiting' AND due_at <= $1 LIMIT 1";
    Ok(db.first(sql, params![now]).await?.is_some())
}

/// Takes mails that are due for one's own until `until`, at most `limit`, and counts the attempt. Nobody else gets them
/// before; if nothing becomes of it, they are due again then.
pub async fn claim(tx: &Tx, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Mail>> {
    macro_rules! text {
        ($lock:literal) => {
            concat!(
                "UPDATE mails SET due_at = $2, attempts = attempts + 1 WHERE id IN (SELECT id FROM mails \
                 WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at, id LIMIT $3",
                $lock,
                ") RETURNING id, key, template, recipient, subject_id, reference, state, attempts, last_error, \
                 created_at, give_up_at, sent_at"
            )
        };
    }
    let sql = Sql::each(text!(""), text!(" FOR UPDATE SKIP LOCKED"));
    let mut mails =
        tx.query(sql, params![now, until, limit]).await?.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    mails.sort_by_key(|mail| mail.id);
    Ok(mails)
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is with the server.
    Sent,
    /// To be tried again then; why it did not work.
    Later(Timestamp, String),
    /// Not to be tried again; why.
    Failed(String),
}

/// Writes down what became of an attempt, if it is still the last one. Returns whether it was.
pub async fn settle(tx: &Tx, mail: &Mail, outcome: &Outcome, now: Timestamp) -> Result<bool> {
    let (state, due, error, sent) = match outcome {
        Outcome::Sent => (State::Sent, now, "", Some(now)),
        Outcome::Later(due, error) => (State::Waiting, *due, error.as_str(), None),
        Outcome::Failed(error) => (State::Failed, now, error.as_str(), None),
    };
    let sql = "UPDATE mails SET state = $3, due_at = $4, last_error = $5, sent_at = $6 \
               WHERE id = $1 AND attempts = $2 AND state = 'waiting' RETURNING id";
    let values = params![mail.id, mail.attempts, state.as_str(), due, error, sent];
    Ok(tx.first(sql, values).await?.is_some())
}

/// Has a mail tried again from the beginning, unless it was sent. Returns whether it will be.
pub async fn try_again(tx: &Tx, id: i64, now: Timestamp, give_up_at: Timestamp) -> Result<bool> {
    let sql = "UPDATE mails SET state = 'waiting', due_at = $2, give_up_at = $3, attempts = 0 \
               WHERE id = $1 AND state <> 'sent' RETURNING id";
    Ok(tx.first(sql, params![id, now, give_up_at]).await?.is_some())
}

/// The mail with this id.
pub async fn by_id(db: &impl Conn, id: i64) -> Result<Option<Mail>> {
    db.first(select!("WHERE id = $1"), params![id]).await?.map(read).transpose()
}

/// A page of mails, newest first, and how many there are in all.
pub async fn page(db: &impl Conn, state: Option<State>, limit: i64, offset: i64) -> Result<(Vec<Mail>, i64)> {
    let (condition, mut values): (_, Vec<Value>) = match state {
        Some(state) => ("WHERE state = $1", params![state.as_str()]),
        None => ("", vec![]),
    };
    let count = db.one(format!("SELECT count(*) FROM mails {condition}"), values.clone()).await?.only()?;
    if offset >= count {
        return Ok((vec![], count));
    }
    let (first, second) = (values.len() + 1, values.len() + 2);
    let sql = format!("{} {condition} ORDER BY id DESC LIMIT ${first} OFFSET ${second}", select!(""));
    values.extend(params![limit, offset]);
    let mails = db.query(sql, values).await?.into_iter().map(read).collect::<Result<_>>()?;
    Ok((mails, count))
}

/// Forgets mails from before `before`, at most `limit`. Returns how many.
pub async fn sweep(db: &impl Conn, before: Timestamp, limit: i64) -> Result<usize> {
    let sql = "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE created_at < $1 ORDER BY created_at LIMIT $2) \
               RETURNING id";
    Ok(db.query(sql, params![before, limit]).await?.len())
}

fn read(row: Row) -> Result<Mail> {
    let mut cells = row.cells();
    let unknown = |what: &str, name: &str| Error::Other(format!("a mail has the unknown {what} {name}"));
    Ok(Mail {
        id: cells.get()?,
        key: cells.get()?,
        template: {
            let name: String = cells.get()?;
            Template::named(&name).ok_or_else(|| unknown("template", &name))?
        },
        recipient: cells.get()?,
        subject_id: cells.get()?,
        reference: cells.get()?,
        state: {
            let name: String = cells.get()?;
            State::named(&name).ok_or_else(|| unknown("state", &name))?
        },
        attempts: cells.get()?,
        last_error: cells.get()?,
        created_at: cells.get()?,
        give_up_at: cells.get()?,
        sent_at: cells.get()?,
    })
}
