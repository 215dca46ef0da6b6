//! From rows of the outbox to the mail server: a few at once, each taken and settled by itself, so that one that hangs
//! holds up no other.

use super::{Mailer, Stop};
use crate::{App, Failure};
use domain::mail::Mail;
use std::sync::Arc;
use std::time::Duration;
use store::mail::Outcome;
use tokio::task::JoinSet;

/// How long it waits for the bell before it looks by itself: the pauses between attempts are no shorter than a second.
const LOOK: Duration = Duration::from_secs(1);
/// Mails one instance sends at once.
const AT_ONCE: usize = 4;
/// How long an instance has a mail for its own, in seconds: longer than an attempt may take, and writing down what became
/// of it. An instance that dies keeps a mail from the others for that long.
pub(super) const LEASE: i64 = 3 * 60;
/// Mails put into the mailbox at a time.
const SHELVED: i64 = 500;

/// Where mails go.
#[derive(Clone)]
pub enum Delivery {
    /// To a mail server.
    Server(Arc<dyn Mailer>),
    /// Nowhere but into the mailbox that the staff sees, where they are kept: the demo shop.
    Mailbox,
    /// Nowhere yet: they wait.
    Nowhere,
}

impl App {
    /// Writes and delivers mails until the shop stops. What is being sent then gets a moment, and is given back after it.
    pub async fn deliver_mails(self, delivery: Delivery, stop: Stop) {
        tokio::join!(self.collect_mails(stop.clone()), self.send_mails(&delivery, stop));
    }

    async fn send_mails(&self, delivery: &Delivery, mut stop: Stop) {
        let mut failing = false;
        let mut under_way = JoinSet::new();
        while !stop.is_told() {
            let done = match delivery {
                Delivery::Nowhere => return,
                Delivery::Mailbox => self.shelve_due().await,
                Delivery::Server(mailer) => self.take_on(mailer, &stop, &mut under_way).await,
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
                Some(_) = under_way.join_next() => {}
                () = self.mail_bells.send.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                () = stop.told() => {}
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    /// Takes on as many mails that are due as there is room for.
    async fn take_on(&self, mailer: &Arc<dyn Mailer>, stop: &Stop, under_way: &mut JoinSet<()>) -> Result<(), Failure> {
        while under_way.try_join_next().is_some() {}
        let room = AT_ONCE.saturating_sub(under_way.len());
        if room == 0 || !store::mail::has_due(&self.db, self.now()).await? {
            return Ok(());
        }
        for mail in self.claim_mails(room).await? {
            under_way.spawn(self.clone().send_one(mailer.clone(), mail, stop.clone()));
        }
        Ok(())
    }

    async fn claim_mails(&self, most: usize) -> Result<Vec<Mail>, Failure> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let mails = store::mail::claim(&tx, now, now.plus_seconds(LEASE), most).await?;
            tx.commit().await?;
            Ok(mails)
        })
        .await
    }

    /// Puts what is due into the mailbox.
    async fn shelve_due(&self) -> Result<(), Failure> {
        while store::mail::has_due(&self.db, self.now()).await? {
            store::retry(|| async {
                let now = self.now();
                let tx = self.db.begin().await?;
                for mail in store::mail::claim(&tx, now, now.plus_seconds(LEASE), SHELVED).await? {
                    store::mail::settle(&tx, &mail, &Outcome::Kept, now).await?;
                }
                tx.commit().await
            })
            .await?;
        }
        Ok(())
    }
}
