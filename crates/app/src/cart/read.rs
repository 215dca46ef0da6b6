//! `GET /cart/items/` and `GET /cart/`

use super::kept::KeptCart;
use crate::gather::{Job, each};
use crate::{App, Failure};
use bytes::Bytes;
use domain::cart::Owner;
use std::collections::HashMap;
use std::sync::Arc;
use store::cart::{CartLine, Owners, Standing};

/// A cart that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadCart(Owner);

impl Job for ReadCart {
    const NAME: &'static str = "carts";
    type Answer = Result<Vec<Standing>, Failure>;

    async fn do_all(app: &App, jobs: Vec<Self>) -> Result<Vec<Self::Answer>, Vec<Self>> {
        let owners: Owners = jobs.iter().map(|ReadCart(owner)| *owner).collect();
        let read = async {
            let mut carts: HashMap<Owner, Vec<Standing>> = HashMap::new();
            for line in store::cart::lines_of_all(&app.db, &owners).await? {
                carts.entry(line.owner).or_default().push(line);
            }
            Ok(carts)
        };
        Ok(each(read.await, jobs.iter(), |carts, ReadCart(owner)| carts.get(owner).cloned().unwrap_or_default()))
    }
}

impl App {
    /// An owner's cart as `render` writes it: the lines, oldest first; none when there is no cart. It is what is
    /// committed at this moment, also when it comes from memory. `form` tells renderings of the same cart apart;
    /// `has_read_all` is what [`App::has_read_all`] said since the caller asked, if anybody did.
    pub async fn cart(
        &self,
        owner: Owner,
        form: &str,
        has_read_all: bool,
        render: impl Fn(&[CartLine]) -> String + Send,
    ) -> Result<Bytes, Failure> {
        let is_current = has_read_all || self.has_read_all().await?;
        if let Some(body) = is_current.then(|| self.carts_kept.body(self.freshness(), owner, form)).flatten() {
            return Ok(body);
        }
        match owner {
            Owner::Session(id) if self.shared.has_redis() => self.session_cart(id, form, is_current, render).await,
            _ => self.read_cart(owner, form, is_current, is_current, render).await,
        }
    }

    /// The cart of a session from the shared cache when that still tells the truth: the database is asked for a stamp of
    /// all that the cart shows, and only a copy with that very stamp is used.
    async fn session_cart(
        &self,
        session_id: i64,
        form: &str,
        is_current: bool,
        render: impl Fn(&[CartLine]) -> String + Send,
    ) -> Result<Bytes, Failure> {
        // Taken before the lines are read: lines newer than the stamp are never served under it for long, because
        // whatever made them newer also changed the stamp.
        let Some(stamp) = store::cart::stamp(&self.db, session_id).await? else { return Ok(render(&[]).into()) };
        let stamp = format!("{stamp} {form}");
        if let Some(body) = self.shared.session_cart(session_id, &stamp).await {
            return Ok(body.into());
        }
        // From memory they could be older than the stamp.
        let body = self.read_cart(Owner::Session(session_id), form, is_current, false, render).await?;
        let text = String::from_utf8_lossy(&body);
        self.shared.keep_session_cart(session_id, &stamp, &text, self.settings.session_lifetime).await;
        Ok(body)
    }

    /// The cart as the database has it; what its products are may come from memory, if told so. Kept, if what is in
    /// memory is current.
    async fn read_cart(
        &self,
        owner: Owner,
        form: &str,
        is_current: bool,
        from_memory: bool,
        render: impl Fn(&[CartLine]) -> String + Send,
    ) -> Result<Bytes, Failure> {
        // Before anything is read.
        let then = self.freshness().moment().filter(|_| is_current);
        let standing = self.gatherers.carts.ask(self, ReadCart(owner)).await??;
        let mut products: Vec<i64> = standing.iter().map(|line| line.product_id).collect();
        products.sort_unstable();
        products.dedup();
        let offers = self.offers(&products, from_memory).await?;
        let line = |line: &Standing| {
            let (_, of_product) = offers.get(&line.product_id)?;
            let offer = of_product.iter().find(|offer| offer.variant_id == line.variant_id)?;
            Some(offer.clone().line(line.line_id, line.quantity))
        };
        let lines: Vec<_> = standing.iter().filter_map(line).collect();
        let body = Bytes::from(render(&lines));
        let versions = products.iter().map(|id| Some((*id, offers.get(id)?.0?))).collect::<Option<Arc<[_]>>>();
        if let (Some(then), Some(first), Some(products)) = (then, standing.first(), versions) {
            let copy = KeptCart { cart_id: first.cart_id, then, products, body: body.clone() };
            self.carts_kept.keep(owner, form, copy);
        }
        Ok(body)
    }
}
