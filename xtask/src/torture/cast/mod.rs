//! Who takes part: a shop with a few scarce products, shoppers with carts and orders of their own, and the staff. What
//! they ask is recorded.

mod books;
mod caller;
mod clerk;
mod shopper;

use super::history::{Recorder, STAFF, Units};
use crate::stage::Servers;
use anyhow::{Context, Result};
pub(super) use books::doctor;
use caller::Caller;
use clerk::Clerk;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;
use shopper::Shopper;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use testkit::{Builder, Client, Person, Shop};

const PRODUCTS: usize = 6;
/// Of each product at first: fewer than everybody wants.
const STOCK: i64 = 40;
const SESSIONS: usize = 12;
const CUSTOMERS: usize = 4;
const CLERKS: usize = 2;

/// A shop that nothing but the torture limits: no rates, no tokens that end meanwhile, connections for everybody.
///
/// # Errors
/// When the program's path is not UTF-8.
pub(super) fn shop(servers: &Servers, program: &Path, instances: usize) -> Result<Builder> {
    let shop = servers.builder(program)?.instances(instances);
    let shop = shop.env("OXCART_ACCESS_TOKEN_LIFETIME", "12h").env("OXCART_REGISTER_RATE", "1000000/s");
    let shop = shop.env("OXCART_MAX_CONNECTIONS_PER_ADDRESS", "100000");
    Ok(shop.env("OXCART_LOGIN_FAILURE_RATE", "1000000/s").env("OXCART_LOGIN_ADDRESS_RATE", "1000000/s"))
}

/// A running shop, and everybody in it.
pub(super) struct Cast {
    pub(super) shop: Shop,
    pub(super) recorder: Recorder,
    /// By process, the staff first.
    people: Vec<Client>,
    initial: Units,
    addresses: Arc<Vec<String>>,
    /// The last line of the ledger before the run.
    ledger_begins: i64,
}

impl Cast {
    /// Opens the shop and lets everybody in.
    ///
    /// # Errors
    /// When the program's path is not UTF-8, or the database is not to be read.
    pub(super) async fn gather(servers: &Servers, program: &Path, instances: usize) -> Result<Self> {
        let shop = shop(servers, program, instances)?.start().await;
        let staff = shop.staff().await;
        let mut initial = Units::new();
        for number in 1..=PRODUCTS {
            initial.insert(product(&staff, &format!("Product {number}"), STOCK).await?, STOCK);
        }
        let mut people = vec![staff.client.clone()];
        for number in 0..SESSIONS + CUSTOMERS {
            let person = if number < CUSTOMERS { shop.customer().await.client } else { shop.client() };
            person.post("/cart/add/", json!({"product_id": initial.keys().next()})).await.expect(201);
            person.delete("/cart/").await.expect(204);
            people.push(person);
        }
        let addresses = (0..shop.instances()).map(|number| shop.url_of(number)).collect();
        let begins =
            tokio::task::block_in_place(|| shop.look("SELECT CAST(coalesce(max(id), 0) AS text) FROM stock_movements"));
        let begins = begins.into_iter().next().flatten().context("the ledger has an end")?.parse()?;
        let (recorder, addresses) = (Recorder::new(), Arc::new(addresses));
        Ok(Self { shop, recorder, people, initial, addresses, ledger_begins: begins })
    }

    /// Everybody at work, until it is over.
    pub(super) fn at_work(&self, seed: u64, over: &Arc<AtomicBool>) -> tokio::task::JoinSet<()> {
        let products: Arc<Vec<i64>> = Arc::new(self.initial.keys().copied().collect());
        let mut at_work = tokio::task::JoinSet::new();
        let mut chances = (0..).map(|number| StdRng::seed_from_u64(seed.wrapping_mul(1_000).wrapping_add(number)));
        let mut chances = || chances.next().unwrap_or_else(|| StdRng::seed_from_u64(seed));
        for (process, client) in self.people.iter().enumerate() {
            let caller = Caller::new(process, client, &self.addresses, &self.recorder);
            if process == STAFF {
                for _ in 0..CLERKS {
                    at_work.spawn(Clerk::new(caller.clone(), &products, chances()).run(Arc::clone(over)));
                }
            } else {
                at_work.spawn(Shopper::new(caller, &products, chances()).run(Arc::clone(over)));
            }
        }
        at_work
    }
}

/// A plain product; its id.
///
/// # Errors
/// When the answer has none.
pub(super) async fn product(staff: &Person, name: &str, stock: i64) -> Result<i64> {
    let product = json!({"name": name, "price": "1.00", "stock": stock});
    let made = staff.post("/products/", product).await.expect(201).json();
    made["id"].as_i64().context("a product has an id")
}
