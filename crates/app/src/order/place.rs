//! `POST /order/place_order/`: a cart becomes an order, all or nothing, exactly once.
//!
//! Carts that are to become orders at the same moment are gathered into one transaction ([`crate::gather`]). It locks
//! the carts in the order of their ids, so of twins one finds it full and the others find it empty; then their products
//! in the order of theirs, each before its variants, so transactions that share them can't wait for each other in a
//! circle. Prices and stock are what those locked rows say. Carts have their turn in the order in which they came,
//! each with the stock that those before it left; one that does not fit is refused alone. Whatever fails leaves
//! everything as it was.

use crate::auth::{Assumed, Assumptions};
use crate::failure::carries_failure;
use crate::gather::{Job, Outcomes, Transaction, together, within_patience};
use crate::once::{Key, Once};
use crate::{App, Failure};
use domain::cart::Owner;
use domain::event::{Event, Kind};
use domain::order::{self, Contact, Order, Placement, Refusal, Status, Wanted};
use domain::time::Timestamp;
use std::collections::{BTreeMap, HashMap};
use store::Tx;
use store::cart::Owners;
use store::idempotency::Kept;
use store::order::{ForPlacing, Placed};
use store::stock::Taken;
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

/// Whose cart is to become an order.
#[derive(Clone, Debug)]
pub struct Buyer {
    /// The account or the session.
    pub owner: Owner,
    /// What was assumed of the account's login.
    pub assumed: Option<Assumed>,
}

/// Somebody whose cart is to become an order.
#[derive(Clone)]
pub(crate) struct Place {
    owner: Owner,
    assumed: Option<Assumed>,
    contact: Option<Contact>,
    once: Once<Order>,
}

