//! What the log says of products.

use super::{Detail, Saved};
use crate::order::{level_event, level_events};
use domain::catalogue::Product;
use domain::event::{Audience, Event, Kind};
use domain::money::Currency;
use serde_json::json;
use store::product::ProductDraft;
use store::{Result, Tx};

/// What saving a product did, as far as others care.
pub(super) struct News<'a> {
    pub(super) saved: Saved,
    /// Whether more than its stock changed.
    pub(super) touched: bool,
    /// Whether stock moved, perhaps from one variant to another.
    pub(super) moved: bool,
    /// What the product was; `None` of a new one.
    pub(super) before: Option<&'a Detail>,
    pub(super) draft: &'a ProductDraft,
}

impl News<'_> {
    /// As events. Customers hear that a product left their sight, and from then on nothing more of it.
    pub(super) async fn events(&self, tx: &Tx, currency: &Currency) -> Result<Vec<Event>> {
        let (id, draft) = (self.saved.id(), self.draft);
        let mut events = vec![];
        if self.touched {
            let kind = match self.saved {
                Saved::Created(_) => Kind::ProductCreated,
                _ => Kind::ProductUpdated,
            };
            let price = currency.show(draft.price);
            let whole = json!({
                "id": id, "name": draft.name, "slug": draft.slug, "published": draft.published, "price": price,
                "currency": currency.code,
            });
            let (audience, data) = match (draft.published, self.before.is_some_and(|before| before.product.published)) {
                (true, _) => (Audience::Everybody, whole),
                (false, true) => (Audience::Everybody, json!({"id": id, "published": false})),
                (false, false) => (Audience::Staff, whole),
            };
            events.push(Event { kind, subject_id: id, audience, data });
        }
        if let Some(before) = self.before {
            // Not the sum of what moved: a variant that was taken off sale took its stock along.
            let stock = |detail: &Detail| detail.variants.iter().map(|variant| variant.stock).sum();
            let after = store::stock::of_products(tx, vec![id]).await?;
            let after = after.first().map_or(0, |(_, level, _)| *level);
            let before = stock(before);
            if self.moved && before == after {
                events.push(level_event(Kind::StockChanged, id, after, draft.published));
            }
            events.extend(level_events(id, before, after, draft.published));
        }
        Ok(events)
    }
}

/// That a product is gone.
pub(super) fn deleted(product: &Product) -> Event {
    let audience = if product.published { Audience::Everybody } else { Audience::Staff };
    Event { kind: Kind::ProductDeleted, subject_id: product.id, audience, data: json!({"id": product.id}) }
}
