//! `PATCH /cart/items/<product_id>/`, `DELETE /cart/remove/<product_id>/` and `DELETE /cart/`

use crate::failure::carries_failure;
use crate::{App, Failure};
use domain::cart::{self, Owner, Refusal};
use store::Tx;
use store::cart::CartLine;
use thiserror::Error;

/// Why the cart stays as it is.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// The product is not in it.
    #[error("Item not found in cart")]
    NotFound,
    /// Several variants of the product are in it and none was named.
    #[error("This field is required.")]
    VariantRequired,
    /// The quantity can't be had.
    #[error("the quantity can't be had")]
    Refused(Refusal),
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(ChangeError);

impl App {
    /// Sets the quantity of a product in a cart and returns the line; 0 removes it.
    pub async fn set_quantity(
        &self,
        owner: Owner,
        product_id: i64,
        variant_id: Option<i64>,
        quantity: i64,
    ) -> Result<Option<CartLine>, ChangeError> {
        if quantity == 0 {
            self.remove_from_cart(owner, product_id, variant_id).await?;
            return Ok(None);
        }
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let cart_id = store::cart::lock(&tx, owner).await?.ok_or(ChangeError::NotFound)?;
            let line = the_line(&tx, cart_id, product_id, variant_id).await?;
            cart::add(0, quantity, line.available, self.settings.max_line_quantity).map_err(ChangeError::Refused)?;
            store::cart::put(&tx, cart_id, (line.variant_id, product_id), quantity, now).await?;
            store::cart::touch(&tx, cart_id, now).await?;
            super::record_change(&tx, cart_id, owner, now).await?;
            tx.commit().await?;
            Ok(Some(CartLine { quantity, ..line }))
        })
        .await
    }

    /// Takes a product, or one variant of it, out of a cart.
    pub async fn remove_from_cart(
        &self,
        owner: Owner,
        product_id: i64,
        variant_id: Option<i64>,
    ) -> Result<(), ChangeError> {
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let cart_id = store::cart::lock(&tx, owner).await?.ok_or(ChangeError::NotFound)?;
            let visible = store::cart::quantities(&tx, cart_id).await?;
            let meant = |(variant, product, _): &(i64, i64, i64)| {
                *product == product_id && variant_id.is_none_or(|wanted| wanted == *variant)
            };
            if !visible.iter().any(meant) {
                return Err(ChangeError::NotFound);
            }
            store::cart::remove(&tx, cart_id, product_id, variant_id).await?;
            store::cart::touch(&tx, cart_id, now).await?;
            super::record_change(&tx, cart_id, owner, now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Empties a cart; an empty one is fine too.
    pub async fn clear_cart(&self, owner: Owner) -> Result<(), Failure> {
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let Some(cart_id) = store::cart::lock(&tx, owner).await? else { return Ok(()) };
            if store::cart::clear(&tx, cart_id).await? == 0 {
                return Ok(());
            }
            store::cart::touch(&tx, cart_id, now).await?;
            super::record_change(&tx, cart_id, owner, now).await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

/// The line that is meant: of the named variant, or the only one of the product.
async fn the_line(tx: &Tx, cart_id: i64, product_id: i64, variant_id: Option<i64>) -> Result<CartLine, ChangeError> {
    let lines = store::cart::lines(tx, cart_id).await?.into_iter();
    let mut lines =
        lines.filter(|line| line.product.id == product_id && variant_id.is_none_or(|wanted| wanted == line.variant_id));
    match (lines.next(), lines.next()) {
        (None, _) => Err(ChangeError::NotFound),
        (Some(line), None) => Ok(line),
        (Some(_), Some(_)) => Err(ChangeError::VariantRequired),
    }
}
