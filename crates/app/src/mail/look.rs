//! The outbox as the staff sees it.

use super::MailsBy;
use crate::{App, Failure, Found, Slice, Sort};
use ::mail::Rendered;
use domain::mail::{Mail, State};

/// A mail with its subject line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// As it stands in the outbox.
    pub mail: Mail,
    /// Its subject line.
    pub subject: String,
}

impl App {
    /// A page of mails, only those in a state if given, and how many there are in all.
    pub async fn mails(
        &self,
        state: Option<State>,
        sort: Sort<MailsBy>,
        slice: &Slice,
    ) -> Result<Found<Looked>, Failure> {
        Ok(store::mail::page(&self.db, state, sort, slice).await?.map(|mail| self.looked(mail)))
    }

    /// A mail and what it says; without words when what it tells of is gone. `links` shows what links hold: only where
    /// nobody else gets them.
    pub async fn mail(&self, id: i64, links: bool) -> Result<Option<(Looked, Option<Rendered>)>, Failure> {
        let Some(mail) = store::mail::by_id(&self.db, id).await? else { return Ok(None) };
        let words = self.words(&mail, links).await?;
        Ok(Some((self.looked(mail), words)))
    }

    pub(super) fn looked(&self, mail: Mail) -> Looked {
        let subject = self.subject(&mail);
        Looked { mail, subject }
    }
}
