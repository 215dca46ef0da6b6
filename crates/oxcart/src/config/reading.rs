//! From texts to the typed [`Config`]. A wrong text becomes a problem and its default stands in,
//! so that one start reports all that is wrong.

use std::path::{Path, PathBuf};

use super::keys::{KEYS, Key, Preset, Secrecy, find};
use super::kind::Kind;
use super::problem::{Problem, Source};
use super::sources::Settings;
use super::values::{Database, Hidden, LogFormat, RedisUrl, without_password};
use super::{Config, Shown, parse};
use crate::secret::SecretKey;

/// Reads every key. What is returned counts only if no problem was added.
pub(super) fn read(settings: &Settings, folder: &Path, problems: &mut Vec<Problem>) -> Config {
    let mut reader = Reader { settings, problems };
    let database = match reader.required("database", parse::database) {
        Database::Sqlite(file) => Database::Sqlite(folder.join(file)),
        postgres => postgres,
    };
    let beside = database.folder().unwrap_or(folder).to_owned();
    let public_url = reader.optional("public_url", parse::url);
    let cookie = reader.required("session_cookie_secure", parse::text);
    let over_https = public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
    let log_format = match reader.required("log_format", parse::text).as_str() {
        "json" => LogFormat::Json,
        "pretty" => LogFormat::Pretty,
        _ => LogFormat::Auto,
    };
    let media_root = reader.optional("media_root", parse::text).map(PathBuf::from);
    let secret_key = match reader.optional("secret_key", parse::exact) {
        Some(key) => SecretKey::Given(key),
        None => SecretKey::Kept(beside.join(crate::secret::FILE_NAME)),
    };
    let mut config = Config {
        addr: reader.required("addr", parse::address),
        session_cookie_secure: cookie == "true" || (cookie == "auto" && over_https),
        session_cookie_by_request: cookie == "auto" && public_url.is_none(),
        public_url,
        debug: reader.required("debug", parse::boolean),
        request_timeout: reader.required("request_timeout", parse::duration),
        shutdown_delay: reader.count("shutdown_delay"),
        database_pool_size: reader.count("database_pool_size"),
        redis: reader.optional("redis", parse::redis).map(RedisUrl),
        redis_prefix: reader.required("redis_prefix", parse::prefix),
        media_root: media_root.map_or_else(|| beside.join("media"), |path| folder.join(path)),
        media_url: reader.required("media_url", parse::url_path),
        media_bucket: reader.optional("media_bucket", parse::bucket),
        media_bucket_key: reader.optional("media_bucket_key", parse::text),
        media_bucket_secret: reader.optional("media_bucket_secret", parse::text).map(Hidden),
        storefront: reader.optional("storefront", parse::text).map(|path| folder.join(path)),
        shop_name: reader.required("shop_name", parse::text),
        currency: reader.required("currency", parse::currency),
        page_size: reader.count("page_size"),
        max_page_size: reader.count("max_page_size"),
        max_line_quantity: reader.count("max_line_quantity"),
        access_token_lifetime: reader.required("access_token_lifetime", parse::duration),
        refresh_token_lifetime: reader.required("refresh_token_lifetime", parse::duration),
        session_lifetime: reader.required("session_lifetime", parse::duration),
        staff_session_lifetime: reader.required("staff_session_lifetime", parse::duration),
        allowed_hosts: reader.list("allowed_hosts", parse::host),
        trusted_proxies: reader.list("trusted_proxies", parse::network),
        cors_allowed_origins: reader.list("cors_allowed_origins", parse::origin),
        hsts_seconds: reader.count("hsts_seconds"),
        login_failure_rate: reader.required("login_failure_rate", parse::rate),
        login_address_rate: reader.required("login_address_rate", parse::rate),
        register_rate: reader.required("register_rate", parse::rate),
        answer_cache_bytes: reader.count("answer_cache_bytes"),
        catalogue_in_memory: reader.count("catalogue_in_memory"),
        max_import_bytes: reader.count("max_import_bytes"),
        max_picture_bytes: reader.count("max_picture_bytes"),
        max_body_bytes: reader.count("max_body_bytes"),
        idempotency_retention: reader.required("idempotency_retention", parse::duration),
        max_header_bytes: reader.count("max_header_bytes"),
        header_timeout: reader.required("header_timeout", parse::duration),
        body_timeout: reader.required("body_timeout", parse::duration),
        idle_timeout: reader.required("idle_timeout", parse::duration),
        unread_timeout: reader.required("unread_timeout", parse::duration),
        max_connections: reader.count("max_connections"),
        max_connections_per_address: reader.count("max_connections_per_address"),
        smtp_url: reader.optional("smtp_url", parse::smtp),
        mail_from: reader.optional("mail_from", parse::mailbox),
        mail_reply_to: reader.optional("mail_reply_to", parse::mailbox),
        mail_retry_pause: reader.required("mail_retry_pause", parse::duration),
        mail_retention: reader.required("mail_retention", parse::duration),
        event_retention: reader.required("event_retention", parse::duration),
        max_sockets: reader.count("max_sockets"),
        max_sockets_per_caller: reader.count("max_sockets_per_caller"),
        socket_query_token: reader.required("socket_query_token", parse::boolean),
        log_level: reader.required("log_level", parse::log_filter),
        audit_retention: reader.required("audit_retention", parse::duration),
        otlp_endpoint: reader.optional("otlp_endpoint", parse::url),
        otlp_sample_percent: reader.count("otlp_sample_percent"),
        log_format,
        database,
        secret_key,
        shown: Vec::new(),
    };
    reader.contradictions(&config);
    config.shown = KEYS.iter().map(|key| shown(key, settings, &config)).collect();
    config
}

