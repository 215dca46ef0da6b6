//! At login: what a session gathered becomes the account's, in one transaction, and no line is lost.

use crate::{App, Failure};
use domain::cart::{self, Owner};
use domain::event::AccessEnded;

impl App {
    /// Moves the cart and the orders of a session to an account and ends the session.
    pub(crate) async fn merge_session(&self, session_id: i64, user_id: i64) -> Result<(), Failure> {
        let now = self.now();
        let tx = self.db.begin().await?;
        let (from, to) = (Owner::Session(session_id), Owner::User(user_id));
        // Always the session's cart before the account's: two logins can't wait for each other.
        if let Some(session_cart) = store::cart::lock(&tx, from).await? {
            let gathered = store::cart::quantities(&tx, session_cart).await?;
            if !gathered.is_empty() {
                let user_cart = store::cart::lock_or_create(&tx, to, now).await?;
                let before = store::cart::quantities(&tx, user_cart).await?;
                for (variant_id, product_id, quantity) in gathered {
                    let has = before.iter().find(|(variant, ..)| *variant == variant_id).map(|line| line.2);
                    let limit = self.settings.max_line_quantity;
                    let merged = has.map_or(quantity, |has| cart::merge(has, quantity, limit));
                    store::cart::put(&tx, user_cart, (variant_id, product_id), merged, now).await?;
                }
                super::record_change(&tx, user_cart, to, now).await?;
            }
        }
        store::order::adopt(&tx, session_id, user_id).await?;
        // Who was not answered before the login asks again after it.
        store::idempotency::adopt(&tx, session_id, user_id).await?;
        store::session::end(&tx, session_id).await?;
        store::event::append(&tx, &[AccessEnded::default().of(from)], now).await?;
        Ok(tx.commit().await?)
    }
}
