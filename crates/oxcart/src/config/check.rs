//! What is wrong or risky in a configuration that can be read. Pure: a configuration in, findings
//! out. Where Django's `check --deploy` has the same finding, the number is Django's.

use std::collections::BTreeSet;
use std::fmt;

use super::{Config, Database};
use crate::secret::{LENGTH, SecretKey};

/// How bad a finding is, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Risky in production.
    Warning,
    /// Something will not work.
    Error,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A name to search for, such as `oxcart.W009`.
    pub id: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What was found.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        write!(f, "{level}: {} ({})\n  {}", self.message, self.id, self.hint)
    }
}

fn found(id: &'static str, message: impl Into<String>, hint: &'static str) -> Finding {
    let level = match id.as_bytes().get("oxcart.".len()) {
        Some(b'E') => Level::Error,
        Some(b'W') => Level::Warning,
        _ => Level::Info,
    };
    Finding { id, level, message: message.into(), hint }
}

/// What will not work, whether in production or not.
pub fn errors(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let url = config.public_url.as_deref().unwrap_or_default();
    if config.session_cookie_secure && url.starts_with("http://") {
        findings.push(found(
            "oxcart.E001",
            "session_cookie_secure is on, but public_url is http: browsers keep no session",
            "Put the shop behind https, or set session_cookie_secure to auto.",
        ));
    }
    if !url.is_empty() && !allows(&config.allowed_hosts, host_of(url)) {
        findings.push(found(
            "oxcart.E002",
            format!("allowed_hosts refuses {}, the host of public_url", host_of(url)),
            "Add the host to allowed_hosts.",
        ));
    }
    findings
}

/// The bucket of the pictures can't be used, for this reason.
pub fn unusable_bucket(why: String) -> Finding {
    let hint = "Mend what it says: until then pictures are neither kept nor shown, and the shop sells without them.";
    found("oxcart.E003", why, hint)
}

/// What is risky in production. `max_connections` is how many connections the PostgreSQL server
/// allows, if it could be asked.
pub fn deploy(config: &Config, max_connections: Option<u32>) -> Vec<Finding> {
    let mut findings = secret_key(&config.secret_key);
    findings.extend(exposure(config));
    findings.extend(storage(config, max_connections));
    findings
}

fn secret_key(secret: &SecretKey) -> Vec<Finding> {
    let SecretKey::Given(key) = secret else {
        return vec![found(
            "oxcart.W021",
            format!("SECRET_KEY is not set; a made one is used: {secret}"),
            "Set SECRET_KEY to a long random text and keep a copy: without it every login ends.",
        )];
    };
    let distinct = key.chars().collect::<BTreeSet<_>>().len();
    if key.chars().count() >= LENGTH && distinct >= 5 && !key.starts_with("django-insecure-") {
        return Vec::new();
    }
    vec![found(
        "oxcart.W009",
        "SECRET_KEY has less than 50 characters, less than 5 different ones, or starts with \
         django-insecure-: whoever guesses it can log in as anyone",
        "Make a new one, for instance with `openssl rand -base64 48`.",
    )]
}

fn exposure(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let by_proxy = config.session_cookie_by_request && !config.trusted_proxies.is_empty();
    if !config.session_cookie_secure && !by_proxy {
        findings.push(found(
            "oxcart.W012",
            "session_cookie_secure is off: a session can be stolen on an open network",
            "Set public_url to the shop's https address, or session_cookie_secure to true.",
        ));
    }
    if config.debug {
        findings.push(found(
            "oxcart.W018",
            "debug is on: failures show how the shop works inside",
            "Set debug to false.",
        ));
    }
    if config.allowed_hosts.is_empty() || config.allowed_hosts.iter().any(|host| host == "*") {
        findings.push(found(
            "oxcart.W020",
            "allowed_hosts lets any host name in: links can be made to point elsewhere",
            "Set allowed_hosts to the shop's host names.",
        ));
    }
    if !config.addr.ip().is_loopback() && config.trusted_proxies.is_empty() {
        findings.push(found(
            "oxcart.W022",
            format!(
                "listening on {} without trusted_proxies: behind a proxy, all customers count as \
                 one address and share its limits",
                config.addr
            ),
            "Set trusted_proxies to the proxy's address or network.",
        ));
    }
    if config.cors_allowed_origins.iter().any(|origin| origin == "*") {
        findings.push(found(
            "oxcart.W023",
            "cors_allowed_origins lets the pages of any site call the API",
            "Name the origins that may.",
        ));
    }
    findings
}

