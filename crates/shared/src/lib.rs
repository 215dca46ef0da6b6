//! What instances share and may lose: counters for rate limits, the cache of session carts, and nudges that the event
//! log has grown. In Redis when there is one, in this process otherwise.
//!
//! Nothing here is true on its own: a Redis that is flushed, slow or gone costs speed and nothing else. Every call is
//! bounded by [`PATIENCE`] and falls back to this process's memory.

mod backoff;
mod memory;
mod nudges;
mod redis_server;

pub use backoff::Backoff;

use memory::Memory;
use nudges::Nudges;
use redis_server::RedisServer;
use std::time::Duration;

/// How long Redis may take to answer before it is left out.
pub const PATIENCE: Duration = Duration::from_millis(150);

/// What instances share. Cheap to clone.
#[derive(Clone)]
pub struct Shared {
    memory: Memory,
    redis: Option<RedisServer>,
    nudges: Nudges,
}

/// How often something may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Times.
    pub count: u32,
    /// Per this long.
    pub per: Duration,
}

/// A counter as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// How often it happened in the current window.
    pub times: u32,
    /// Until the window ends.
    pub left: Duration,
}

impl Rate {
    /// How long to wait when the count has reached this rate.
    #[must_use]
    pub fn wait(self, now: Count) -> Option<Duration> {
        (now.times >= self.count).then_some(now.left)
    }
}

impl Shared {
    /// With a Redis server (`redis://…`), or without. An unreachable server is no error: it is tried again in the
    /// background. `prefix` keeps several shops on one server apart.
    pub fn open(url: Option<&str>, prefix: &str) -> Result<Self, String> {
        let redis = url.map(|url| RedisServer::open(url, prefix)).transpose()?;
        Ok(Self { memory: Memory::new(), redis, nudges: Nudges::default() })
    }

    /// Whether a Redis server is configured.
    #[must_use]
    pub fn has_redis(&self) -> bool {
        self.redis.is_some()
    }

    /// Whether the Redis server answers; true when none is configured.
    pub async fn ping(&self) -> bool {
        match &self.redis {
            None => true,
            Some(redis) => redis.ping().await.is_some(),
        }
    }

    /// Counts one more of `key` in windows of `per`, and returns the count with it.
    pub async fn hit(&self, key: &str, per: Duration) -> Count {
        if let Some(redis) = &self.redis
            && let Some(count) = redis.hit(key, per).await
        {
            return count;
        }
        self.memory.hit(key, per)
    }

    /// The count of `key` as it stands, without adding to it.
    pub async fn peek(&self, key: &str) -> Count {
        if let Some(redis) = &self.redis
            && let Some(count) = redis.peek(key).await
        {
            return count;
        }
        self.memory.peek(key)
    }

    /// Notes that `key` failed once more; from now on [`Shared::waiting`] tells how long it has to wait.
    pub async fn failed(&self, key: &str, backoff: Backoff) {
        if let Some(redis) = &self.redis
            && redis.failed(key, backoff).await.is_some()
        {
            return;
        }
        self.memory.failed(key, backoff);
    }

    /// How long `key` has to wait until it may try again, if at all.
    pub async fn waiting(&self, key: &str) -> Option<Duration> {
        if let Some(redis) = &self.redis
            && let Some(left) = redis.waiting(key).await
        {
            return left;
        }
        self.memory.waiting(key)
    }

    /// Forgets that `key` ever failed.
    pub async fn forgive(&self, key: &str) {
        self.memory.forgive(key);
        if let Some(redis) = &self.redis {
            redis.forgive(key).await;
        }
    }

    /// The cached cart of a session, if it carries this stamp: whoever stored it saw the database as it is now.
    pub async fn session_cart(&self, session: i64, stamp: &str) -> Option<String> {
        let redis = self.redis.as_ref()?;
        let cached = redis.get(&redis.key("cart", &session.to_string())).await?;
        let (cached_stamp, body) = cached.split_once('\n')?;
        (cached_stamp == stamp).then(|| body.to_owned())
    }

    /// Caches the cart of a session under the stamp it was read with.
    pub async fn keep_session_cart(&self, session: i64, stamp: &str, body: &str, lifetime: Duration) {
        if let Some(redis) = &self.redis {
            redis.put(&redis.key("cart", &session.to_string()), &format!("{stamp}\n{body}"), lifetime).await;
        }
    }

    /// Starts passing nudges on between instances; once, by whoever follows the event log. Needs a runtime.
    pub fn join_nudges(&self) {
        if let Some(redis) = &self.redis {
            self.nudges.join(redis);
        }
    }

    /// Tells the other instances that the event log has grown up to `seq`. Never waits, never fails.
    pub fn nudge(&self, seq: i64) {
        self.nudges.send(seq);
    }

    /// Waits for a nudge of an instance, this one included; returns how far the log has grown. Forever without Redis.
    pub async fn nudged(&self) -> i64 {
        self.nudges.next().await
    }
}
