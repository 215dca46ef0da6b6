//! `POST /cart/add/`

use crate::auth::{Assumed, Assumptions};
use crate::failure::carries_failure;
use crate::gather::{Job, Outcomes, Transaction, together, within_patience};
use crate::once::{Keyed, Once};
use crate::{App, Failure};
use domain::cart::{self, Owner, Refusal};
use domain::catalogue::Product;
use domain::event::Event;
use domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::Tx;
use store::cart::{CartLine, ForAdding, Offer, Owners, Put, Standing};
use thiserror::Error;

/// Who shops.
#[derive(Clone, Debug)]
pub enum Shopper {
    /// An account, by id, and what was assumed of its login.
    User(i64, Option<Assumed>),
    /// Somebody with, or without, the key of a session.
    Anonymous(Option<String>),
}

/// What is to go into the cart.
#[derive(Clone, Copy, Debug)]
pub struct NewLine {
    /// The product.
    pub product_id: i64,
    /// The variant; needed when the product has several.
    pub variant_id: Option<i64>,
    /// How many; at least 1.
    pub quantity: i64,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Added {
    /// The line as it is now.
    pub line: CartLine,
    /// Whether the line is new; otherwise its quantity grew.
    pub created: bool,
    /// The key of the session to hand to an anonymous caller, when it is new or was prolonged.
    pub session_key: Option<String>,
}

/// Why nothing went in.
#[derive(Debug, Error)]
pub enum AddError {
    /// No such product on sale.
    #[error("Product not found")]
    ProductNotFound,
    /// The product has several variants and none was named.
    #[error("This field is required.")]
    VariantRequired,
    /// The product has no such variant.
    #[error("Invalid pk \"{0}\" - object does not exist.")]
    VariantNotFound(i64),
    /// The quantity can't be had.
    #[error("the quantity can't be had")]
    Refused(Refusal),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(AddError);

/// Something that is to go into somebody's cart.
#[derive(Clone)]
pub(crate) struct Add {
    owner: Owner,
    assumed: Option<Assumed>,
    new: NewLine,
    once: Once<(CartLine, bool)>,
}

impl App {
    /// Puts something into a cart; an anonymous caller without a session gets one.
    /// Under a key, `once` is shown the line and whether it is new.
    #[tracing::instrument(level = "trace", target = "oxcart::trace", skip_all)]
    pub async fn add_to_cart(
        &self,
        shopper: Shopper,
        new: NewLine,
        once: Once<(CartLine, bool)>,
    ) -> Result<Added, AddError> {
        let key = match shopper {
            Shopper::User(id, assumed) => {
                return self.add_for(Add { owner: Owner::User(id), assumed, new, once }, None).await;
            }
            Shopper::Anonymous(key) => key,
        };
        let session = match self.shopping_session(key.as_deref()).await? {
            Some(session) => session,
            None => {
                // Nobody gets a session for what can't be had.
                let is_current = self.has_read_all().await?;
                let offers = self.offers(&[new.product_id], is_current).await?;
                self.fit(offers.get(&new.product_id).map_or(&[], |(_, offers)| offers), new, 0)?;
                self.new_session().await?
            }
        };
        let add_to = |id, once| Add { owner: Owner::Session(id), assumed: None, new, once };
        match self.add_for(add_to(session.id, once.clone()), session.key).await {
            // The session has ended (a login took it over): start another.
            Err(AddError::Failure(Failure::Store(store::Error::Refused(_)))) => {
                let session = self.new_session().await?;
                self.add_for(add_to(session.id, once), session.key).await
            }
            outcome => outcome,
        }
    }

    async fn add_for(&self, add: Add, session_key: Option<String>) -> Result<Added, AddError> {
        let (line, created) = self.gatherers.cart_adds.ask(self, add).await??;
        Ok(Added { line, created, session_key })
    }

    /// The variant that is meant, and how many of it the line is to hold that now `has` so many.
    fn fit<'a>(&self, offers: &'a [Offer], new: NewLine, has: i64) -> Result<(&'a Offer, i64), AddError> {
        let offer = pick(offers, new)?;
        let limit = self.settings.max_line_quantity;
        Ok((offer, cart::add(has, new.quantity, offer.available, limit).map_err(AddError::Refused)?))
    }
}

/// The variant that is meant: the named one, or the only one of the product.
fn pick(of_product: &[Offer], new: NewLine) -> Result<&Offer, AddError> {
    let Some(first) = of_product.first().filter(|first| first.product.published) else {
        return Err(AddError::ProductNotFound);
    };
    match new.variant_id {
        Some(id) => of_product.iter().find(|offer| offer.variant_id == id).ok_or(AddError::VariantNotFound(id)),
        None if of_product.len() == 1 => Ok(first),
        None => Err(AddError::VariantRequired),
    }
}

impl Job for Add {
    const NAME: &'static str = "cart_additions";
    type Answer = Result<(CartLine, bool), AddError>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Outcomes<Self>, Vec<Self>> {
        together(app, jobs).await
    }
}

impl Transaction for Add {
    type Done = (CartLine, bool);
    type Error = AddError;

