//! The outbox: mails to be sent, what became of them, and how far the event log was read for them.

mod gather;
mod work;

pub use gather::{
    News, ask_for_reset, has_orders_to_tell_of, insert_of_orders, move_cursor, news, take_reset_requests,
};
pub use work::{Outcome, Until, claim, has_due, settle, try_again, try_failed_again};

use crate::backend::params;
use crate::conditions::Conditions;
use crate::{Cells, Conn, Error, Found, Key, Mark, Result, Row, Slice, Sort, Tx};
use domain::mail::{Mail, Named, State, Template};
use domain::time::Timestamp;

macro_rules! columns {
    ($before:expr, $after:expr) => {
        concat!(
            $before,
            "id, key, template, recipient, subject_id, reference, state, attempts, last_error, created_at, give_up_at, ",
            "sent_at, leased_until",
            $after
        )
    };
}

use columns;

macro_rules! select {
    ($after:expr) => {
        columns!("SELECT ", concat!(" FROM mails ", $after))
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

/// Writes mails, in the transaction of what they tell of.
pub async fn insert(tx: &Tx, mail: &NewMail, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO mails (key, template, recipient, subject_id, reference, created_at, due_at, give_up_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $6, $7) ON CONFLICT (key) DO NOTHING";
    let NewMail { key, template, recipient, subject_id, reference, give_up_at } = mail;
    tx.query(sql, params![key, template.as_str(), recipient, *subject_id, reference, now, *give_up_at]).await.map(drop)
}

/// The mail with this id.
pub async fn by_id(db: &impl Conn, id: i64) -> Result<Option<Mail>> {
    db.first(select!("WHERE id = $1"), params![id]).await?.map(read).transpose()
}

/// What a list of mails is sorted by. Not by recipient: that would be one more index in which each mail is written anew
/// whenever it is taken, tried and settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailsBy {
    /// When they were written, which is the order of their ids.
    Written,
    /// What became of them, by its name.
    State,
}

impl MailsBy {
    const fn column(self) -> &'static str {
        match self {
            Self::Written => "id",
            Self::State => "state",
        }
    }
}

impl Key for MailsBy {
    type Row = Mail;

    fn mark(self, mail: &Mail) -> Mark {
        match (self, mail.state) {
            (Self::Written, _) => Mark::Id,
            (Self::State, State::Kept) => Mark::Text(State::Sent.as_str().to_owned()),
            (Self::State, state) => Mark::Text(state.as_str().to_owned()),
        }
    }

    fn id(mail: &Mail) -> i64 {
        mail.id
    }

    fn knows(self, mark: &Mark) -> bool {
        match self {
            Self::Written => *mark == Mark::Id,
            Self::State => matches!(mark, Mark::Text(_)),
        }
    }
}

/// A page of mails, only those in a state if given, and how many there are in all.
pub async fn page(db: &impl Conn, state: Option<State>, sort: Sort<MailsBy>, slice: &Slice) -> Result<Found<Mail>> {
    let mut all = Conditions::default();
    state.into_iter().for_each(|state| all.holds(is(state)));
    let sql = format!("SELECT count(*) FROM mails WHERE {}", all.text());
    let count = db.one(sql, all.clone().values()).await?.only()?;
    let reading = match slice.reading(sort, count) {
        Ok(reading) => reading,
        Err(known) => return Ok(known),
    };
    let sql = format!("{}{}", select!(""), reading.clauses(&mut all, sort.by.column(), "id"));
    Ok(reading.found(db.query(sql, all.values()).await?.into_iter().map(read).collect::<Result<_>>()?))
}

/// Forgets the oldest mails, if they are from before `before`, at most `limit`. Returns how many.
pub async fn sweep(db: &impl Conn, before: Timestamp, limit: i64) -> Result<usize> {
    // Written one after another, so the oldest are the first: no index by time, which every order would pay for.
    let sql =
        "DELETE FROM mails WHERE id IN (SELECT id FROM mails ORDER BY id LIMIT $2) AND created_at < $1 RETURNING id";
    Ok(db.query(sql, params![before, limit]).await?.len())
}

/// The condition a state stands for. What was put away without being tried is `sent` in the table, which releases that
/// know of nothing else leave alone.
const fn is(state: State) -> &'static str {
    match state {
        State::Waiting => "state = 'waiting'",
        State::Sent => "state = 'sent' AND attempts > 0",
        State::Kept => "state = 'sent' AND attempts = 0",
        State::Failed => "state = 'failed'",
    }
}

fn read(row: Row) -> Result<Mail> {
    let mut cells = row.cells();
    let id = cells.get()?;
    read_of(id, &mut cells)
}

/// What follows the id.
fn read_of(id: i64, cells: &mut Cells) -> Result<Mail> {
    let mut mail = Mail {
        id,
        key: cells.get()?,
        template: Named::of(cells.get()?),
        recipient: cells.get()?,
        subject_id: cells.get()?,
        reference: cells.get()?,
        state: {
            let name: String = cells.get()?;
            State::named(&name).ok_or_else(|| Error::Other(format!("a mail has the unknown state {name}")))?
        },
        attempts: cells.get()?,
        last_error: cells.get()?,
        created_at: cells.get()?,
        give_up_at: cells.get()?,
        sent_at: cells.get()?,
        leased_until: cells.get()?,
    };
    if mail.state == State::Sent && mail.attempts == 0 {
        mail.state = State::Kept;
    }
    Ok(mail)
}
