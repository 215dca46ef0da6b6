//! `POST /order/place_order/`: a cart becomes an order, all or nothing, exactly once.
//!
//! The cart's row is locked first, so of twins one finds it full and the others find it empty. Then its products and
//! its variants are locked in the order of their ids, so carts that share them can't wait for each other in a circle. Prices and
//! stock are what those locked rows say. Whatever fails leaves everything as it was.

use super::events::stock_events;
use crate::failure::carries_failure;
use crate::{App, Failure};
use domain::cart::Owner;
use domain::event::Kind;
use domain::order::{self, Order, Placement, Refusal, Status};
use domain::stock::Reason;
use domain::time::Timestamp;
use store::Tx;
use store::order::NewOrder;
use store::stock::Cause;
use thiserror::Error;

/// Why there is no order.
#[derive(Debug, Error)]
pub enum PlaceError {
    /// The cart does not become one.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(PlaceError);

/// Times to draw another order number when one is taken (2⁴⁰ numbers: once is already rare).
const NUMBERS: u32 = 5;

impl App {
    /// Places an order of what is in an owner's cart.
    pub async fn place_order(&self, owner: Owner) -> Result<Order, PlaceError> {
        let mut attempt = 1;
        loop {
            match store::retry(|| self.place_once(owner)).await {
                Err(PlaceError::Failure(Failure::Store(error)))
                    if error.is_unique("orders_number") && attempt < NUMBERS =>
                {
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn place_once(&self, owner: Owner) -> Result<Order, PlaceError> {
        let now = self.now();
        let tx = self.db.begin().await?;
        let cart_id = store::cart::lock(&tx, owner).await?.ok_or(Refusal::Empty)?;
        store::stock::lock_products_of_cart(&tx, cart_id).await?;
        let placement = order::place(store::cart::wanted(&tx, cart_id).await?)?;
        let order = self.save(&tx, owner, placement, now).await?;
        store::cart::clear(&tx, cart_id).await?;
        store::cart::touch(&tx, cart_id, now).await?;
        crate::cart::record_change(&tx, cart_id, owner, now).await?;
        tx.commit().await?;
        Ok(order)
    }

    /// Saves the order, takes its stock, and records both.
    async fn save(&self, tx: &Tx, owner: Owner, placement: Placement, at: Timestamp) -> Result<Order, PlaceError> {
        let Placement { lines, total } = placement;
        let number = order::number(self.random());
        let currency = &self.settings.currency.code;
        let head = NewOrder { number: &number, owner, total, currency, at };
        let id = store::order::insert(tx, &head, &lines).await?;
        let deltas: Vec<_> = lines.iter().map(|line| (line.variant_id, -line.quantity)).collect();
        let cause = Cause { reason: Reason::Order, order_id: Some(id), actor_id: owner.user_id(), at };
        let moved = store::stock::move_levels(tx, &deltas, cause).await?;
        let products: Vec<_> = lines.iter().map(|line| (line.variant_id, line.product_id)).collect();
        let order = Order {
            id,
            number,
            user_id: owner.user_id(),
            session_id: owner.session_id(),
            status: Status::Pending,
            total,
            currency: currency.clone(),
            lines,
            created_at: at,
            updated_at: at,
        };
        let mut events = vec![self.order_event(Kind::OrderPlaced, &order)];
        events.extend(stock_events(tx, &moved, &products).await?);
        store::event::append(tx, &events, at).await?;
        Ok(order)
    }
}