    async fn attempt(app: &App, tx: Tx, jobs: &[Self]) -> Result<Outcomes<Self>, Failure> {
        let at = app.now();
        let owners: Owners = jobs.iter().map(|add| add.owner).collect();
        let products: BTreeSet<i64> = jobs.iter().map(|add| add.new.product_id).collect();
        let products: Vec<i64> = products.into_iter().collect();
        let outset = app.live.outset();
        let assumptions = Assumptions::of(app, jobs.iter().map(|add| add.assumed.as_ref()), outset);
        let known = app.offers_but_for_stock(&products, outset);
        let doubts = assumptions.doubts(outset.head);
        let reading = store::cart::for_adding(&tx, &owners, products.clone(), known.unknown(), doubts);
        let ForAdding { carts, standing, levels, offers, settled } = within_patience(jobs.len(), reading).await?;
        if !offers.is_empty() {
            // What is remembered of them outlives this transaction.
            app.db.lasts().await?;
        }
        let mut all = known.learn(app, offers);
        let is_behind = app.live.may_be_behind(&settled);
        let outdated = assumptions.outdated(app, &tx, is_behind, &settled.logins).await?;
        if is_behind && !outset.others_write {
            // What was in memory may be old.
            all = app.offers(&products, false).await?.into_iter().map(|(id, (_, offers))| (id, offers)).collect();
        }
        let offers = all.into_iter().map(|(id, offers)| (id, with_levels(&offers, &levels))).collect();
        let mut batch = Batch::new(carts, standing);
        let decide = |(add, is_outdated): (&Add, bool)| match is_outdated {
            true => Err(Failure::Outdated.into()),
            false => batch.decide(app, &offers, add),
        };
        let decided: Vec<_> = jobs.iter().zip(outdated).map(decide).collect();
        if !batch.put.is_empty() {
            let keyed = jobs.iter().zip(&decided).filter_map(|(add, step)| add.once.as_ref().zip(step.as_ref().ok()));
            batch.save(tx, &keyed.collect::<Vec<_>>(), at).await?;
        }
        Ok(decided.into_iter().map(|decided| decided.map(|step| batch.outcome(step))).collect())
    }
}

/// Offers by product, with the stock there is.
type Offered = HashMap<i64, Vec<Offer>>;

/// Offers with the stock there is; those whose level is unknown were taken away.
fn with_levels(offers: &[Offer], levels: &HashMap<i64, i64>) -> Vec<Offer> {
    let available = |offer: &Offer| Some(Offer { available: *levels.get(&offer.variant_id)?, ..offer.clone() });
    let mut offers: Vec<Offer> = offers.iter().filter_map(available).collect();
    let stock = offers.iter().map(|offer| offer.available).sum();
    if let Some(product) = offers.first().map(|offer| Arc::clone(&offer.product)).filter(|one| one.stock != stock) {
        let product = Arc::new(Product { stock, ..Product::clone(&product) });
        offers.iter_mut().for_each(|offer| offer.product = Arc::clone(&product));
    }
    offers
}

/// What becomes of the carts of a batch.
#[derive(Default)]
struct Batch {
    carts: HashMap<Owner, i64>,
    /// The lines of the carts as they are to be; those that are new have no id yet.
    lines: BTreeMap<(Owner, i64), Line>,
    /// What is to be saved, by owner and variant.
    put: BTreeMap<(Owner, i64), i64>,
}

#[derive(Clone, Copy)]
struct Line {
    id: Option<i64>,
    quantity: i64,
}

/// One job's part: its line after it.
#[derive(Clone)]
struct Step {
    owner: Owner,
    offer: Offer,
    quantity: i64,
    created: bool,
}

impl Batch {
    fn new(carts: Vec<(i64, Owner)>, standing: Vec<Standing>) -> Self {
        let line =
            |one: Standing| ((one.owner, one.variant_id), Line { id: Some(one.line_id), quantity: one.quantity });
        Self {
            carts: carts.into_iter().map(|(id, owner)| (owner, id)).collect(),
            lines: standing.into_iter().map(line).collect(),
            put: BTreeMap::new(),
        }
    }

