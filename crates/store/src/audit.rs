//! The audit log: what was changed on the shop's behalf, and by whom. Rows are only ever added, and swept when they are
//! old enough.

use crate::backend::params;
use crate::paging::as_counted;
use crate::{Conn, Error, Result, Row, Sql, Statement, Value};
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
    fn condition(&self) -> (String, Vec<Value>) {
        let mut text = String::from("TRUE");
        let mut values: Vec<Value> = vec![];
        let mut and = |condition: &str, value: Option<Value>| {
            if let Some(value) = value {
                values.push(value);
                text.push_str(&format!(" AND {condition} ${}", values.len()));
            }
        };
        match &self.by {
            Some(By::Account(id)) => and("user_id =", Some((*id).into())),
            Some(By::Name(name)) => and("actor =", Some(name.into())),
            None => {}
        }
        match self.object.as_deref().map(|object| (object, object.contains(':'))) {
            Some((object, true)) => and("object =", Some(object.into())),
            // All that begin so: `;` comes right after `:`.
            Some((kind, false)) => {
                and("object >=", Some(format!("{kind}:").into()));
                and("object <", Some(format!("{kind};").into()));
            }
            None => {}
        }
        and("action =", self.action.as_ref().map(Value::from));
        and("at >=", self.since.map(Value::from));
        and("at <", self.until.map(Value::from));
        (text, values)
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

/// A page of what a filter keeps, newest first, and how many there are in all. The ids of the page are found first, in
/// indexes alone; only its own rows are read.
pub async fn page(db: &impl Conn, filter: &AuditFilter, limit: i64, offset: i64) -> Result<(Vec<Entry>, i64)> {
    let (condition, mut values) = filter.condition();
    let count = db.one(format!("SELECT count(*) FROM audit_log WHERE {condition}"), values.clone()).await?.only()?;
    if offset >= count {
        return Ok((vec![], count));
    }
    let places = (values.len() + 1, values.len() + 2);
    let sql = format!(
        "SELECT id, at, user_id, actor, request_id, action, object, before, after FROM audit_log WHERE id IN \
         (SELECT id FROM audit_log WHERE {condition} ORDER BY id DESC LIMIT ${} OFFSET ${}) ORDER BY id DESC",
        places.0, places.1
    );
    values.extend(params![limit + 1, offset]);
    let entries = db.query(sql, values).await?.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(as_counted(entries, limit, offset, count))
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
