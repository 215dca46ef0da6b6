//! Counts shelves, sends orders on their way, calls them off at the same moment, and tries to turn them back.

use super::caller::Caller;
use crate::torture::history::{Asked, Outcome, Status, Told};
use futures_util::future::join;
use rand::RngExt;
use rand::rngs::StdRng;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(super) struct Clerk {
    caller: Caller,
    products: Arc<Vec<i64>>,
    random: StdRng,
}

impl Clerk {
    pub(super) fn new(caller: Caller, products: &Arc<Vec<i64>>, random: StdRng) -> Self {
        Self { caller, products: Arc::clone(products), random }
    }

    pub(super) async fn run(mut self, over: Arc<AtomicBool>) {
        while !over.load(Ordering::Relaxed) {
            match self.random.random_range(0..4) {
                0 => self.restock().await,
                1 => self.look().await,
                _ => self.move_on().await,
            }
            let pause = self.random.random_range(5..40);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    async fn restock(&mut self) {
        let (product, level) = (self.product(), self.random.random_range(5..60));
        self.ask(Asked::Restock { product, level }).await;
    }

    async fn look(&mut self) {
        let product = self.product();
        self.ask(Asked::Look { product }).await;
    }

    /// One of the newest orders is asked to go two ways at once.
    async fn move_on(&mut self) {
        let Outcome::Ok(Told::Orders { seen, .. }) = self.ask(Asked::List).await else { return };
        let newest = &seen[..seen.len().min(12)];
        if newest.is_empty() {
            return;
        }
        let (order, _) = newest[self.random.random_range(0..newest.len())];
        let ways = [
            (Status::Processing, Status::Cancelled),
            (Status::Shipped, Status::Cancelled),
            (Status::Cancelled, Status::Cancelled),
            (Status::Delivered, Status::Processing),
            (Status::Shipped, Status::Pending),
        ];
        let (one, other) = ways[self.random.random_range(0..ways.len())];
        let (here, there) = (self.instance(), self.instance());
        let ask = |instance, to| self.caller.ask(instance, Asked::Move { order, to }, None);
        join(ask(here, one), ask(there, other)).await;
    }

    async fn ask(&mut self, asked: Asked) -> Outcome {
        let instance = self.instance();
        self.caller.ask(instance, asked, None).await
    }

    fn product(&mut self) -> i64 {
        self.products[self.random.random_range(0..self.products.len())]
    }

    fn instance(&mut self) -> usize {
        self.random.random_range(0..self.caller.instances())
    }
}
