//! Logins that are taken at their word until the transaction of what is done for them has looked.
//!
//! Asking the database whether all is known takes a round trip, and what changes a cart or places an order asks again in
//! its own transaction. So there the login is looked after as well, and nothing is done for one that has ended.

use super::remembered::ReadAt;
use crate::App;
use credentials::token::Claims;
use domain::customer::User;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Tx;
use store::user::Logins;

/// What was remembered of somebody's login when they asked for something.
#[derive(Clone, Debug)]
pub struct Assumed {
    pub(super) claims: Arc<Claims>,
    pub(super) user: Arc<User>,
    read: ReadAt,
    is_confirmed: Arc<AtomicBool>,
}

impl Assumed {
    pub(super) fn new(claims: Arc<Claims>, user: Arc<User>, read: ReadAt) -> Self {
        Self { claims, user, read, is_confirmed: Arc::default() }
    }

    /// Whether it was found to be so since they asked.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.is_confirmed.load(Ordering::Acquire)
    }

    pub(super) fn note_confirmed(&self) {
        self.is_confirmed.store(true, Ordering::Release);
    }

    /// Whether the login lives and the account is just so.
    fn is_as_in(&self, (users, living): &Logins) -> bool {
        self.family().is_none_or(|family| living.contains(family)) && users.get(&self.user.id) == Some(&*self.user)
    }

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
    let all: Vec<(Option<&Assumed>, bool)> =
        all.map(|one| (one, one.is_some_and(|one| is_behind || !one.holds(app)))).collect();
    let unsure = || all.iter().filter_map(|(one, is_unsure)| one.filter(|_| *is_unsure));
    let ids: Vec<i64> = unsure().map(|one| one.user.id).collect();
    let families: Vec<&str> = unsure().filter_map(Assumed::family).collect();
    let found = match ids.is_empty() {
        true => Logins::default(),
        false => store::user::with_families_within(tx, ids, &families).await?,
    };
    let is_outdated = |(one, is_unsure): &(Option<&Assumed>, bool)| {
        let is_outdated = *is_unsure && one.is_some_and(|one| !one.is_as_in(&found));
        if let (Some(one), false) = (one, is_outdated) {
            one.note_confirmed();
        }
        is_outdated
    };
    Ok(all.iter().map(is_outdated).collect())
}
