//! What a transaction asks about what its process remembers. Sent along with its first statements it costs no round trip
//! while rows are locked; what turns out to be in doubt only then costs one.

use crate::user::{self, Logins};
use crate::{Result, Row, Statement, Tx, event};

/// What may be out of date.
#[derive(Debug)]
pub struct Doubts<'a> {
    /// How far this process has read the log, when it has to be known whether that is all there is.
    pub head: Option<i64>,
    /// Accounts to be looked up.
    pub accounts: Vec<i64>,
    /// Token families to be looked up with them.
    pub families: Vec<&'a str>,
}

/// What was found out.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Whether other processes may have changed what a reader of the log who has come to `head` knows; `None` without
    /// one.
    pub is_behind: Option<bool>,
    /// Those of the accounts that there are, and of the families that live.
    pub logins: Logins,
}

impl Doubts<'_> {
    /// Finds out, by a round trip of its own.
    pub async fn settle(self, tx: &Tx) -> Result<Settled> {
        let mut answers = tx.all(self.statements(tx)).await?.into_iter();
        self.read(|| answers.next().unwrap_or_default())
    }

    /// For [`Doubts::read`]: as many statements as it reads answers.
    pub(crate) fn statements(&self, tx: &Tx) -> Vec<Statement> {
        let behind = self.head.map(|head| event::looking_behind(head, tx.origin()));
        let logins = self.asks_for_logins().then(|| user::logins(self.accounts.clone(), &self.families));
        behind.into_iter().chain(logins.into_iter().flatten()).collect()
    }

    pub(crate) fn read(&self, mut next: impl FnMut() -> Vec<Row>) -> Result<Settled> {
        let is_behind = self.head.map(|_| event::read_behind(next())).transpose()?;
        let logins = match self.asks_for_logins() {
            true => user::read_logins(next(), next())?,
            false => Logins::default(),
        };
        Ok(Settled { is_behind, logins })
    }

    /// Families are those of accounts.
    fn asks_for_logins(&self) -> bool {
        !self.accounts.is_empty()
    }
}
