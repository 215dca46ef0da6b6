//! Carts as they were last shown, kept as long as neither they nor anything they show has changed.

use bytes::Bytes;
use domain::cart::Owner;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};
use std::sync::Arc;
use store::{Freshness, Moment};

/// Bytes that are kept at most, and how many carts that may be.
const KEPT: (u64, usize) = (16 * 1024 * 1024, 16_384);
/// What a copy costs besides its bytes, about.
const OVERHEAD: usize = 256;

/// What is kept, by owner and form.
pub(crate) struct Kept(Cache<(Owner, String), KeptCart, Weight>);

#[derive(Clone)]
struct Weight;

impl Weighter<(Owner, String), KeptCart> for Weight {
    fn weight(&self, (_, form): &(Owner, String), copy: &KeptCart) -> u64 {
        (form.len() + copy.body.len() + copy.products.len() * 16 + OVERHEAD) as u64
    }
}

/// A key that is looked for; it hashes as the one it finds.
#[derive(Hash)]
struct Sought<'a>(Owner, &'a str);

impl Equivalent<(Owner, String)> for Sought<'_> {
    fn equivalent(&self, (owner, form): &(Owner, String)) -> bool {
        self.0 == *owner && self.1 == form
    }
}

/// A cart as it was shown.
#[derive(Clone, Debug)]
pub(crate) struct KeptCart {
    pub(super) cart_id: i64,
    /// Before it was read.
    pub(super) then: Moment,
    /// The products it shows and their versions.
    pub(super) products: Arc<[(i64, u64)]>,
    pub(super) body: Bytes,
}

impl Default for Kept {
    fn default() -> Self {
        Self(Cache::with_weighter(KEPT.1, KEPT.0, Weight))
    }
}

impl Kept {
    /// The cart in this form, if nothing has changed since, as far as is known.
    pub(super) fn body(&self, freshness: &Freshness, owner: Owner, form: &str) -> Option<Bytes> {
        let copy = self.0.get(&Sought(owner, form))?;
        let is_current = freshness.cart_is_as_at(copy.cart_id, copy.then) && freshness.products_are_of(&copy.products);
        is_current.then_some(copy.body)
    }

    pub(super) fn keep(&self, owner: Owner, form: &str, copy: KeptCart) {
        self.0.insert((owner, form.to_owned()), copy);
    }
}
