//! The Redis side. One multiplexed connection that reconnects by itself; after a failure Redis is left out for a
//! moment, so that a dead server does not add its time-out to every request.

use crate::backoff::{Backoff, FORGET};
use crate::{Count, PATIENCE};
use redis::aio::{ConnectionManager, ConnectionManagerConfig, PubSub};
use redis::{Client, Cmd, FromRedisValue, Script};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long Redis is left out after a failure.
const BREAK: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub(crate) struct RedisServer {
    client: Client,
    connection: ConnectionManager,
    prefix: Arc<str>,
    started: Instant,
    /// Milliseconds after `started` until which Redis is left out.
    resume: Arc<AtomicU64>,
    hit: Arc<Script>,
    failed: Arc<Script>,
}

impl RedisServer {
    pub(crate) fn open(url: &str, prefix: &str) -> Result<Self, String> {
        let wrong = |error: redis::RedisError| {
            format!("the Redis address is not understood: {error}. Its form is redis://host:6379/0")
        };
        let client = Client::open(url).map_err(wrong)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(1)))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(100));
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), config).map_err(wrong)?;
        // The window starts with its first hit and is not prolonged by later ones.
        let hit = Script::new(
            "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end \
             return {n, redis.call('PTTL', KEYS[1])}",
        );
        // As `Backoff::wait_after`; the failures are counted and the wait begins in one step.
        let failed = Script::new(
            "local n = redis.call('INCR', KEYS[1]) redis.call('PEXPIRE', KEYS[1], ARGV[1]) \
             local over = n - tonumber(ARGV[2]) \
             if over >= 0 then \
             local wait = math.min(tonumber(ARGV[3]) * 2 ^ math.min(over, 32), tonumber(ARGV[4])) \
             redis.call('SET', KEYS[2], n, 'PX', string.format('%.0f', wait)) end return n",
        );
        let resume = Arc::new(AtomicU64::new(0));
        let (prefix, started) = (prefix.into(), Instant::now());
        Ok(Self { client, connection, prefix, started, resume, hit: Arc::new(hit), failed: Arc::new(failed) })
    }

    /// `prefix:kind:{name}`: the braces keep all keys of one aggregate on one node of a cluster.
    pub(crate) fn key(&self, kind: &str, name: &str) -> String {
        format!("{}:{kind}:{{{name}}}", self.prefix)
    }

    /// `prefix:name`, for messages.
    pub(crate) fn channel(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }

    pub(crate) async fn publish(&self, channel: &str, message: i64) {
        let _: Option<i64> = self.run(redis::cmd("PUBLISH").arg(channel).arg(message)).await;
    }

    /// What is published from now on, until the connection breaks; `None` when there is none to be had.
    pub(crate) async fn subscribe(&self, channel: &str) -> Option<PubSub> {
        let subscribed = async {
            let mut pubsub = self.client.get_async_pubsub().await?;
            pubsub.subscribe(channel).await?;
            redis::RedisResult::Ok(pubsub)
        };
        tokio::time::timeout(Duration::from_secs(1), subscribed).await.ok()?.ok()
    }

    pub(crate) async fn ping(&self) -> Option<String> {
        let mut connection = self.connection.clone();
        let ping = redis::cmd("PING");
        tokio::time::timeout(PATIENCE, ping.query_async(&mut connection)).await.ok()?.ok()
    }

    pub(crate) async fn hit(&self, key: &str, per: Duration) -> Option<Count> {
        let mut connection = self.connection.clone();
        let key = self.key("rate", key);
        let mut call = self.hit.key(key);
        let call = call.arg(millis(per));
        let (times, left): (u32, i64) = self.within(call.invoke_async(&mut connection)).await?;
        Some(count(times, left))
    }

    pub(crate) async fn peek(&self, key: &str) -> Option<Count> {
        let key = self.key("rate", key);
        let mut both = redis::pipe();
        both.get(&key).pttl(&key);
        let mut connection = self.connection.clone();
        let (times, left): (Option<u32>, i64) = self.within(both.query_async(&mut connection)).await?;
        Some(count(times.unwrap_or(0), left))
    }

    pub(crate) async fn failed(&self, key: &str, backoff: Backoff) -> Option<()> {
        let mut connection = self.connection.clone();
        let mut call = self.failed.key(self.key("failures", key));
        let call = call.key(self.key("wait", key)).arg(millis(FORGET));
        let call = call.arg(backoff.free).arg(millis(backoff.first)).arg(millis(backoff.most));
        self.within(call.invoke_async::<i64>(&mut connection)).await.map(drop)
    }

    /// `Some(None)` when there is nothing to wait for, `None` when Redis does not tell.
    pub(crate) async fn waiting(&self, key: &str) -> Option<Option<Duration>> {
        let left: i64 = self.run(redis::cmd("PTTL").arg(self.key("wait", key))).await?;
        Some(u64::try_from(left).ok().filter(|left| *left > 0).map(Duration::from_millis))
    }

    pub(crate) async fn forgive(&self, key: &str) {
        let keys = [self.key("failures", key), self.key("wait", key)];
        let _: Option<i64> = self.run(redis::cmd("DEL").arg(&keys)).await;
    }

    pub(crate) async fn get(&self, key: &str) -> Option<String> {
        self.run::<Option<String>>(redis::cmd("GET").arg(key)).await.flatten()
    }

    pub(crate) async fn put(&self, key: &str, value: &str, lifetime: Duration) {
        let seconds = lifetime.as_secs().max(1);
        let _: Option<()> = self.run(redis::cmd("SET").arg(key).arg(value).arg("EX").arg(seconds)).await;
    }

    async fn run<T: FromRedisValue>(&self, command: &mut Cmd) -> Option<T> {
        let mut connection = self.connection.clone();
        self.within(command.query_async(&mut connection)).await
    }

    /// The answer, unless Redis is being left out, fails or takes too long.
    async fn within<T>(&self, call: impl Future<Output = redis::RedisResult<T>>) -> Option<T> {
        let now = self.since_start();
        if now < self.resume.load(Ordering::Relaxed) {
            return None;
        }
        let problem = match tokio::time::timeout(PATIENCE, call).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        tracing::warn!(%problem, "Redis is left out for a moment");
        let pause = u64::try_from(BREAK.as_millis()).unwrap_or_default();
        self.resume.store(now.saturating_add(pause), Ordering::Relaxed);
        None
    }

    fn since_start(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Whole milliseconds, at least one.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

fn count(times: u32, left_ms: i64) -> Count {
    Count { times, left: Duration::from_millis(left_ms.max(0).unsigned_abs()) }
}
