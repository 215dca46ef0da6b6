//! Who takes part in `chaos`: accounts with carts and orders of their own, anonymous sessions, staff, and nobody in
//! particular; each with several clients that follow different topics in different ways.

use super::follower::{Field, Follower, Way};
use super::shopper::Shopper;
use crate::log::{self, Who};
use crate::support::{World, add, id, place};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use testkit::Client;

const CUSTOMERS: usize = 20;
const SESSIONS: usize = 20;
const PRODUCTS: usize = 8;
/// Clients of one account or session.
const EACH: usize = 3;
const STAFF_CLIENTS: usize = 30;
const NOBODYS: usize = 50;

/// One account or session, or nobody.
struct Person {
    who: Who,
    caller: Client,
    /// An order of theirs from before the test; of anybody's for the staff.
    order: i64,
}

/// Everybody, and what they buy.
pub(super) struct Cast {
    people: Vec<Person>,
    products: Arc<Vec<i64>>,
}

impl Cast {
    /// Makes them, one after the other, so that it is known who is who.
    pub(super) async fn gather(world: &World) -> Self {
        let mut products = vec![];
        for number in 0..PRODUCTS {
            products.push(world.product(&format!("Product {number}"), "1.00", 1_000).await);
        }
        let mut people = vec![];
        for number in 0..CUSTOMERS + SESSIONS {
            let (caller, email) = if number < CUSTOMERS {
                let customer = world.shop.customer().await;
                (customer.client, Some(customer.email))
            } else {
                (world.shop.client(), None)
            };
            add(&caller, products[number % PRODUCTS], 1).await.expect(201);
            let who = match email {
                Some(email) => Who::Customer(log::account(&world.shop, &email)),
                None => Who::Session(log::newest_session(&world.shop)),
            };
            let order = id(&place(&caller).await);
            people.push(Person { who, caller, order });
        }
        let order = people[0].order;
        people.push(Person { who: log::staff(world), caller: world.staff.client.clone(), order });
        people.push(Person { who: Who::Nobody, caller: world.shop.client(), order });
        Self { people, products: Arc::new(products) }
    }

    /// Two hundred clients: sockets mostly, every tenth a stream, every tenth polling.
    pub(super) fn followers(&self, field: &Field) -> Vec<Follower> {
        let mut followers = vec![];
        for person in &self.people {
            let clients = match person.who {
                Who::Nobody => NOBODYS,
                Who::Staff(_) => STAFF_CLIENTS,
                _ => EACH,
            };
            for client in 0..clients {
                let number = followers.len();
                let way = match number % 10 {
                    3 => Way::Stream,
                    8 => Way::Polling,
                    _ => Way::Socket,
                };
                let topics = self.topics(person, client, way);
                let topics: Vec<_> = topics.iter().map(String::as_str).collect();
                followers.push(Follower::new(number, person.who, person.caller.clone(), way, &topics, field));
            }
        }
        assert_eq!(followers.len(), 200);
        followers
    }

    /// What a client follows. Streams and polling have the catalogue among it, so that they hear of the last event.
    fn topics(&self, person: &Person, client: usize, way: Way) -> Vec<String> {
        let product = format!("product:{}", self.products[client % PRODUCTS]);
        let order = format!("order:{}", person.order);
        let mut topics: Vec<String> = match (person.who, client % 3) {
            (Who::Nobody, 0) => vec!["products".into()],
            (Who::Nobody, 1) => vec![product],
            (Who::Nobody, _) => vec!["products".into(), product],
            (_, 0) => vec!["cart".into(), "orders".into()],
            (_, 1) => vec![order, "orders".into(), product],
            (_, _) => vec!["orders".into(), "cart".into(), "products".into()],
        };
        if !matches!(way, Way::Socket) && !topics.contains(&"products".to_owned()) {
            topics.push("products".into());
        }
        topics
    }

    /// Everybody who buys, and two members of the staff.
    pub(super) fn shoppers(&self, field: &Field, over: &Arc<AtomicBool>) -> Vec<Shopper> {
        let busy = self.people.iter().filter(|person| person.who != Who::Nobody);
        let twice = busy.clone().filter(|person| matches!(person.who, Who::Staff(_)));
        let shopper = |(number, person): (usize, &Person)| Shopper {
            caller: person.caller.clone(),
            is_staff: matches!(person.who, Who::Staff(_)),
            products: Arc::clone(&self.products),
            random: field.chances(1_000 + number),
            field: field.clone(),
            over: Arc::clone(over),
        };
        busy.chain(twice).enumerate().map(shopper).collect()
    }
}
