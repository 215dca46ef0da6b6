//! `GET /cart/items/` and `GET /cart/`

use crate::gather::{Job, each};
use crate::{App, Failure};
use domain::cart::Owner;
use std::collections::HashMap;
use store::cart::{CartLine, Owners};

/// A cart that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadCart(Owner);

impl Job for ReadCart {
    type Answer = Result<Vec<CartLine>, Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        let owners: Owners = jobs.iter().map(|ReadCart(owner)| *owner).collect();
        let read = async {
            let mut carts: HashMap<Owner, Vec<CartLine>> = HashMap::new();
            for (owner, line) in store::cart::lines_of_all(&app.db, &owners).await? {
                carts.entry(owner).or_default().push(line);
            }
            Ok(carts)
        };
        Ok(each(read.await, jobs.iter(), |carts, ReadCart(owner)| carts.get(owner).cloned().unwrap_or_default()))
    }
}

impl App {
    /// The lines of an owner's cart, oldest first; none when there is no cart.
    pub async fn cart(&self, owner: Owner) -> Result<Vec<CartLine>, Failure> {
        self.gatherers.carts.ask(self, ReadCart(owner)).await?
    }

    /// The cart of a session as `render` writes it, from the shared cache when that still tells the truth: the
    /// database is asked for a stamp of all that the cart shows, and only a copy with that very stamp is used.
    /// `form` tells renderings of the same cart apart.
    pub async fn session_cart(
        &self,
        session_id: i64,
        form: &str,
        render: impl Fn(&[CartLine]) -> String + Send,
    ) -> Result<String, Failure> {
        let owner = Owner::Session(session_id);
        if !self.shared.has_redis() {
            return Ok(render(&self.cart(owner).await?));
        }
        // Taken before the lines are read: lines newer than the stamp are never served under it for long, because
        // whatever made them newer also changed the stamp.
        let Some(stamp) = store::cart::stamp(&self.db, session_id).await? else { return Ok(render(&[])) };
        let stamp = format!("{stamp} {form}");
        if let Some(body) = self.shared.session_cart(session_id, &stamp).await {
            return Ok(body);
        }
        let body = render(&self.cart(owner).await?);
        self.shared.keep_session_cart(session_id, &stamp, &body, self.settings.session_lifetime).await;
        Ok(body)
    }
}
