//! The stories, one file for what belongs together.

mod buying;
mod keyboard;
mod live;
pub(super) mod looks;

use super::scene::Scene;
use std::pin::Pin;
use std::sync::Arc;

/// A story that is played; it panics where it goes otherwise than told.
type Playing = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Something people do; its name is the promise.
pub(super) struct Story {
    pub(super) name: &'static str,
    pub(super) play: fn(Arc<Scene>) -> Playing,
}

/// A line of the table.
macro_rules! story {
    ($name:literal, $play:path) => {
        Story { name: $name, play: |scene| Box::pin(async move { $play(&scene).await }) }
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
    story!("the keyboard alone buys something", keyboard::alone),
    story!("every page looks right", looks::all),
];
