//! The event log: rows written in the transaction of the change they tell of.

use crate::backend::params;
use crate::{Conn, Result, Sql};
use domain::cart::Owner;
use domain::event::Event;
use domain::time::Timestamp;
use serde_json::json;

/// Appends events.
pub async fn append(db: &impl Conn, events: &[Event], at: Timestamp) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let sql = Sql::each(
        "INSERT INTO events (kind, subject_id, user_id, session_id, data, at) \
         SELECT value ->> 'kind', value ->> 'subject', value ->> 'user_id', value ->> 'session_id', value ->> 'data', $2 \
         FROM json_each($1) ORDER BY key",
        "INSERT INTO events (kind, subject_id, user_id, session_id, data, at) \
         SELECT e.kind, e.subject, e.user_id, e.session_id, e.data, $2 FROM json_to_recordset($1::text::json) \
         AS e(kind text, subject bigint, user_id bigint, session_id bigint, data text)",
    );
    let rows: Vec<_> = events.iter().map(row).collect();
    db.query(sql, params![json!(rows).to_string(), at]).await.map(drop)
}

fn row(event: &Event) -> serde_json::Value {
    let (user, session) = (event.audience.and_then(Owner::user_id), event.audience.and_then(Owner::session_id));
    json!({
        "kind": event.kind.as_str(), "subject": event.subject_id, "user_id": user, "session_id": session,
        "data": event.data.to_string(),
    })
}
