//! The outbox as the staff sees it.

use super::TRIED;
use super::words::lifetime;
use crate::failure::carries_failure;
use crate::{App, Failure};
use ::mail::Rendered;
use domain::audit::{Actor, Change};
use domain::mail::{Mail, State, Template};
use serde_json::json;
use thiserror::Error;

/// A mail with its subject line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// As it stands in the outbox.
    pub mail: Mail,
    /// Its subject line.
    pub subject: String,
}

/// Why a mail is not tried again.
#[derive(Debug, Error)]
pub enum RetryError {
    /// There is none.
    #[error("Mail not found")]
    NotFound,
    /// It got through.
    #[error("This mail was sent already.")]
    Sent,
    /// Its link is no longer good.
    #[error("The link in this mail has expired. Its recipient has to ask for a new one.")]
    Expired,
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(RetryError);

impl App {
    /// A page of mails, newest first, and how many there are in all.
    pub async fn mails(&self, state: Option<State>, limit: i64, offset: i64) -> Result<(Vec<Looked>, i64), Failure> {
        let (mails, count) = store::mail::page(&self.db, state, limit, offset).await?;
        Ok((mails.into_iter().map(|mail| self.looked(mail)).collect(), count))
    }

    /// A mail and what it says; without words when what it tells of is gone. `links` shows what links hold: only where
    /// nobody else gets them.
    pub async fn mail(&self, id: i64, links: bool) -> Result<Option<(Looked, Option<Rendered>)>, Failure> {
        let Some(mail) = store::mail::by_id(&self.db, id).await? else { return Ok(None) };
        let words = self.words(&mail, links).await?;
        Ok(Some((self.looked(mail), words)))
    }

    /// Has a mail that failed, or waits for its next attempt, tried at once and from the beginning.
    pub async fn retry_mail(&self, id: i64, by: &Actor) -> Result<Looked, RetryError> {
        let mail = store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let mail = store::mail::by_id(&tx, id).await?.ok_or(RetryError::NotFound)?;
            let give_up_at = match mail.template {
                Template::OrderPlaced | Template::OrderShipped => now.plus_seconds(TRIED),
                template => mail.created_at.plus_seconds(lifetime(template)),
            };
            if mail.state == State::Sent {
                return Err(RetryError::Sent);
            }
            if give_up_at <= now {
                return Err(RetryError::Expired);
            }
            if !store::mail::try_again(&tx, id, now, give_up_at).await? {
                return Err(RetryError::Sent);
            }
            let state = |state: State| json!({"state": state.as_str()});
            let change = Change {
                action: "mail.retry",
                object: format!("mail:{id}"),
                before: Some(state(mail.state)),
                after: Some(state(State::Waiting)),
            };
            store::audit::append(&tx, by, &[change], now).await?;
            tx.commit().await?;
            Ok(Mail { state: State::Waiting, attempts: 0, give_up_at, ..mail })
        })
        .await?;
        self.mail_bells.send.notify_one();
        Ok(self.looked(mail))
    }

    fn looked(&self, mail: Mail) -> Looked {
        let subject = self.subject(&mail);
        Looked { mail, subject }
    }
}
