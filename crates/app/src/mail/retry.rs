//! Mails that the staff has tried again: one of them, or all that failed.

use super::words::lifetime;
use super::{Looked, TRIED};
use crate::failure::carries_failure;
use crate::{App, Failure};
use domain::audit::{Actor, Change};
use domain::mail::{Mail, Named, State, Template};
use serde_json::json;
use store::mail::Until;
use thiserror::Error;

/// Why a mail is not tried again.
#[derive(Debug, Error)]
pub enum RetryError {
    /// There is none.
    #[error("Mail not found")]
    NotFound,
    /// It got through.
    #[error("This mail was sent already.")]
    Sent,
    /// Nobody was to send it.
    #[error("This mail is only kept here: there was no mail server when it was written.")]
    Kept,
    /// It is being sent, and would go out twice.
    #[error("This mail is being sent right now. Look again in a moment what became of it.")]
    UnderWay,
    /// Its link is no longer good.
    #[error("The link in this mail has expired. Its recipient has to ask for a new one.")]
    Expired,
    /// A newer release wrote it.
    #[error("A newer release wrote this mail and sends it; this one does not know what it says.")]
    Unknown,
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(RetryError);

impl App {
    /// Has a mail that failed, or waits for its next attempt, tried at once and from the beginning.
    pub async fn retry_mail(&self, id: i64, by: &Actor) -> Result<Looked, RetryError> {
        let mail = store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let mail = store::mail::by_id(&tx, id).await?.ok_or(RetryError::NotFound)?;
            match mail.state {
                State::Sent => return Err(RetryError::Sent),
                State::Kept => return Err(RetryError::Kept),
                State::Waiting | State::Failed => {}
            }
            let give_up_at = match mail.template {
                Named::Unknown(_) => return Err(RetryError::Unknown),
                Named::Known(Template::OrderPlaced | Template::OrderShipped) => now.plus_seconds(TRIED),
                Named::Known(template) => mail.created_at.plus_seconds(lifetime(template)),
            };
            if give_up_at <= now {
                return Err(RetryError::Expired);
            }
            // Somebody may have taken it since it was read: only the statement knows.
            if mail.is_under_way(now) || !store::mail::try_again(&tx, id, now, give_up_at).await? {
                return Err(RetryError::UnderWay);
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
            Ok(Mail { state: State::Waiting, attempts: 0, give_up_at, leased_until: None, ..mail })
        })
        .await?;
        self.mail_bells.send.notify_one();
        Ok(self.looked(mail))
    }

    /// Has all mails that failed tried again from the beginning, but for those whose link is no longer good. Returns how
    /// many.
    pub async fn retry_failed_mails(&self, by: &Actor) -> Result<usize, Failure> {
        let retried = store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let mut retried = 0;
            for template in Template::ALL {
                let until = match template {
                    Template::OrderPlaced | Template::OrderShipped => Until::Then(now.plus_seconds(TRIED)),
                    template => Until::Seconds(lifetime(template)),
                };
                retried += store::mail::try_failed_again(&tx, template, now, until).await?;
            }
            if retried > 0 {
                let (object, after) = ("mail:failed".to_owned(), Some(json!({"retried": retried})));
                let change = Change { action: "mail.retry", object, before: None, after };
                store::audit::append(&tx, by, &[change], now).await?;
            }
            tx.commit().await?;
            Ok::<_, store::Error>(retried)
        })
        .await?;
        self.mail_bells.send.notify_one();
        Ok(retried)
    }
}
