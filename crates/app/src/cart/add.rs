//! `POST /cart/add/`

use crate::failure::carries_failure;
use crate::{App, Failure};
use domain::cart::{self, Owner, Refusal};
use store::cart::{Candidate, CartLine};
use thiserror::Error;

/// Who shops.
#[derive(Clone, Debug)]
pub enum Shopper {
    /// An account, by id.
    User(i64),
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

impl App {
    /// Puts something into a cart; an anonymous caller without a session gets one.
    pub async fn add_to_cart(&self, shopper: Shopper, new: NewLine) -> Result<Added, AddError> {
        let candidates = store::cart::candidates(&self.db, new.product_id).await?;
        let candidate = pick(&candidates, new.variant_id)?;
        cart::add(0, new.quantity, candidate.stock, self.settings.max_line_quantity).map_err(AddError::Refused)?;
        let key = match shopper {
            Shopper::User(id) => return self.add_for(Owner::User(id), candidate, new, None).await,
            Shopper::Anonymous(key) => key,
        };
        let session = self.session_or_new(key.as_deref()).await?;
        match self.add_for(Owner::Session(session.id), candidate, new, session.key).await {
            // The session ended between the two statements (a login took it over): start another.
            Err(AddError::Failure(Failure::Store(store::Error::Refused(_)))) => {
                let session = self.session_or_new(None).await?;
                self.add_for(Owner::Session(session.id), candidate, new, session.key).await
            }
            outcome => outcome,
        }
    }

    async fn add_for(
        &self,
        owner: Owner,
        candidate: &Candidate,
        new: NewLine,
        session_key: Option<String>,
    ) -> Result<Added, AddError> {
        let (line, created) = store::retry(|| self.add_once(owner, candidate, new)).await?;
        Ok(Added { line, created, session_key })
    }

    async fn add_once(&self, owner: Owner, candidate: &Candidate, new: NewLine) -> Result<(CartLine, bool), AddError> {
        let now = self.now();
        let tx = self.db.begin().await?;
        let cart_id = store::cart::lock_or_create(&tx, owner, now).await?;
        let before = store::cart::line(&tx, cart_id, candidate.variant_id).await?;
        let has = before.as_ref().map_or(0, |line| line.quantity);
        let quantity = cart::add(has, new.quantity, candidate.stock, self.settings.max_line_quantity)
            .map_err(AddError::Refused)?;
        store::cart::put(&tx, cart_id, (candidate.variant_id, new.product_id), quantity, now).await?;
        let line = store::cart::line(&tx, cart_id, candidate.variant_id).await?.ok_or(AddError::ProductNotFound)?;
        super::record_change(&tx, cart_id, owner, now).await?;
        tx.commit().await?;
        Ok((line, before.is_none()))
    }
}

/// The variant that is meant: the named one, or the only one.
fn pick(candidates: &[Candidate], variant_id: Option<i64>) -> Result<&Candidate, AddError> {
    match (candidates, variant_id) {
        ([], _) => Err(AddError::ProductNotFound),
        (_, Some(id)) => candidates.iter().find(|one| one.variant_id == id).ok_or(AddError::VariantNotFound(id)),
        ([only], None) => Ok(only),
        (_, None) => Err(AddError::VariantRequired),
    }
}
