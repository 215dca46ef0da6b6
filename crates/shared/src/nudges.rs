//! Nudges between instances: "the event log has grown up to here". One that is lost costs time, not truth, because
//! whoever follows the log also looks by itself; so nothing is acknowledged, repeated or kept.

use crate::redis_server::RedisServer;
use futures_util::StreamExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// Between attempts to subscribe.
const PAUSE: Duration = Duration::from_millis(500);

/// Both directions, joined to Redis by two tasks for as long as the process runs.
#[derive(Clone, Default)]
pub(crate) struct Nudges {
    sent: Arc<Newest>,
    received: Arc<Newest>,
}

/// The newest nudge that nobody has looked at: older ones say less.
#[derive(Default)]
struct Newest {
    seq: AtomicI64,
    news: Notify,
}

impl Newest {
    fn put(&self, seq: i64) {
        self.seq.fetch_max(seq, Ordering::AcqRel);
        self.news.notify_one();
    }

    async fn take(&self) -> i64 {
        self.news.notified().await;
        self.seq.load(Ordering::Acquire)
    }
}

impl Nudges {
    /// Starts passing nudges on; without it they stay where they are.
    pub(crate) fn join(&self, redis: &RedisServer) {
        tokio::spawn(publish(Arc::clone(&self.sent), redis.clone()));
        tokio::spawn(subscribe(Arc::clone(&self.received), redis.clone()));
    }

    pub(crate) fn send(&self, seq: i64) {
        self.sent.put(seq);
    }

    pub(crate) async fn next(&self) -> i64 {
        self.received.take().await
    }
}

async fn publish(outgoing: Arc<Newest>, redis: RedisServer) {
    loop {
        let seq = outgoing.take().await;
        redis.publish(&redis.channel("events"), seq).await;
    }
}

async fn subscribe(incoming: Arc<Newest>, redis: RedisServer) {
    loop {
        if let Some(mut subscription) = redis.subscribe(&redis.channel("events")).await {
            let mut nudges = subscription.on_message();
            while let Some(message) = nudges.next().await {
                if let Ok(seq) = message.get_payload() {
                    incoming.put(seq);
                }
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
