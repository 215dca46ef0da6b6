//! What the log says of orders and of the stock they move.

use crate::App;
use domain::cart::Owner;
use domain::event::{Audience, Event, Kind};
use domain::order::Order;
use domain::stock::Movement;
use serde_json::json;
use store::{Result, Tx};

/// Whose order it is; `None` for one whose account is gone.
pub(super) fn owner(order: &Order) -> Option<Owner> {
    order.user_id.map(Owner::User).or(order.session_id.map(Owner::Session))
}

impl App {
    pub(super) fn order_event(&self, kind: Kind, order: &Order) -> Event {
        let total = self.settings.currency.show(order.total);
        let data = json!({
            "id": order.id, "number": order.number, "status": order.status.as_str(), "total": total,
            "currency": order.currency,
        });
        let audience = owner(order).map_or(Audience::Staff, Audience::Owner);
        Event { kind, subject_id: order.id, audience, data }
    }
}

/// What the stock of products is after `moved`, as events. `variants` tells the product of each variant on sale.
pub(super) async fn stock_events(tx: &Tx, moved: &[Movement], variants: &[(i64, i64)]) -> Result<Vec<Event>> {
    let product_of = |variant| variants.iter().find(|(id, _)| *id == variant).map(|(_, product)| *product);
    let mut products: Vec<_> = moved.iter().filter_map(|one| product_of(one.variant_id)).collect();
    products.sort_unstable();
    products.dedup();
    let mut events = vec![];
    for (product_id, level, published) in store::stock::of_products(tx, products).await? {
        let ours = moved.iter().filter(|one| product_of(one.variant_id) == Some(product_id));
        let before = level - ours.map(|one| one.delta).sum::<i64>();
        events.extend(level_events(product_id, before, level, published));
    }
    Ok(events)
}

/// That the stock of a product is another one now, and that it sold out or is back when it crossed zero.
pub(crate) fn level_events(product_id: i64, before: i64, level: i64, published: bool) -> Vec<Event> {
    let crossed = match (before > 0, level > 0) {
        (true, false) => Some(Kind::SoldOut),
        (false, true) => Some(Kind::BackInStock),
        _ => None,
    };
    let changed = (before != level).then_some(Kind::StockChanged);
    changed.into_iter().chain(crossed).map(|kind| level_event(kind, product_id, level, published)).collect()
}

/// One of the events about the stock of a product.
pub(crate) fn level_event(kind: Kind, product_id: i64, level: i64, published: bool) -> Event {
    let audience = if published { Audience::Everybody } else { Audience::Staff };
    let data = json!({"id": product_id, "stock": level, "in_stock": level > 0});
    Event { kind, subject_id: product_id, audience, data }
}
