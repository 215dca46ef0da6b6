//! From rows of the outbox to the mail server.

use super::{Letter, Mailer, SendError};
use crate::{App, Failure, seconds};
use domain::mail::{Mail, next_attempt};
use std::sync::Arc;
use std::time::Duration;
use store::mail::Outcome;

/// How long it waits for the bell before it looks by itself: the pauses between attempts are no shorter than a second.
const LOOK: Duration = Duration::from_secs(1);
/// Mails one instance takes on at a time.
const CLAIMED: i64 = 10;
/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(60);
/// How long an instance has them for its own, in seconds: longer than all attempts may take.
const LEASE: i64 = 15 * 60;
/// Mails put into the mailbox at a time.
const SHELVED: i64 = 500;

/// Where mails go.
#[derive(Clone)]
pub enum Delivery {
    /// To a mail server.
    Server(Arc<dyn Mailer>),
    /// Nowhere but into the mailbox that the staff sees, where they count as delivered: the demo shop.
    Mailbox,
    /// Nowhere yet: they wait.
    Nowhere,
}

impl App {
    /// Writes and delivers mails for as long as the process runs.
    pub async fn deliver_mails(self, delivery: Delivery) {
        tokio::join!(self.collect_mails(), self.send_mails(&delivery));
    }

    async fn send_mails(&self, delivery: &Delivery) {
        let mut failing = false;
        loop {
            let done = match delivery {
                Delivery::Nowhere => return,
                Delivery::Mailbox => self.shelve_due().await,
                Delivery::Server(mailer) => self.send_due(mailer.as_ref()).await,
            };
            match done {
                Ok(()) => failing = false,
                Err(error) if !failing => {
                    tracing::warn!(%error, "the outbox can't be worked off; trying on");
                    failing = true;
                }
                Err(_) => {}
            }
            tokio::select! {
                () = self.mail_bells.send.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Sends what is due until nothing is.
    async fn send_due(&self, mailer: &dyn Mailer) -> Result<(), Failure> {
        while store::mail::has_due(&self.db, self.now()).await? {
            let mails = self.claim_mails(CLAIMED).await?;
            if mails.is_empty() {
                return Ok(());
            }
            for mail in mails {
                let sent = self.send_one(mailer, &mail).await?;
                self.settle(&mail, sent).await?;
            }
        }
        Ok(())
    }

    async fn claim_mails(&self, most: i64) -> Result<Vec<Mail>, Failure> {
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let mails = store::mail::claim(&tx, now, now.plus_seconds(LEASE), most).await?;
            tx.commit().await?;
            Ok(mails)
        })
        .await
    }

    async fn send_one(&self, mailer: &dyn Mailer, mail: &Mail) -> Result<Result<(), SendError>, Failure> {
        let Some(words) = self.words(mail, true).await? else {
            return Ok(Err(SendError::Permanent("What it tells of is gone.".into())));
        };
        if mail.give_up_at <= self.now() {
            return Ok(Err(SendError::Permanent(too_late(&mail.last_error))));
        }
        let id = self.fingerprint(&format!("message\n{}", mail.key));
        let letter =
            Letter { id: format!("{}.{}", mail.id, &id[..24]), to: mail.recipient.clone(), at: mail.created_at, words };
        let sent = tokio::time::timeout(ATTEMPT, mailer.send(&letter)).await;
        Ok(sent.unwrap_or_else(|_| Err(SendError::Temporary("The mail server took too long.".into()))))
    }

    /// Writes down what became of an attempt.
    async fn settle(&self, mail: &Mail, sent: Result<(), SendError>) -> Result<(), Failure> {
        let now = self.now();
        let outcome = match sent {
            Ok(()) => Outcome::Sent,
            Err(SendError::Permanent(why)) => Outcome::Failed(why),
            Err(SendError::Temporary(why)) => {
                match next_attempt(mail.attempts, seconds(self.settings.mails.retry_pause), now, mail.give_up_at) {
                    Some(next) => Outcome::Later(next, why),
                    None => Outcome::Failed(too_late(&why)),
                }
            }
        };
        let (id, attempts, template) = (mail.id, mail.attempts, mail.template.as_str());
        // What the server said may name the recipient; the staff finds it with the mail.
        let counted = match &outcome {
            Outcome::Sent => {
                tracing::debug!(id, template, attempts, "sent a mail");
                "sent"
            }
            Outcome::Later(..) => {
                tracing::info!(id, template, attempts, "a mail did not get through; trying again later");
                "delayed"
            }
            Outcome::Failed(_) => {
                tracing::warn!(id, template, attempts, "a mail failed; `GET /staff/mails/{id}/` says why");
                "failed"
            }
        };
        metrics::counter!("oxcart_mails_total", "outcome" => counted).increment(1);
        store::retry(|| async {
            let tx = self.db.begin().await?;
            store::mail::settle(&tx, mail, &outcome, now).await?;
            tx.commit().await
        })
        .await?;
        Ok(())
    }

    /// Puts what is due into the mailbox.
    async fn shelve_due(&self) -> Result<(), Failure> {
        while store::mail::has_due(&self.db, self.now()).await? {
            store::retry(|| async {
                let now = self.now();
                let tx = self.db.begin().await?;
                for mail in store::mail::claim(&tx, now, now, SHELVED).await? {
                    store::mail::settle(&tx, &mail, &Outcome::Sent, now).await?;
                }
                tx.commit().await
            })
            .await?;
        }
        Ok(())
    }
}

fn too_late(last: &str) -> String {
    if last.is_empty() { "It could not be sent in time.".into() } else { format!("Given up: {last}") }
}
