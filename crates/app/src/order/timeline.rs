//! `GET /order/<id>/timeline/`, and what else the staff sees of orders.

use crate::{App, AuditBy, AuditFilter, Failure, Slice, Sort, Start};
use domain::event::Kind;
use domain::order::Order;
use domain::time::Timestamp;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Something that happened to an order. A step is one moment, though the event log and the audit log both tell of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Where it is written.
    pub told: Told,
    /// `order.placed`, `order.update`
    pub what: String,
    /// Whose doing it was, as far as that is known.
    pub who: Option<String>,
    /// What there is to tell: what the event said, and `before` and `after` where the audit log has them.
    pub data: Value,
}

/// Who tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The event log, which everybody concerned may follow.
    Event,
    /// The audit log.
    Audit,
}

/// Rows of the audit log that are told of one order at most; it has a handful.
const MOST: i64 = 1_000;

impl App {
    /// All that is known to have happened to an order, oldest first; `None` when there is none.
    pub async fn order_timeline(&self, id: i64) -> Result<Option<Vec<Moment>>, Failure> {
        let Some(order) = store::order::by_id(&self.db, id).await? else { return Ok(None) };
        let filter = AuditFilter { object: Some(format!("order:{id}")), ..AuditFilter::default() };
        let slice = Slice { start: Start::Offset(0), limit: MOST };
        let (addresses, history, written) = tokio::try_join!(
            store::customer::addresses(&self.db, order.user_id.into_iter().collect()),
            store::order::history(&self.db, id),
            store::audit::page(&self.db, &filter, Sort::descending(AuditBy::At), &slice),
        )?;
        // Events are forgotten in time; that it was placed, the order itself knows.
        let data = json!({"number": order.number, "total": self.settings.currency.show(order.total)});
        let who = addresses.into_iter().next().map(|(_, email)| email);
        let what = Kind::OrderPlaced.as_str().to_owned();
        let mut moments = vec![Moment { at: order.created_at, told: Told::Event, what, who, data }];
        let steps = history.into_iter().map(|(at, what, data)| {
            let data = serde_json::from_str(&data).unwrap_or_default();
            Moment { at, told: Told::Event, what, who: None, data }
        });
        let written = written.rows.into_iter().map(|entry| Moment {
            at: entry.at,
            told: Told::Audit,
            what: entry.action,
            who: Some(entry.actor.name),
            data: json!({"before": entry.before, "after": entry.after}),
        });
        moments.extend(joined(steps.collect(), written));
        moments.sort_by_key(|moment| moment.at.0);
        Ok(Some(moments))
    }

    /// The addresses of the accounts that these orders belong to, by account.
    pub async fn customers_of(&self, orders: &[Order]) -> Result<HashMap<i64, String>, Failure> {
        let mut ids: Vec<i64> = orders.iter().filter_map(|order| order.user_id).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(store::customer::addresses(&self.db, ids).await?.into_iter().collect())
    }
}

/// What is told twice, told once: an order that is cancelled has two events, and a step by the staff an entry in the audit
/// log besides, all of the transaction's instant. Whatever only one of the logs still holds stays as it is.
fn joined(steps: Vec<Moment>, written: impl Iterator<Item = Moment>) -> Vec<Moment> {
    let cancelled: Vec<Timestamp> =
        steps.iter().filter(|step| is(step, Kind::OrderCancelled)).map(|step| step.at).collect();
    let is_told_anyway = |step: &Moment| is(step, Kind::OrderStatusChanged) && cancelled.contains(&step.at);
    let mut moments: Vec<Moment> = steps.into_iter().filter(|step| !is_told_anyway(step)).collect();
    for entry in written {
        let twin =
            moments.iter_mut().find(|step| step.told == Told::Event && step.at == entry.at && step.who.is_none());
        match (twin, &entry.data) {
            (Some(Moment { who, data: Value::Object(data), .. }), Value::Object(more)) => {
                *who = entry.who;
                data.extend(more.clone());
            }
            _ => moments.push(entry),
        }
    }
    moments
}

fn is(moment: &Moment, kind: Kind) -> bool {
    moment.what == kind.as_str()
}
