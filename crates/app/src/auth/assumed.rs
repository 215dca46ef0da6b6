//! Logins that are taken at their word until the transaction of what is done for them has looked.
//!
//! Asking the database whether all is known takes a round trip, and what changes a cart or places an order asks again in
//! its own transaction. So there the login is looked after as well, and nothing is done for one that has ended.

use super::remembered::ReadAt;
use crate::App;
use crate::live::Outset;
use credentials::token::Claims;
use domain::customer::User;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::user::Logins;
use store::{Doubts, Tx};

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

/// What the jobs of a transaction assume, in order; some assume nothing.
pub(crate) struct Assumptions<'a> {
    all: Vec<Option<&'a Assumed>>,
    /// Which are looked up from the start.
    foreseen: Vec<bool>,
}

impl<'a> Assumptions<'a> {
    /// Asked before the transaction looks at anything.
    pub(crate) fn of(app: &App, all: impl Iterator<Item = Option<&'a Assumed>>, outset: Outset) -> Self {
        let all: Vec<Option<&Assumed>> = all.collect();
        let foreseen = all.iter().map(|one| one.is_some_and(|one| outset.others_write || !one.holds(app))).collect();
        Self { all, foreseen }
    }

    /// Whether nobody assumes anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.iter().all(Option::is_none)
    }

    /// What to ask along with the first statements.
    pub(crate) fn doubts(&self, head: Option<i64>) -> Doubts<'a> {
        Doubts { head, ..self.asking(&self.foreseen) }
    }

    /// For each job whether the login has ended or the account is another than was assumed; false for who assumes
    /// nothing. `found` is what came of [`Assumptions::doubts`]; what that leaves open is looked up now: everybody when
    /// `is_behind`, else those about whom something has changed since.
    pub(crate) async fn outdated(
        self,
        app: &App,
        tx: &Tx,
        is_behind: bool,
        found: &Logins,
    ) -> store::Result<Vec<bool>> {
        let is_unsure = |one: &Assumed| is_behind || !one.holds(app);
        let late = self.all.iter().zip(&self.foreseen);
        let late: Vec<bool> = late.map(|(one, foreseen)| !foreseen && one.is_some_and(is_unsure)).collect();
        let late_found = match late.contains(&true) {
            true => Some(self.asking(&late).settle(tx).await?.logins),
            false => None,
        };
        let is_outdated = |((one, foreseen), late): ((&Option<&Assumed>, &bool), bool)| {
            let Some(one) = one else { return false };
            let logins = match late {
                true => late_found.as_ref(),
                false => foreseen.then_some(found),
            };
            let is_outdated = logins.is_some_and(|logins| !one.is_as_in(logins));
            if !is_outdated {
                one.note_confirmed();
            }
            is_outdated
        };
        Ok(self.all.iter().zip(&self.foreseen).zip(late).map(is_outdated).collect())
    }

    /// The logins of those that are `chosen`.
    fn asking(&self, chosen: &[bool]) -> Doubts<'a> {
        let chosen = self.all.iter().zip(chosen).filter_map(|(one, chosen)| one.filter(|_| *chosen));
        let accounts = chosen.clone().map(|one| one.user.id).collect();
        Doubts { head: None, accounts, families: chosen.filter_map(Assumed::family).collect() }
    }
}
