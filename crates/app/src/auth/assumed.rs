//! Logins that are taken at their word until the transaction of what is done for them has looked.
//!
//! Asking the database whether all is known takes a round trip, and what changes a cart or places an order asks again in
//! its own transaction. So there the login is looked after as well, and nothing is done for one that has ended.

use super::remembered::ReadAt;
use crate::App;
use credentials::token::Claims;
use domain::customer::User;
use std::sync::Arc;
use store::Tx;

/// What was remembered of somebody's login.
#[derive(Clone, Debug)]
pub struct Assumed {
    pub(super) claims: Arc<Claims>,
    pub(super) user: Arc<User>,
    pub(super) read: ReadAt,
}

impl Assumed {
    fn family(&self) -> Option<&str> {
        self.claims.fam.as_deref()
    }

    /// Whether nothing about it has changed, as far as is known.
    fn holds(&self, app: &App) -> bool {
        self.read.holds(app.freshness(), self.user.id)
    }
}

/// For each of them, in order, whether the login has ended or the account is another than was assumed; false for who
/// assumed nothing. `is_behind` is what this transaction found out before.
pub(crate) async fn are_outdated<'a>(
    app: &App,
    tx: &Tx,
    all: impl Iterator<Item = Option<&'a Assumed>>,
    is_behind: bool,
) -> store::Result<Vec<bool>> {
    let unsure = |assumed: &&Assumed| is_behind || !assumed.holds(app);
    let unsure: Vec<Option<&Assumed>> = all.map(|one| one.filter(unsure)).collect();
    let ids: Vec<i64> = unsure.iter().flatten().map(|assumed| assumed.user.id).collect();
    if ids.is_empty() {
        return Ok(vec![false; unsure.len()]);
    }
    let families: Vec<&str> = unsure.iter().flatten().filter_map(|assumed| assumed.family()).collect();
    let (users, living) = store::user::with_families_within(tx, ids, &families).await?;
    let is_outdated = |assumed: &Assumed| {
        let has_ended = assumed.family().is_some_and(|family| !living.contains(family));
        has_ended || users.get(&assumed.user.id) != Some(&*assumed.user)
    };
    Ok(unsure.into_iter().map(|one| one.is_some_and(is_outdated)).collect())
}
