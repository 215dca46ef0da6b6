//! Those who make the events of `chaos`: buyers fill carts, order and cancel, the staff restocks and moves orders on.
//! Instances die under them; whether what they asked was done is told by the log alone.

use super::follower::Field;
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use testkit::{Answer, Client};

/// One of those who make events.
pub(super) struct Shopper {
    pub(super) caller: Client,
    pub(super) is_staff: bool,
    pub(super) products: Arc<Vec<i64>>,
    pub(super) random: StdRng,
    pub(super) field: Field,
    pub(super) over: Arc<AtomicBool>,
}

impl Shopper {
    /// Goes on until it is over; returns how many requests were done.
    pub(super) async fn run(mut self) -> usize {
        let mut done = 0;
        while !self.over.load(Ordering::Relaxed) {
            done += if self.is_staff { self.work().await } else { self.shop().await };
            let pause = self.random.random_range(200..900);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        done
    }

    /// Fills the cart and orders; changes its mind now and then.
    async fn shop(&mut self) -> usize {
        let mut done = 0;
        for _ in 0..self.random.random_range(1..3) {
            let line = json!({"product_id": self.product(), "quantity": self.random.random_range(1..4)});
            done += usize::from(self.ask("POST", "/cart/add/", line).await.is_some());
        }
        if self.random.random_bool(0.2) {
            return done + usize::from(self.ask("DELETE", "/cart/", json!({})).await.is_some());
        }
        let Some(placed) = self.ask("POST", "/order/place_order/", json!({})).await else { return done };
        if self.random.random_bool(0.3) {
            let path = format!("/order/{}/cancel/", placed.json()["order"]["id"]);
            done += usize::from(self.ask("POST", &path, json!({})).await.is_some());
        }
        done + 1
    }

    /// Counts a shelf, and sends an order on its way.
    async fn work(&mut self) -> usize {
        let (path, stock) = (format!("/products/{}/", self.product()), self.random.random_range(0..200));
        let counted = self.ask("PATCH", &path, json!({"stock": stock})).await.is_some();
        let Some(orders) = self.ask("GET", "/order/?status=pending", Value::Null).await else {
            return usize::from(counted);
        };
        let order = orders.json()["results"][0]["id"].clone();
        let status = ["processing", "shipped", "cancelled"][self.random.random_range(0..3)];
        let moved = self.ask("POST", &format!("/order/{order}/update_status/"), json!({"status": status})).await;
        usize::from(counted) + usize::from(moved.is_some())
    }

    fn product(&mut self) -> i64 {
        self.products[self.random.random_range(0..self.products.len())]
    }

    /// At any instance; nothing when it is away or says no.
    async fn ask(&mut self, method: &str, path: &str, body: Value) -> Option<Answer> {
        let caller = self.caller.at(self.field.address(&mut self.random));
        let body = (!body.is_null()).then_some(body);
        let answer = caller.try_send(method.parse().expect("a method"), path, body).await.ok()?;
        assert!(answer.status < 500 || answer.status == 503, "{answer}");
        (answer.status < 300).then_some(answer)
    }
}
