//! The audit log, for the staff.

use crate::dto::address::Base;
use crate::dto::audit::AuditBody;
use crate::dto::errors::{Detail, FieldProblems};
use crate::error::{Answer, Problem};
use crate::guard::{Permission, Resources};
use crate::page::{Page, Query};
use crate::state::Edge;
use app::{AuditBy, AuditFilter, By};
use axum::Json;
use axum::extract::State;
use domain::staff::Duty;
use domain::time::Timestamp;
use utoipa_axum::routes;

pub(super) fn resources(resources: Resources) -> Resources {
    resources.resource(Permission::Staff(Duty::Read), routes!(list))
}

/// What the log is sorted by.
const ORDERINGS: &[(&str, AuditBy)] =
    &[("at", AuditBy::At), ("actor", AuditBy::Actor), ("action", AuditBy::Action), ("object", AuditBy::Object)];

/// Who changed what of the shop, newest first unless told: products, categories, orders and accounts, over the API as well
/// as by commands.
#[utoipa::path(
    get, path = "/audit/", tag = "Operations",
    params(
        ("user" = Option<String>, Query, description = "Only by this account, by id or address; `command line` for commands"),
        ("object" = Option<String>, Query, description = "Only of this thing, or of all of a kind", example = "product:12"),
        ("action" = Option<String>, Query, description = "Only of this sort", example = "product.update"),
        ("since" = Option<String>, Query, description = "At or after this day (UTC) or instant", example = "2026-11-23"),
        ("until" = Option<String>, Query, description = "Before the end of this day, or before this instant"),
        ("ordering" = Option<String>, Query, description = "`at`, `actor`, `action` or `object`; `-` before it turns it round", example = "actor"),
        ("page" = Option<String>, Query, description = "From 1, or `last`"),
        ("after" = Option<String>, Query, description = "A cursor from `next`: read on behind the entry it stands for, whatever came in since"),
        ("before" = Option<String>, Query, description = "A cursor from `previous`: what stands right before the entry it stands for"),
        ("page_size" = Option<i64>, Query, description = "Entries on a page"),
    ),
    responses((status = 200, body = Page<AuditBody>), (status = 400, body = FieldProblems), (status = 404, body = Detail))
)]
async fn list(State(edge): State<Edge>, base: Base, query: Query) -> Answer<Json<Page<AuditBody>>> {
    let (filter, turn) = (filter(&query)?, query.turn(&edge, query.sort(ORDERINGS, "-at")?)?);
    let found = edge.app.audit(&filter, turn.sort, &turn.slice).await?;
    Ok(Json(turn.page(&query, &base, found.map(Into::into))?))
}

fn filter(query: &Query) -> Answer<AuditFilter> {
    const DAY: i64 = 24 * 60 * 60;
    let text = |name: &str| query.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let instant = |name: &str| {
        let Some(text) = text(name) else { return Ok(None) };
        let wrong = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD, ISO 8601.";
        let at = Timestamp::parse(&text).ok_or_else(|| Problem::field(name, wrong))?;
        Ok::<_, Problem>(Some((at, if text.len() == 10 { at.plus_seconds(DAY) } else { at })))
    };
    Ok(AuditFilter {
        by: text("user").map(|user| user.parse().map_or_else(|_| By::Name(user.to_lowercase()), By::Account)),
        object: text("object"),
        action: text("action"),
        since: instant("since")?.map(|(from, _)| from),
        until: instant("until")?.map(|(_, until)| until),
    })
}
