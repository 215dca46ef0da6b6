//! Carts as they were last shown, kept as long as neither they nor anything they show has changed.

use bytes::Bytes;
use domain::cart::Owner;
use moka::sync::Cache;
use store::{CartsAt, Freshness};

/// Bytes that are kept at most.
const KEPT: u64 = 16 * 1024 * 1024;
/// What a copy costs besides its bytes, about.
const OVERHEAD: usize = 256;

/// What is kept, by owner and form.
pub(crate) struct Kept(Cache<(Owner, String), KeptCart>);

/// A cart as it was shown.
#[derive(Clone, Debug)]
pub(crate) struct KeptCart {
    pub(super) cart_id: i64,
    /// Before it was read.
    pub(super) then: CartsAt,
    /// The products it shows and their versions.
    pub(super) products: Vec<(i64, u64)>,
    pub(super) body: Bytes,
}

impl Default for Kept {
    fn default() -> Self {
        let weight = |(_, form): &(Owner, String), copy: &KeptCart| {
            u32::try_from(form.len() + copy.body.len() + copy.products.len() * 16 + OVERHEAD).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(KEPT).weigher(weight).build())
    }
}

impl Kept {
    /// The cart in this form, if nothing has changed since, as far as is known.
    pub(super) fn body(&self, freshness: &Freshness, owner: Owner, form: &str) -> Option<Bytes> {
        let copy = self.0.get(&(owner, form.to_owned()))?;
        let is_current = freshness.cart_is_as_at(copy.cart_id, copy.then)
            && copy.products.iter().all(|(id, version)| freshness.of_product(*id) == Some(*version));
        is_current.then_some(copy.body)
    }

    pub(super) fn keep(&self, owner: Owner, form: &str, copy: KeptCart) {
        self.0.insert((owner, form.to_owned()), copy);
    }
}
