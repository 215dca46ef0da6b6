//! How often somebody may guess a password. Counted where all instances see it, and twice: for one account from one
//! address, with a wait that doubles, and for one address, whatever the account. Nothing counts for an account alone, so
//! nobody can shut a customer out: from another address the right password always works.

use crate::App;
use crate::session::hash;
use shared::Backoff;
use std::time::Duration;

/// Guesses at one account from one address.
pub(super) struct Guesses {
    /// Of the account from the address.
    one: String,
    /// Of the address at all.
    all: String,
}

impl Guesses {
    /// `what` is guessed at, `whose` is the account, `address` the caller's. Who is meant is kept as a hash: what
    /// instances share is nobody's address book.
    pub(super) fn new(what: &str, whose: &str, address: &str) -> Self {
        Self { one: format!("{what}:{address}:{}", hash(whose)), all: format!("{what}:{address}") }
    }
}

impl App {
    /// How long to wait before another guess, if at all. Says nothing about whether it would be right.
    pub(super) async fn must_wait(&self, guesses: &Guesses) -> Option<Duration> {
        let (one, all) = tokio::join!(self.shared.waiting(&guesses.one), self.shared.peek(&guesses.all));
        one.max(self.settings.login_address_rate.wait(all))
    }

    pub(super) async fn guessed_wrong(&self, guesses: &Guesses) {
        let backoff = Backoff::from(self.settings.login_failure_rate);
        let per = self.settings.login_address_rate.per;
        tokio::join!(self.shared.failed(&guesses.one, backoff), self.shared.hit(&guesses.all, per));
    }

    /// Forgets the wrong guesses at this account from this address.
    pub(super) async fn guessed_right(&self, guesses: &Guesses) {
        self.shared.forgive(&guesses.one).await;
    }
}
