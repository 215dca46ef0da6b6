//! One attempt at one mail, and what is written down of it. Whatever goes wrong is settled: a mail that can't be put into
//! words, or a database that is away for a moment, keeps no mail waiting for its lease to run out.

use super::deliver::LEASE;
use super::{Letter, Mailer, SendError, Stop};
use crate::{App, Failure, seconds};
use domain::mail::{Mail, next_attempt};
use std::sync::Arc;
use std::time::Duration;
use store::mail::Outcome;

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(60);
/// How long what is being sent may still take once the shop stops.
const GRACE: Duration = Duration::from_secs(4);
/// How long it waits before it writes an outcome down that the database did not take.
const AGAIN: Duration = Duration::from_secs(1);

impl App {
    /// Sends a mail that was claimed and writes down what became of it. What isn't through a moment after the shop was
    /// told to stop is due again at once, for whoever runs then.
    pub(super) async fn send_one(self, mailer: Arc<dyn Mailer>, mail: Mail, mut stop: Stop) {
        let out_of_time = async {
            stop.told().await;
            tokio::time::sleep(GRACE).await;
        };
        let outcome = tokio::select! {
            biased;
            sent = self.attempt(mailer.as_ref(), &mail) => self.outcome(&mail, sent),
            () = out_of_time => Outcome::Later(self.now(), "The shop stopped before it was through.".into()),
        };
        self.note(&mail, &outcome);
        self.settle(&mail, &outcome).await;
    }

    async fn attempt(&self, mailer: &dyn Mailer, mail: &Mail) -> Result<(), SendError> {
        if mail.give_up_at <= self.now() {
            return Err(SendError::Permanent(too_late(&mail.last_error)));
        }
        let words = match self.words(mail, true).await {
            Ok(Some(words)) => words,
            Ok(None) => return Err(SendError::Permanent("What it tells of is gone.".into())),
            Err(failure) => return Err(SendError::Temporary(format!("It can't be put into words: {failure}"))),
        };
        let id = self.fingerprint(&format!("message\n{}", mail.key));
        let letter =
            Letter { id: format!("{}.{}", mail.id, &id[..24]), to: mail.recipient.clone(), at: mail.created_at, words };
        let sent = tokio::time::timeout(ATTEMPT, mailer.send(&letter)).await;
        sent.unwrap_or_else(|_| Err(SendError::Temporary("The mail server took too long.".into())))
    }

    fn outcome(&self, mail: &Mail, sent: Result<(), SendError>) -> Outcome {
        match sent {
            Ok(()) => Outcome::Sent,
            Err(SendError::Permanent(why)) => Outcome::Failed(why),
            Err(SendError::Temporary(why)) => {
                let pause = seconds(self.settings.mails.retry_pause);
                match next_attempt(mail.attempts, pause, self.now(), mail.give_up_at) {
                    Some(next) => Outcome::Later(next, why),
                    None => Outcome::Failed(too_late(&why)),
                }
            }
        }
    }

    /// What the server said may name the recipient: the log leaves it out, and the staff finds it with the mail.
    fn note(&self, mail: &Mail, outcome: &Outcome) {
        let (id, attempts, template) = (mail.id, mail.attempts, mail.template.as_str());
        let counted = match outcome {
            Outcome::Sent => {
                tracing::debug!(id, template, attempts, "sent a mail");
                "sent"
            }
            Outcome::Kept => return,
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
    }

    /// Writes an outcome down; tries on while the mail is still this instance's.
    async fn settle(&self, mail: &Mail, outcome: &Outcome) {
        let end = mail.leased_until.unwrap_or_else(|| self.now().plus_seconds(LEASE));
        while let Err(error) = self.settle_once(mail, outcome).await {
            if self.now() >= end {
                tracing::warn!(id = mail.id, %error, "what became of a mail can't be written down; it may go out twice");
                return;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn settle_once(&self, mail: &Mail, outcome: &Outcome) -> Result<(), Failure> {
        store::retry(|| async {
            let tx = self.db.begin().await?;
            store::mail::settle(&tx, mail, outcome, self.now()).await?;
            tx.commit().await
        })
        .await?;
        Ok(())
    }
}

fn too_late(last: &str) -> String {
    if last.is_empty() { "It could not be sent in time.".into() } else { format!("Given up: {last}") }
}