impl App {
    /// Places an order of what is in a buyer's cart; `contact` is kept with it.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn place_order(
        &self,
        Buyer { owner, assumed }: Buyer,
        contact: Option<Contact>,
        once: Once<Order>,
    ) -> Result<Order, PlaceError> {
        let outcome = self.place_gathered(Place { owner, assumed, contact, once }).await;
        count(&outcome);
        outcome
    }

    async fn place_gathered(&self, place: Place) -> Result<Order, PlaceError> {
        let mut attempt = 1;
        loop {
            match self.gatherers.orders.ask(self, place.clone()).await? {
                Err(PlaceError::Failure(Failure::Store(error)))
                    if error.is_unique("orders_number") && attempt < NUMBERS =>
                {
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }
}

/// Orders that came about, and those that did not, by why.
fn count(outcome: &Result<Order, PlaceError>) {
    let reason = match outcome {
        Ok(_) => return metrics::counter!("oxcart_orders_placed_total").increment(1),
        // To be tried once more, or of somebody who may not order.
        Err(PlaceError::Failure(Failure::Outdated)) => return,
        Err(PlaceError::Refused(Refusal::InsufficientStock(_))) => "insufficient_stock",
        Err(PlaceError::Refused(Refusal::Empty)) => "cart_empty",
        Err(PlaceError::Refused(Refusal::TooLarge)) => "too_large",
        Err(PlaceError::Failure(_)) => "failure",
    };
    metrics::counter!("oxcart_orders_refused_total", "reason" => reason).increment(1);
}

impl Job for Place {
    const NAME: &'static str = "orders";
    type Answer = Result<Order, PlaceError>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Outcomes<Self>, Vec<Self>> {
        together(app, jobs).await
    }
}

impl Transaction for Place {
    type Done = Order;
    type Error = PlaceError;

    async fn attempt(app: &App, tx: Tx, jobs: &[Self]) -> Result<Outcomes<Self>, Failure> {
        let at = app.now();
        let owners: Owners = jobs.iter().map(|place| place.owner).collect();
        let assumed = jobs.iter().map(|place| place.assumed.as_ref());
        let outset = app.live.outset();
        let assumptions = Assumptions::of(app, assumed, outset);
        // Nobody else needs to know whether all is known.
        let head = outset.head.filter(|_| !assumptions.is_empty());
        let reading = store::order::for_placing(&tx, &owners, jobs.len(), assumptions.doubts(head));
        let found = within_patience(jobs.len(), reading).await?;
        let is_behind = app.live.may_be_behind(&found.settled);
        let outdated = assumptions.outdated(app, &tx, is_behind, &found.settled.logins).await?;
        let batch = Batch::decide(app, Locked::new(found), jobs, &outdated, at);
        if !batch.orders.is_empty() {
            store::order::save_placed(tx, batch.to_save(), at).await?;
        }
        let outcome = |(outcome, is_outdated)| if is_outdated { Err(Failure::Outdated.into()) } else { outcome };
        Ok(batch.outcomes().zip(outdated).map(outcome).collect())
    }
}

/// What a batch decides on: rows that are locked until it ends.
struct Locked {
    carts: HashMap<Owner, i64>,
    /// By cart.
    wanted: HashMap<i64, Vec<Wanted>>,
    /// The stock of the products and whether customers see them.
    products: BTreeMap<i64, (i64, bool)>,
    /// For as many orders as there may be.
    ids: Vec<i64>,
}

impl Locked {
    fn new(ForPlacing { carts, wanted, products, ids, .. }: ForPlacing) -> Self {
        let mut by_cart: HashMap<i64, Vec<Wanted>> = HashMap::new();
        for (cart_id, line) in wanted {
            by_cart.entry(cart_id).or_default().push(line);
        }
        Self {
            carts: carts.into_iter().map(|(id, owner)| (owner, id)).collect(),
            wanted: by_cart,
            products: products.into_iter().map(|(id, level, published)| (id, (level, published))).collect(),
            ids,
        }
    }
}

/// What becomes of a batch.
#[derive(Default)]
struct Batch {
    /// For each job, in order, the place of its order, or why there is none.
    decided: Vec<Result<usize, Refusal>>,
    orders: Vec<Order>,
    taken: Vec<Taken>,
    carts: Vec<i64>,
    events: Vec<Event>,
    /// Answers to those who may ask again.
    answers: Vec<(Key, Kept)>,
}

impl Batch {
    /// Decides about each job; about those that are `outdated`, as if nothing were in their carts.
    fn decide(app: &App, locked: Locked, jobs: &[Place], outdated: &[bool], at: Timestamp) -> Self {
        let mut carts = locked.wanted;
        // Of twins the first takes the cart, and the others find it empty.
        let wanted_by = |(place, is_outdated): (&Place, &bool)| {
            let cart = locked.carts.get(&place.owner).filter(|_| !is_outdated);
            cart.and_then(|cart| carts.remove(cart)).unwrap_or_default()
        };
        let wanted: Vec<_> = jobs.iter().zip(outdated).map(wanted_by).collect();
        let mut batch = Self::default();
        let mut levels: HashMap<i64, i64> = wanted.iter().flatten().map(|line| (line.variant_id, line.stock)).collect();
        let mut left = locked.products.clone();
        for (Place { owner, contact, once, .. }, outcome) in jobs.iter().zip(order::place_in_turn(wanted)) {
            let decided = outcome.map(|placement| {
                let id = locked.ids[batch.orders.len()];
                let order = Order { contact: contact.clone(), ..app.new_order(id, *owner, placement, at) };
                batch.take(&order, *owner, &mut levels, &mut left);
                batch.carts.extend(locked.carts.get(owner));
                batch.answers.extend(once.as_ref().map(|keyed| keyed.answer(&order)));
                batch.orders.push(order);
                batch.orders.len() - 1
            });
            batch.decided.push(decided);
        }
        batch.events = app.events_of(&batch, &locked.products, &left);
        batch
    }

    /// Notes the stock that an order takes.
    fn take(
        &mut self,
        order: &Order,
        owner: Owner,
        levels: &mut HashMap<i64, i64>,
        left: &mut BTreeMap<i64, (i64, bool)>,
    ) {
        for line in &order.lines {
            let Some(level) = levels.get_mut(&line.variant_id) else { continue };
            *level -= line.quantity;
            let (variant_id, quantity, order_id) = (line.variant_id, line.quantity, order.id);
            self.taken.push(Taken { variant_id, quantity, level: *level, order_id, actor_id: owner.user_id() });
            if let Some((level, _)) = left.get_mut(&line.product_id) {
                *level -= line.quantity;
            }
        }
    }

    fn to_save(&self) -> Placed<'_> {
        let Self { orders, taken, carts, events, answers, .. } = self;
        Placed { orders, taken, carts, events, answers }
    }

    fn outcomes(self) -> impl Iterator<Item = Result<Order, PlaceError>> {
        let mut orders = self.orders.into_iter();
        // Orders were placed in the order of their jobs.
        let outcome = move |decided: Result<usize, Refusal>| match decided {
            Ok(_) => orders.next().ok_or_else(|| Failure::from(store::Error::Other("an order got lost".into())).into()),
            Err(refusal) => Err(refusal.into()),
        };
        self.decided.into_iter().map(outcome)
    }
}

impl App {
    fn new_order(&self, id: i64, owner: Owner, placement: Placement, at: Timestamp) -> Order {
        let Placement { lines, total } = placement;
        Order {
            id,
            number: order::number(self.random()),
            user_id: owner.user_id(),
            session_id: owner.session_id(),
            status: Status::Pending,
            total,
            currency: self.settings.currency.code.clone(),
            lines,
            contact: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// What a batch tells: each order, then what is left of each product once, then each cart.
    fn events_of(
        &self,
        batch: &Batch,
        before: &BTreeMap<i64, (i64, bool)>,
        after: &BTreeMap<i64, (i64, bool)>,
    ) -> Vec<Event> {
        let placed = batch.orders.iter().map(|order| self.order_event(Kind::OrderPlaced, order));
        let moved = before.iter().zip(after).flat_map(|((id, (before, published)), (_, (after, _)))| {
            super::level_events(*id, *before, *after, *published)
        });
        let emptied = batch
            .orders
            .iter()
            .zip(&batch.carts)
            .filter_map(|(order, cart)| Some(crate::cart::changed(*cart, super::events::owner(order)?, 0, 0)));
        placed.chain(moved).chain(emptied).collect()
    }
}
