//! `GET /order/by_link/`: an order by the link in a mail about it. Whoever has the mail can follow what becomes of the
//! order and do nothing else, without an account and on any device.

use crate::{App, Failure};
use domain::order::Order;

/// How long a link is good after the order was placed, in seconds: 90 days, by when it has long arrived.
const GOOD_FOR: i64 = 90 * 24 * 60 * 60;

impl App {
    /// What a link to this order holds: its number, and a mark that nobody can make without the secret key.
    pub(crate) fn order_token(&self, number: &str) -> String {
        format!("{number}.{}", self.order_mark(number))
    }

    /// The order that a link is good for, without who it is for: a mail names that only where the address is shown to be
    /// the account's, and nobody knows where a link has got to. Nothing is looked up for a token that is not the shop's,
    /// so all of those are answered alike.
    pub async fn order_by_link(&self, token: &str) -> Result<Option<Order>, Failure> {
        let (number, mark) = token.rsplit_once('.').unwrap_or_default();
        if !credentials::is_same(mark, &self.order_mark(number)) {
            return Ok(None);
        }
        let found = store::order::by_number(&self.db, number).await?;
        let is_good = |order: &Order| self.now() < order.created_at.plus_seconds(GOOD_FOR);
        Ok(found.filter(is_good).map(|order| Order { contact: None, user_id: None, session_id: None, ..order }))
    }

    fn order_mark(&self, number: &str) -> String {
        self.fingerprint(&format!("order link\n{number}"))
    }
}
