//! The configuration: one plain value, resolved once at the start from flags, environment,
//! `oxcart.toml` and defaults, in that order. What can be set stands in [`keys`]; a new key needs
//! an entry there and a field here.

pub mod check;
pub mod currency;
pub mod keys;
mod kind;
mod parse;
mod problem;
mod reading;
pub mod reference;
mod sources;
#[cfg(test)]
mod tests;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use lettre::message::Mailbox;

pub use currency::Currency;
pub use kind::Kind;
pub use problem::{ConfigErrors, Problem, Source};
pub use sources::Inputs;
pub use values::{BucketAddress, Database, Hidden, LogFormat, Rate, RedisUrl, SmtpUrl, without_password};

use crate::secret::SecretKey;

/// Everything that can be set, ready to use. Each field is the key of the same name; see
/// [`keys::KEYS`] for what it means.
#[derive(Clone, Debug)]
pub struct Config {
    pub addr: SocketAddr,
    /// Without a closing slash.
    pub public_url: Option<String>,
    pub debug: bool,
    pub request_timeout: Duration,
    /// In seconds.
    pub shutdown_delay: u32,
    /// A SQLite path is absolute.
    pub database: Database,
    pub database_pool_size: u32,
    pub redis: Option<RedisUrl>,
    pub redis_prefix: String,
    /// Absolute.
    pub media_root: PathBuf,
    /// Starts and ends with `/`.
    pub media_url: String,
    pub media_bucket: Option<BucketAddress>,
    /// There when `media_bucket` is.
    pub media_bucket_key: Option<String>,
    /// There when `media_bucket` is.
    pub media_bucket_secret: Option<Hidden>,
    /// Absolute.
    pub storefront: Option<PathBuf>,
    pub shop_name: String,
    pub currency: Currency,
    /// At most `max_page_size`.
    pub page_size: u32,
    pub max_page_size: u32,
    pub max_line_quantity: u32,
    /// Given, or the file a made one is kept in; see [`SecretKey::load`].
    pub secret_key: SecretKey,
    pub access_token_lifetime: Duration,
    /// At least `access_token_lifetime`.
    pub refresh_token_lifetime: Duration,
    pub session_lifetime: Duration,
    pub staff_session_lifetime: Duration,
    /// `auto` is settled here, as far as `public_url` tells.
    pub session_cookie_secure: bool,
    /// Whether `auto` is left to each request.
    pub session_cookie_by_request: bool,
    /// Lower case; empty means any.
    pub allowed_hosts: Vec<String>,
    pub trusted_proxies: Vec<IpNet>,
    pub cors_allowed_origins: Vec<String>,
    pub hsts_seconds: u32,
    pub login_failure_rate: Rate,
    pub login_address_rate: Rate,
    pub register_rate: Rate,
    pub answer_cache_bytes: u32,
    pub catalogue_in_memory: u32,
    pub max_body_bytes: u32,
    pub max_picture_bytes: u32,
    pub max_import_bytes: u32,
    pub idempotency_retention: Duration,
    pub max_header_bytes: u32,
    pub header_timeout: Duration,
    pub body_timeout: Duration,
    pub idle_timeout: Duration,
    pub unread_timeout: Duration,
    pub max_connections: u32,
    /// 0 for any number.
    pub max_connections_per_address: u32,
    pub smtp_url: Option<SmtpUrl>,
    /// There when `smtp_url` is.
    pub mail_from: Option<Mailbox>,
    pub mail_reply_to: Option<Mailbox>,
    pub mail_retry_pause: Duration,
    pub mail_retention: Duration,
    pub event_retention: Duration,
    pub max_sockets: u32,
    pub max_sockets_per_caller: u32,
    pub socket_query_token: bool,
    pub log_format: LogFormat,
    pub log_level: String,
    pub audit_retention: Duration,
    /// Without a closing slash.
    pub otlp_endpoint: Option<String>,
    pub otlp_sample_percent: u32,
    /// Every key's effective value and where it came from, in the order of the reference.
    pub shown: Vec<Shown>,
}

/// A key's effective value as it may be shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The key.
    pub key: &'static str,
    /// The value, secrets masked; nothing when the key is not set.
    pub value: Option<String>,
    /// Where it came from.
    pub source: Source,
}

impl Config {
    /// Resolves the configuration. Reads nothing but `inputs`.
    ///
    /// # Errors
    /// Every problem at once: unknown names, wrong values, values that contradict each other.
    pub fn resolve(inputs: &Inputs) -> Result<Config, ConfigErrors> {
        let mut problems = Vec::new();
        let settings = sources::gather(inputs, &mut problems);
        let config = reading::read(&settings, &inputs.folder, &mut problems);
        if problems.is_empty() { Ok(config) } else { Err(ConfigErrors(problems)) }
    }
}
