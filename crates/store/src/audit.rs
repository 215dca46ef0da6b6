//! The audit log: what was changed on the shop's behalf, and by whom. Rows are only ever added, and swept when they are
//! old enough.

use crate::backend::params;
use crate::conditions::Conditions;
use crate::paging::in_order;
use crate::{Conn, Error, Found, Key, Mark, Result, Row, Slice, Sort, Sql, Statement};
use domain::audit::{Actor, Change, Entry};
use domain::time::Timestamp;

/// Rows a statement takes at once.
const BATCH: usize = 500;

/// Whose changes are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// This account's.
    Account(i64),
    /// Of whoever had this name: an address in lower case, or `command line`.
    Name(String),
}

/// What a list of changes is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By whom.
    pub by: Option<By>,
    /// Of this thing (`product:12`), or of all of its kind (`product`).
    pub object: Option<String>,
    /// Of this sort (`product.update`).
    pub action: Option<String>,
    /// At or after.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

impl AuditFilter {
    fn conditions(&self) -> Conditions {
        let mut all = Conditions::default();
        match &self.by {
            Some(By::Account(id)) => all.and("user_id =", Some(*id)),
            Some(By::Name(name)) => all.and("actor =", Some(name)),
            None => {}
        }
        match self.object.as_deref().map(|object| (object, object.contains(':'))) {
            Some((object, true)) => all.and("object =", Some(object)),
            // All that begin so: `;` comes right after `:`.
            Some((kind, false)) => {
                all.and("object >=", Some(format!("{kind}:")));
                all.and("object <", Some(format!("{kind};")));
            }
            None => {}
        }
        all.and("action =", self.action.as_ref());
        all.and("at >=", self.since);
        all.and("at <", self.until);
        all
    }
}

/// What a list of changes is sorted by: each has an index, which its filter needs anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditBy {
    /// When they were written down, which is the order of their ids.
    At,
    /// Who made them.
    Actor,
    /// What was done.
    Action,
    /// What it was done to.
    Object,
}

impl AuditBy {
    const fn column(self) -> &'static str {
        match self {
            Self::At => "id",
            Self::Actor => "actor",
            Self::Action => "action",
            Self::Object => "object",
        }
    }
}

impl Key for AuditBy {
    type Row = Entry;

    fn mark(self, entry: &Entry) -> Mark {
        let text = match self {
            Self::At => return Mark::Id,
            Self::Actor => &entry.actor.name,
            Self::Action => &entry.action,
            Self::Object => &entry.object,
        };
        Mark::Text(text.clone())
    }

    fn id(entry: &Entry) -> i64 {
        entry.id
    }

    fn knows(self, mark: &Mark) -> bool {
        match self {
            Self::At => *mark == Mark::Id,
            Self::Actor | Self::Action | Self::Object => matches!(mark, Mark::Text(_)),
        }
    }
}

/// Writes changes down, in the transaction that makes them.
pub async fn append(db: &impl Conn, actor: &Actor, changes: &[Change], at: Timestamp) -> Result<()> {
    let sql = Sql::each(
        "INSERT INTO audit_log (at, user_id, actor, action, object, before, after, request_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        "INSERT INTO audit_log (at, user_id, actor, action, object, before, after, request_id) \
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])",
    );
    let json = |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string);
    for batch in changes.chunks(BATCH) {
        let row = |change: &Change| {
            let Change { action, object, before, after } = change;
            let Actor { user_id, name, request_id } = actor;
            params![at, *user_id, name.to_lowercase(), *action, object, json(before), json(after), request_id]
        };
        db.run(Statement::rows(sql.clone(), batch.iter().map(row).collect())).await?;
    }
    Ok(())
}

macro_rules! select {
    ($after:literal) => {
        concat!(
            "SELECT id, at, user_id, actor, request_id, action, object, before, after FROM audit_log WHERE id ",
            $after
        )
    };
}

/// A page of what a filter keeps, and how many there are in all. The ids of the page are found first, in indexes alone, and
/// then its rows by a statement of their own: in one, PostgreSQL, which plans before it knows the limit, would read the
/// whole log to find those few.
pub async fn page(db: &impl Conn, filter: &AuditFilter, sort: Sort<AuditBy>, slice: &Slice) -> Result<Found<Entry>> {
    let mut all = filter.conditions();
    let sql = format!("SELECT count(*) FROM audit_log WHERE {}", all.text());
    let count = db.one(sql, all.clone().values()).await?.only()?;
    let reading = match slice.reading(sort, count) {
        Ok(reading) => reading,
        Err(known) => return Ok(known),
    };
    let sql = format!("SELECT id FROM audit_log {}", reading.clauses(&mut all, sort.by.column(), "id"));
    let ids: Vec<i64> = db.query(sql, all.values()).await?.into_iter().map(Row::only).collect::<Result<_>>()?;
    let of_page = Sql::each(select!("IN (SELECT value FROM json_each($1))"), select!("= ANY($1)"));
    let entries = db.query(of_page, params![ids.clone()]).await?.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(reading.found(in_order(&ids, entries, AuditBy::id)))
}

/// Forgets what is older than `before`, the oldest first, at most `limit`; returns how many.
pub async fn sweep(db: &impl Conn, before: Timestamp, limit: i64) -> Result<usize> {
    let sql =
        "DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at < $1 ORDER BY at LIMIT $2) RETURNING id";
    Ok(db.query(sql, params![before, limit]).await?.len())
}

fn read(row: Row) -> Result<Entry> {
    let mut cells = row.cells();
    let (id, at) = (cells.get()?, cells.get()?);
    let actor = Actor { user_id: cells.get()?, name: cells.get()?, request_id: cells.get()? };
    let (action, object) = (cells.get()?, cells.get()?);
    let json = |text: Option<String>| {
        let read = |text: String| serde_json::from_str(&text);
        text.map(read).transpose().map_err(|error| Error::Other(format!("audit row {id} holds no JSON: {error}")))
    };
    Ok(Entry { id, at, actor, action, object, before: json(cells.get()?)?, after: json(cells.get()?)? })
}