struct Reader<'a> {
    settings: &'a Settings,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn optional<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let key = find(name).expect("a test reads every field of Config by a name of the table");
        let setting = self.settings.get(name)?;
        let value = key.kind.accepts(&setting.text).then(|| read(&setting.text)).flatten();
        if value.is_none() {
            self.wrong(key, key.kind.expected());
        }
        value
    }

    fn required<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> T {
        self.optional(name, &read).unwrap_or_else(|| {
            let default = match find(name).map(|key| key.default) {
                Some(Preset::Text(text)) => read(text),
                _ => None,
            };
            default.expect("a test reads every default")
        })
    }

    fn count(&mut self, name: &str) -> u32 {
        let range = find(name).map(|key| key.kind);
        self.required(name, |text| match range {
            Some(Kind::Count(min, max)) => parse::count(text, min, max),
            _ => None,
        })
    }

    fn list<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
        self.required(name, |text| parse::split(text).iter().map(|part| read(part)).collect())
    }

    /// Values that are fine alone and wrong together.
    fn contradictions(&mut self, config: &Config) {
        if config.page_size > config.max_page_size {
            let most = config.max_page_size;
            self.contradiction("page_size", format!("at most max_page_size, which is {most}"));
        }
        if config.refresh_token_lifetime < config.access_token_lifetime {
            let expected = "at least access_token_lifetime".to_owned();
            self.contradiction("refresh_token_lifetime", expected);
        }
        let has_key = config.media_bucket_key.is_some() && config.media_bucket_secret.is_some();
        if config.media_bucket.is_some() && !has_key {
            let expected = "media_bucket_key and media_bucket_secret beside it".to_owned();
            self.contradiction("media_bucket", expected);
        }
        if config.smtp_url.is_some() && config.mail_from.is_none() {
            self.contradiction("smtp_url", "mail_from beside it, whom mails come from".to_owned());
        }
        if config.smtp_url.is_some() && config.public_url.is_none() {
            self.contradiction("smtp_url", "public_url beside it, since mails link to the shop".to_owned());
        }
    }

    fn contradiction(&mut self, name: &str, expected: String) {
        let key = find(name).expect("contradictions name keys of the table");
        self.wrong(key, expected);
    }

    fn wrong(&mut self, key: &'static Key, expected: String) {
        let Some(setting) = self.settings.get(key.name) else {
            return;
        };
        self.problems.push(Problem::Wrong {
            key: key.name,
            shown: format!("`{}`", masked(key, &setting.text)),
            source: setting.source.clone(),
            expected,
        });
    }
}

fn masked(key: &Key, text: &str) -> String {
    match key.secrecy {
        Secrecy::Open => text.to_owned(),
        Secrecy::UrlPassword => without_password(text),
        Secrecy::Whole => "***".to_owned(),
    }
}

/// The effective value: what `auto` and an unset path came to, not what was written.
fn shown(key: &'static Key, settings: &Settings, config: &Config) -> Shown {
    let setting = settings.get(key.name);
    let written = setting.map(|setting| masked(key, &setting.text));
    let value = match key.name {
        "database" => Some(config.database.to_string()),
        "storefront" => config.storefront.as_ref().map(|path| path.display().to_string()),
        "media_root" => Some(config.media_root.display().to_string()),
        "secret_key" => Some(config.secret_key.to_string()),
        "session_cookie_secure" if config.session_cookie_by_request => Some("auto".to_owned()),
        "session_cookie_secure" => Some(config.session_cookie_secure.to_string()),
        _ => written.filter(|text| !text.is_empty()),
    };
    let source = setting.map_or(Source::Default, |setting| setting.source.clone());
    Shown { key: key.name, value, source }
}