fn storage(config: &Config, max_connections: Option<u32>) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &config.database {
        Database::Sqlite(_) => findings.push(found(
            "oxcart.I001",
            "the shop is kept in SQLite, which one instance on one machine can use",
            "That is fine for a single server. For several, move to PostgreSQL: see `oxcart \
             dumpdata --help`.",
        )),
        Database::Postgres(_) if config.redis.is_none() => findings.push(found(
            "oxcart.I002",
            "no Redis: each instance counts rate limits and keeps session carts for itself",
            "That is fine for one instance. For several, set REDIS_URL.",
        )),
        Database::Postgres(_) => {}
    }
    if let Some(most) = max_connections.filter(|most| config.database_pool_size > *most) {
        findings.push(found(
            "oxcart.W024",
            format!(
                "database_pool_size is {}, but the server allows {most} connections in all",
                config.database_pool_size
            ),
            "Lower database_pool_size, or raise max_connections of the server.",
        ));
    }
    findings
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn allows(allowed: &[String], host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let matches = |pattern: &String| match pattern.strip_prefix('.') {
        Some(domain) => host == domain || host.ends_with(pattern.as_str()),
        None => pattern == "*" || *pattern == host,
    };
    allowed.is_empty() || allowed.iter().any(matches)
}

#[cfg(test)]
mod tests {
    use super::super::Inputs;
    use super::*;

    const GOOD_KEY: &str = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdef";

    fn config(file: &str) -> Config {
        let inputs = Inputs {
            file: Some(("oxcart.toml".into(), file.to_owned())),
            folder: "/srv/shop".into(),
            ..Inputs::default()
        };
        Config::resolve(&inputs).expect("the test's configuration is good")
    }

    fn deployable(more: &str) -> Config {
        config(&format!(
            "secret_key = \"{GOOD_KEY}\"\npublic_url = \"https://shop.example\"\n\
             allowed_hosts = [\"shop.example\"]\n{more}"
        ))
    }

    fn ids(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.id).collect()
    }

    #[test]
    fn a_shop_made_ready_has_no_warning() {
        let findings = deploy(&deployable(""), None);
        assert_eq!(ids(&findings), ["oxcart.I001"], "SQLite is noted and nothing else");
        assert!(errors(&deployable("")).is_empty());
    }

    #[test]
    fn a_fresh_shop_is_warned_of_all_that_is_open() {
        let findings = deploy(&config("debug = true\naddr = \"0.0.0.0:80\""), None);
        assert_eq!(
            ids(&findings),
            ["oxcart.W021", "oxcart.W012", "oxcart.W018", "oxcart.W020", "oxcart.W022", "oxcart.I001"]
        );
    }

    #[test]
    fn a_weak_secret_is_found() {
        let long = "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz0123456789";
        for weak in ["short", &"ab".repeat(40), long] {
            let findings = deploy(&config(&format!("secret_key = \"{weak}\"")), None);
            assert!(ids(&findings).contains(&"oxcart.W009"), "`{weak}` passes for a secret");
        }
    }

    #[test]
    fn a_pool_larger_than_the_server_allows_is_found() {
        let shop = deployable("database = \"postgres://db/shop\"\ndatabase_pool_size = 50");
        assert_eq!(ids(&deploy(&shop, Some(20))), ["oxcart.I002", "oxcart.W024"]);
        assert_eq!(ids(&deploy(&shop, Some(50))), ["oxcart.I002"]);
    }

    #[test]
    fn what_cannot_work_is_an_error() {
        let shop = config(
            "public_url = \"http://shop.example:8000\"\nsession_cookie_secure = true\n\
             allowed_hosts = [\"www.shop.example\"]",
        );
        assert_eq!(ids(&errors(&shop)), ["oxcart.E001", "oxcart.E002"]);
        let shop = config("public_url = \"http://www.shop.example:8000\"\nallowed_hosts = [\".shop.example\"]");
        assert!(errors(&shop).is_empty(), "a leading dot must let subdomains in");
    }
}
