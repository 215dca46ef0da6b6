//! The stories, one file for what belongs together.

mod buying;
mod by_link;
mod console;
mod keyboard;
mod live;
pub(super) mod looks;
mod reference;

use super::scene::Scene;
use std::pin::Pin;
use std::sync::Arc;

/// A story that is played; it panics where it goes otherwise than told.
type Playing = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Something people do; its name is the promise.
pub(super) struct Story {
    pub(super) name: &'static str,
    pub(super) play: fn(Arc<Scene>) -> Playing,
    /// Whether the first set-up is enough: how pages look has nothing to do with the database.
    pub(super) once: bool,
}

/// A line of the table.
macro_rules! story {
    ($name:literal, $play:path) => {
        Story { name: $name, play: |scene| Box::pin(async move { $play(&scene).await }), once: false }
    };
}

/// Every story, in the order they are played.
pub(super) const ALL: &[Story] = &[
    story!("a guest finds something and buys it", buying::as_a_guest),
    story!("the back button undoes a filter", buying::back),
    story!("a guest's bag comes along when they sign in", buying::signing_in),
    story!("too little in stock is told with a way on", buying::too_little),
    story!("two tabs show the same bag", live::two_tabs),
    story!("an open order page changes when staff ships", live::shipping),
    story!("an order is cancelled while it is pending", live::cancelling),
    story!("who has the mail follows the order in any browser", by_link::following),
    story!("the keyboard alone buys something", keyboard::alone),
    story!("the staff signs in, and nobody else", console::coming_in::signing_in),
    story!("the staff ships a new order and the customer sees it", console::orders::shipping),
    story!("new orders appear on the dashboard", console::orders::watching),
    story!("many orders are moved on at once", console::orders::many),
    story!("orders are sorted, and the address says how", console::orders::sorting),
    story!("pages of orders stay what they are while others come in", console::orders::turning),
    story!("orders are exported as they are listed", console::orders::exporting),
    story!("stock is corrected where it stands", console::goods::counting),
    story!("a price may be written with a comma", console::goods::pricing),
    story!("low stock leads to just that", console::goods::running_low),
    story!("an import tells its progress and its bad row", console::goods::importing),
    story!("pictures are added and put in order", console::goods::picturing),
    story!("the console works with the keyboard alone", console::coming_in::with_keys),
    story!("the console works on a phone", console::coming_in::on_a_phone),
    story!("who may only look is offered nothing else", console::coming_in::only_looking),
    story!("an operation is found and tried in the reference", reference::trying),
    Story { once: true, ..story!("every page of the shop looks right", looks::shop) },
    Story { once: true, ..story!("every page of the console looks right", looks::console) },
];
