//! Fills its cart, orders, often from several places at once, looks, and changes its mind.

use super::caller::Caller;
use crate::torture::history::{Asked, Outcome, Told};
use futures_util::future::join_all;
use rand::RngExt;
use rand::rngs::StdRng;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(super) struct Shopper {
    caller: Caller,
    products: Arc<Vec<i64>>,
    random: StdRng,
    /// Keys it has used.
    keys: u32,
}

impl Shopper {
    pub(super) fn new(caller: Caller, products: &Arc<Vec<i64>>, random: StdRng) -> Self {
        Self { caller, products: Arc::clone(products), random, keys: 0 }
    }

    pub(super) async fn run(mut self, over: Arc<AtomicBool>) {
        while !over.load(Ordering::Relaxed) {
            match self.random.random_range(0..10) {
                0..7 => self.buy().await,
                7..9 => drop(self.look().await),
                _ => drop(self.ask(Asked::List, None).await),
            }
            let pause = self.random.random_range(1..25);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    async fn buy(&mut self) {
        for _ in 0..self.random.random_range(1..3) {
            let (product, quantity) = (self.product(), self.random.random_range(1..4));
            self.ask(Asked::Add { product, quantity }, None).await;
        }
        let key = self.random.random_bool(0.5).then(|| {
            self.keys += 1;
            self.caller.key(self.keys)
        });
        let mut placed = self.place(key.as_deref()).await;
        // What is left open is asked again under the same key, as a client would.
        for _ in 0..3 {
            if placed.is_some() || key.is_none() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            placed = self.place(key.as_deref()).await;
        }
        if self.random.random_bool(0.5) {
            self.ask(Asked::List, None).await;
        }
        if self.random.random_bool(0.3) {
            self.look().await;
        }
        // A client that forgot the answer.
        if key.is_some() && self.random.random_bool(0.3) {
            self.ask(Asked::Place, key.as_deref()).await;
        }
        if let Some(order) = placed.flatten().filter(|_| self.random.random_bool(0.3)) {
            self.twins(Asked::Cancel { order }, None).await;
        }
    }

    /// Orders, alone or with twins. The order that was made, if it is known; `None` when that is open.
    async fn place(&mut self, key: Option<&str>) -> Option<Option<i64>> {
        let outcomes = self.twins(Asked::Place, key).await;
        let order = outcomes.iter().find_map(|outcome| match outcome {
            Outcome::Ok(Told::Placed { order, .. }) => Some(*order),
            _ => None,
        });
        let is_open = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Unknown(..) | Outcome::Fail(0)));
        if order.is_none() && is_open { None } else { Some(order) }
    }

    /// The same once, or up to four times at once.
    async fn twins(&mut self, asked: Asked, key: Option<&str>) -> Vec<Outcome> {
        let count = if self.random.random_bool(0.5) { 1 } else { self.random.random_range(2..5) };
        let instances: Vec<usize> = (0..count).map(|_| self.instance()).collect();
        join_all(instances.into_iter().map(|instance| self.caller.ask(instance, asked.clone(), key))).await
    }

    async fn look(&mut self) -> Outcome {
        let product = self.product();
        self.ask(Asked::Look { product }, None).await
    }

    async fn ask(&mut self, asked: Asked, key: Option<&str>) -> Outcome {
        let instance = self.instance();
        self.caller.ask(instance, asked, key).await
    }

    fn product(&mut self) -> i64 {
        self.products[self.random.random_range(0..self.products.len())]
    }

    fn instance(&mut self) -> usize {
        self.random.random_range(0..self.caller.instances())
    }
}
