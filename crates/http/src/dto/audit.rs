//! Rows of the audit log.

use domain::audit::Entry;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Something that was changed on the shop's behalf.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(crate) struct AuditBody {
    #[schema(example = 4711)]
    pub id: i64,
    /// When, to the microsecond.
    #[schema(format = DateTime)]
    pub at: String,
    /// The id of the account that did it; null for the command line.
    #[schema(example = 2)]
    pub user: Option<i64>,
    /// Its address at that moment, or `command line`.
    #[schema(example = "owner@shop.example")]
    pub actor: String,
    /// What was done.
    #[schema(example = "product.update")]
    pub action: String,
    /// To what.
    #[schema(example = "product:12")]
    pub object: String,
    /// The fields that changed, as they were; null for something new.
    #[schema(value_type = Option<Object>, example = json!({"name": "Mug"}))]
    pub before: Option<Value>,
    /// The same fields, as they became; null for something that is gone.
    #[schema(value_type = Option<Object>, example = json!({"name": "Enamel Mug"}))]
    pub after: Option<Value>,
    /// The id of the request, which the log has too; null for the command line.
    #[schema(example = "0000a1b2-0000002f")]
    pub request_id: Option<String>,
}

impl From<Entry> for AuditBody {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            at: entry.at.iso(),
            user: entry.actor.user_id,
            actor: entry.actor.name,
            action: entry.action,
            object: entry.object,
            before: entry.before,
            after: entry.after,
            request_id: entry.actor.request_id,
        }
    }
}