    /// Decides about one job, with what those before it have put into the same cart.
    fn decide(&mut self, app: &App, offers: &Offered, add: &Add) -> Result<Step, AddError> {
        let (owner, new) = (add.owner, add.new);
        let offers = offers.get(&new.product_id).map_or(&[][..], Vec::as_slice);
        let variant_id = pick(offers, new)?.variant_id;
        let line = self.lines.get(&(owner, variant_id)).copied();
        let (offer, quantity) = app.fit(offers, new, line.map_or(0, |line| line.quantity))?;
        self.lines.insert((owner, variant_id), Line { id: line.and_then(|line| line.id), quantity });
        self.put.insert((owner, variant_id), new.product_id);
        Ok(Step { owner, offer: offer.clone(), quantity, created: line.is_none() })
    }

    /// Saves what was decided, and keeps the answers to those steps that were asked for under a key.
    async fn save(
        &mut self,
        tx: Tx,
        keyed: &[(&Keyed<(CartLine, bool)>, &Step)],
        at: Timestamp,
    ) -> Result<(), Failure> {
        let owners: BTreeSet<Owner> = self.put.keys().map(|(owner, _)| *owner).collect();
        let missing: Vec<_> = owners.iter().copied().filter(|owner| !self.carts.contains_key(owner)).collect();
        if !missing.is_empty() {
            let made = store::cart::make_missing(&tx, &missing, at).await?;
            if made.len() < missing.len() {
                // Somebody else has made one since we looked.
                return Err(store::Error::Retry("a cart appeared meanwhile".into()).into());
            }
            self.carts.extend(made.into_iter().map(|(id, owner)| (owner, id)));
        }
        let put = |(line, product_id): (&(Owner, i64), &i64)| {
            let (owner, variant_id) = *line;
            let (cart_id, quantity) = (*self.carts.get(&owner)?, self.lines.get(line)?.quantity);
            Some(Put { cart_id, product_id: *product_id, variant_id, quantity })
        };
        let lines: Vec<Put> = self.put.iter().filter_map(put).collect();
        let carts: Vec<i64> = owners.iter().filter_map(|owner| self.carts.get(owner).copied()).collect();
        let events: Vec<_> = owners.iter().filter_map(|owner| self.changed(*owner)).collect();
        let last = store::cart::Added { lines: &lines, cart_ids: &carts, events: &events };
        if keyed.is_empty() {
            self.learn(store::cart::save_added(tx, last, at).await?);
            return Ok(());
        }
        // Answers name the ids of new lines, so those have to be known before the end.
        self.learn(store::cart::put_added(&tx, last, at).await?);
        let answers: Vec<_> =
            keyed.iter().map(|(keyed, step)| keyed.answer(&self.outcome(Step::clone(step)))).collect();
        let keeping = store::idempotency::keeping(answers.iter().map(|(key, kept)| (key, kept)), at);
        Ok(tx.finish(vec![keeping]).await.map(drop)?)
    }

    /// Takes in the ids of lines: `(cart id, variant id, line id)`.
    fn learn(&mut self, saved: Vec<(i64, i64, i64)>) {
        let owner_of: HashMap<i64, Owner> = self.carts.iter().map(|(owner, id)| (*id, *owner)).collect();
        for (cart_id, variant_id, line_id) in saved {
            if let Some(line) = owner_of.get(&cart_id).and_then(|owner| self.lines.get_mut(&(*owner, variant_id))) {
                line.id = Some(line_id);
            }
        }
    }

    /// What is told of a cart.
    fn changed(&self, owner: Owner) -> Option<Event> {
        let lines = self.lines.range((owner, i64::MIN)..=(owner, i64::MAX));
        let (count, units) = lines.fold((0, 0), |(count, units), (_, line)| (count + 1, units + line.quantity));
        Some(super::changed(*self.carts.get(&owner)?, owner, count, units))
    }

    /// A job's line, now that it is saved.
    fn outcome(&self, step: Step) -> (CartLine, bool) {
        let Step { owner, offer, quantity, created } = step;
        let id = self.lines.get(&(owner, offer.variant_id)).and_then(|line| line.id).unwrap_or_default();
        (offer.line(id, quantity), created)
    }
}
