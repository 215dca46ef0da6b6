//! From what happened to rows of the outbox.

use super::{Stop, TRIED};
use crate::{App, Failure};
use domain::mail::Template;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long it waits for the bell before it looks by itself: orders and requests of other instances ring no bell here.
const LOOK: Duration = Duration::from_secs(2);
/// How long it lets things gather once it was rung, so that a busy shop's orders make few transactions.
const GATHER: Duration = Duration::from_millis(250);
/// Events looked at for one transaction.
const SPAN: i64 = 1_000;
/// The cursor stays behind by as many events that are nobody's mail, rather than being moved for each of them.
const BEHIND: i64 = 200;
/// Requests for new passwords answered in one transaction.
const REQUESTS: i64 = 100;
/// Links to set a new password that an account may have at a time: nobody's mailbox is filled by others.
const RESETS: i64 = 5;

impl App {
    /// Writes the mails that are to be sent, until the shop stops.
    pub(super) async fn collect_mails(&self, mut stop: Stop) {
        let mut failing = false;
        while !stop.is_told() {
            match self.collect_once().await {
                Ok(()) => failing = false,
                // Told once, not every two seconds.
                Err(error) if !failing => {
                    tracing::warn!(%error, "what customers are to be told can't be looked up; trying on");
                    failing = true;
                }
                Err(_) => {}
            }
            tokio::select! {
                () = self.mail_bells.collect.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                () = stop.told() => return,
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    async fn collect_once(&self) -> Result<(), Failure> {
        loop {
            let news = store::mail::news(&self.db).await?;
            let mut wrote = false;
            // First, because somebody waits for it.
            if news.has_reset_requests {
                wrote |= self.answer_reset_requests().await?;
            }
            if news.head > news.cursor {
                wrote |= self.tell_of_orders(news.cursor, news.head).await?;
            }
            if !wrote {
                return Ok(());
            }
            self.mail_bells.send.notify_one();
        }
    }

    /// Reads the log on and writes the mails about orders. Returns whether there may be more.
    async fn tell_of_orders(&self, from: i64, head: i64) -> Result<bool, Failure> {
        let to = head.min(from + SPAN);
        if to == head && to - from < BEHIND && !store::mail::has_orders_to_tell_of(&self.db, from, to).await? {
            return Ok(false);
        }
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            if store::mail::move_cursor(&tx, from, to).await? {
                store::mail::insert_of_orders(&tx, from, to, now, now.plus_seconds(TRIED)).await?;
            }
            tx.commit().await
        })
        .await?;
        Ok(true)
    }

    /// Writes a link to those who forgot their password and have an account. Returns whether there was anybody.
    async fn answer_reset_requests(&self) -> Result<bool, Failure> {
        store::retry(|| async {
            let now = self.now();
            let tx = self.db.begin().await?;
            let asked = store::mail::take_reset_requests(&tx, REQUESTS).await?;
            let keys: BTreeSet<_> = asked.iter().map(|(key, _)| key).collect();
            for key in keys {
                let Some(user) = store::user::by_email(&tx, key).await?.filter(|user| user.is_active) else { continue };
                let template = Template::PasswordReset;
                if store::account_token::count(&tx, user.id, template, now).await? < RESETS {
                    self.mail_token(&tx, &user, template, now).await?;
                }
            }
            tx.commit().await?;
            Ok(!asked.is_empty())
        })
        .await
    }
}
