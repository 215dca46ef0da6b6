//! `POST /order/<id>/update_status/` and `POST /order/<id>/cancel/`

use super::Viewer;
use super::events::stock_events;
use crate::failure::carries_failure;
use crate::once::{self, Once};
use crate::{App, Failure};
use domain::audit::{Actor, Change};
use domain::event::Kind;
use domain::order::{self, Order, Status, Step};
use domain::stock::Reason;
use domain::time::Timestamp;
use serde_json::json;
use store::Tx;
use store::stock::Cause;
use thiserror::Error;

/// Why the order stays where it is.
#[derive(Debug, Error)]
pub enum StepError {
    /// There is none, or none the caller may see.
    #[error("Order not found")]
    NotFound,
    /// There is no such status.
    #[error("Invalid status")]
    Unknown,
    /// The step is not open from where the order stands; holds those that are.
    #[error("Invalid status")]
    Forbidden(Vec<Status>),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(StepError);

impl App {
    /// Moves an order to the status of this name, on behalf of a member of staff.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn update_status(
        &self,
        id: i64,
        status: &str,
        by: &Actor,
        once: Once<Order>,
    ) -> Result<Order, StepError> {
        let wanted = Status::named(status);
        store::retry(|| async {
            let tx = self.db.begin().await?;
            let order = store::order::lock(&tx, id).await?.ok_or(StepError::NotFound)?;
            let to = wanted.ok_or(StepError::Unknown)?;
            self.move_on(tx, order, to, Viewer::Staff, by, &once).await
        })
        .await
    }

    /// Cancels an order: its owner while it is pending, staff also while it is processed.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn cancel_order(
        &self,
        id: i64,
        viewer: Viewer,
        by: &Actor,
        once: Once<Order>,
    ) -> Result<Order, StepError> {
        store::retry(|| async {
            let tx = self.db.begin().await?;
            let order = store::order::lock(&tx, id).await?.filter(|order| viewer.may_see(order));
            let order = order.ok_or(StepError::NotFound)?;
            let too_late = viewer != Viewer::Staff && !matches!(order.status, Status::Pending | Status::Cancelled);
            if too_late {
                return Err(StepError::Forbidden(vec![]));
            }
            self.move_on(tx, order, Status::Cancelled, viewer, by, &once).await
        })
        .await
    }

    async fn move_on(
        &self,
        tx: Tx,
        order: Order,
        to: Status,
        viewer: Viewer,
        by: &Actor,
        once: &Once<Order>,
    ) -> Result<Order, StepError> {
        let at = self.now();
        let step = order::step(order.status, to).ok_or_else(|| StepError::Forbidden(order.status.allowed()))?;
        let from = order.status;
        let changed = Order { status: to, updated_at: at, ..order };
        let mut events = match step {
            Step::Stay => {
                let unchanged = Order { updated_at: order.updated_at, ..changed };
                if once.is_some() {
                    once::keep(once, &tx, &unchanged, at).await?;
                    tx.commit().await?;
                }
                return Ok(unchanged);
            }
            Step::Advance => vec![self.order_event(Kind::OrderStatusChanged, &changed)],
            Step::Cancel => {
                let event = self.order_event(Kind::OrderCancelled, &changed);
                std::iter::once(event).chain(give_back(&tx, &changed, by.user_id, at).await?).collect()
            }
        };
        store::order::set_status(&tx, changed.id, from, to, at).await?;
        if step == Step::Cancel {
            // Followers of the status alone hear of a cancellation too.
            events.insert(0, self.order_event(Kind::OrderStatusChanged, &changed));
        }
        store::event::append(&tx, &events, at).await?;
        if viewer == Viewer::Staff {
            let action = if step == Step::Cancel { "order.cancel" } else { "order.update" };
            let status = |status: Status| json!({"status": status.as_str()});
            let change = Change::of(action, format!("order:{}", changed.id), Some(&status(from)), Some(&status(to)));
            store::audit::append(&tx, by, change.as_slice(), at).await?;
        }
        once::keep(once, &tx, &changed, at).await?;
        tx.commit().await?;
        Ok(changed)
    }
}

/// Puts the stock of a cancelled order back.
async fn give_back(
    tx: &Tx,
    order: &Order,
    actor_id: Option<i64>,
    at: Timestamp,
) -> store::Result<Vec<domain::event::Event>> {
    let locked = store::stock::lock(tx, order.lines.iter().map(|line| line.variant_id).collect()).await?;
    let deltas: Vec<_> = order.lines.iter().map(|line| (line.variant_id, line.quantity)).collect();
    let cause = Cause { reason: Reason::Cancellation, order_id: Some(order.id), actor_id, at };
    let moved = store::stock::move_levels(tx, &deltas, cause).await?;
    // A variant that was taken off sale meanwhile counts for nothing a customer could buy.
    let on_sale = locked.iter().filter(|variant| variant.on_sale);
    let products: Vec<_> = on_sale.map(|variant| (variant.variant_id, variant.product_id)).collect();
    stock_events(tx, &moved, &products).await
}
