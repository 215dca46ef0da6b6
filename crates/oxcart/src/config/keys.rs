//! The one table of everything that can be set. Parsing, the errors, `--help` and the printed
//! reference all read it. To add a key: one entry here, one field in [`super::Config`].

use super::kind::Kind;

/// What holds when nobody sets a key.
#[derive(Clone, Copy, Debug)]
pub enum Preset {
    /// This text, read like any other value.
    Text(&'static str),
    /// No value; the sentence says what happens then.
    Unset(&'static str),
}

/// How much of a value may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// All of it.
    Open,
    /// All but the password inside the URL.
    UrlPassword,
    /// Nothing.
    Whole,
}

/// One thing that can be set.
#[derive(Debug)]
pub struct Key {
    /// Its name in `oxcart.toml`.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Its environment variables; the first that is set wins.
    pub env: &'static [&'static str],
    /// The command-line flag that sets it.
    pub flag: Option<&'static str>,
    /// The heading it stands under in the reference.
    pub group: &'static str,
    /// What a value looks like.
    pub kind: Kind,
    /// What holds when nobody sets it.
    pub default: Preset,
    /// What a number counts; empty where the value carries its own unit.
    pub unit: &'static str,
    /// How much of it may be shown.
    pub secrecy: Secrecy,
    /// What it is for, in one or two sentences.
    pub help: &'static str,
}

impl Key {
    const fn flag(mut self, flag: &'static str) -> Self {
        self.flag = Some(flag);
        self
    }

    const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    const fn secret(mut self, secrecy: Secrecy) -> Self {
        self.secrecy = secrecy;
        self
    }
}

const fn key(
    group: &'static str,
    name: &'static str,
    label: &'static str,
    env: &'static [&'static str],
    kind: Kind,
    default: Preset,
    help: &'static str,
) -> Key {
    Key { name, label, env, flag: None, group, kind, default, unit: "", secrecy: Secrecy::Open, help }
}

const SERVING: &str = "Serving";
const STORAGE: &str = "Storage";
const SHOP: &str = "The shop";
const LOGIN: &str = "Logins and sessions";
const TRUST: &str = "Whom to trust";
const LIMITS: &str = "Limits";
const MAIL: &str = "Mail";
const LIVE: &str = "Live events";
const LOGS: &str = "Logs";
const WATCHING: &str = "Audit and traces";

use Preset::{Text, Unset};

/// Every key, in the order of the reference.
#[rustfmt::skip] // one entry, one shape: easier to scan than what the formatter makes of it
pub const KEYS: &[Key] = &[
    key(SERVING, "addr", "Listens on", &["OXCART_ADDR"], Kind::Address, Text("127.0.0.1:8000"),
        "The address and port to listen on; 0.0.0.0:8000 listens on every network of the machine.")
        .flag("--addr"),
    key(SERVING, "public_url", "Public address", &["OXCART_PUBLIC_URL"], Kind::Url, Unset("taken from each request's Host header"),
        "The address customers know the shop by; links in answers start with it."),
    key(SERVING, "debug", "Debug mode", &["OXCART_DEBUG", "DEBUG"], Kind::Bool, Text("false"),
        "Shows more about failures. For development only."),
    key(SERVING, "request_timeout", "Longest request", &["OXCART_REQUEST_TIMEOUT"], Kind::Duration, Text("30s"),
        "How long one request may take before it is given up with 503."),
    key(SERVING, "shutdown_delay", "Delay before stopping", &["OXCART_SHUTDOWN_DELAY"], Kind::Count(0, 600), Text("5"),
        "How long the shop goes on serving after SIGTERM while `/readyz` says that it stops already, so that load balancers look elsewhere first. Ctrl-C does not wait.")
        .unit("seconds"),
    key(STORAGE, "database", "Database", &["DATABASE_URL"], Kind::Database, Text("oxcart.db"),
        "Where the shop is kept: a PostgreSQL URL, or a SQLite file, which is made when it is missing. A PostgreSQL that speaks \
         TLS is spoken to in TLS if that succeeds; with `?sslmode=require` it has to, and to prove who it is.")
        .flag("--database").secret(Secrecy::UrlPassword),
    key(STORAGE, "database_pool_size", "Database connections", &["OXCART_DATABASE_POOL_SIZE"], Kind::Count(1, 1000), Text("8"),
        "How many database connections one instance keeps at most; on PostgreSQL, three more serve short reads and keep watch.").unit("connections"),
    key(STORAGE, "redis", "Redis", &["REDIS_URL"], Kind::Redis, Unset("this instance's memory"),
        "Where instances share session carts and rate limits. Needed as soon as there is more than one.")
        .flag("--redis").secret(Secrecy::UrlPassword),
    key(STORAGE, "redis_prefix", "Prefix in Redis", &["OXCART_REDIS_PREFIX"], Kind::Prefix, Text("oxcart"),
        "The first part of every key in Redis, so that several shops can share one."),
    key(STORAGE, "media_root", "Folder of pictures", &["OXCART_MEDIA_ROOT"], Kind::Path, Unset("`media` beside the SQLite file, or in the current folder"),
        "The folder product images are kept in."),
    key(STORAGE, "media_url", "Path of pictures", &["OXCART_MEDIA_URL"], Kind::UrlPath, Text("/media/"),
        "The path product images are served under."),
    key(STORAGE, "media_bucket", "Bucket of pictures", &["OXCART_MEDIA_BUCKET"], Kind::Bucket, Unset("the folder media_root"),
        "The S3-compatible bucket that uploaded pictures are kept in, so that several instances share them: s3://bucket/folder?endpoint=https://s3.example&region=eu-west-1. Without an endpoint it is Amazon's; style=path or style=host says where the bucket's name stands. What lies in media_root is served from there still."),
    key(STORAGE, "media_bucket_key", "Access key of the bucket", &["OXCART_MEDIA_BUCKET_KEY", "AWS_ACCESS_KEY_ID"], Kind::Text, Unset("no bucket can be used"),
        "The id of the access key for media_bucket. It needs to list the bucket, and to get, put and delete what is in it."),
    key(STORAGE, "media_bucket_secret", "Secret of the bucket", &["OXCART_MEDIA_BUCKET_SECRET", "AWS_SECRET_ACCESS_KEY"], Kind::Secret, Unset("no bucket can be used"),
        "The secret of that access key.")
        .secret(Secrecy::Whole),
    key(SHOP, "storefront", "Storefront", &["OXCART_STOREFRONT"], Kind::Path, Unset("the demo's pages with `--demo`, otherwise a page that says what this is"),
        "The folder whose pages are shown at `/`: `/` is its index.html, `/about` its about.html. They run scripts from files only.")
        .flag("--storefront"),
    key(SHOP, "shop_name", "Name of the shop", &["OXCART_SHOP_NAME"], Kind::Text, Text("Oxcart"),
        "The name customers see."),
    key(SHOP, "currency", "Currency", &["OXCART_CURRENCY"], Kind::Currency, Text("USD"),
        "The currency of every price, as its ISO 4217 code. Choose it before the first product: prices are not converted."),
    key(SHOP, "page_size", "Entries on a page", &["OXCART_PAGE_SIZE"], Kind::Count(1, 1000), Text("24"),
        "How many entries a page of a list has when the request does not say.").unit("entries"),
    key(SHOP, "max_page_size", "Most entries on a page", &["OXCART_MAX_PAGE_SIZE"], Kind::Count(1, 1000), Text("100"),
        "How many entries a page has at most, whatever the request says.").unit("entries"),
    key(SHOP, "max_line_quantity", "Most of one product in a cart", &["OXCART_MAX_LINE_QUANTITY"], Kind::Count(1, 1_000_000), Text("999"),
        "How many of one product a cart holds at most.").unit("pieces"),
    key(LOGIN, "secret_key", "Secret key", &["SECRET_KEY"], Kind::Secret, Unset("made once and kept in `oxcart.secret` beside the SQLite file, or in the current folder"),
        "Signs access tokens, sessions and the links in mails; every instance needs the same. Changing it ends every login and every link.")
        .secret(Secrecy::Whole),
    key(LOGIN, "access_token_lifetime", "Lifetime of access tokens", &["OXCART_ACCESS_TOKEN_LIFETIME"], Kind::Duration, Text("5m"),
        "How long an access token is good for."),
    key(LOGIN, "refresh_token_lifetime", "Lifetime of refresh tokens", &["OXCART_REFRESH_TOKEN_LIFETIME"], Kind::Duration, Text("1d"),
        "How long a refresh token is good for; whoever is away longer logs in again."),
    key(LOGIN, "session_lifetime", "Lifetime of sessions and carts", &["OXCART_SESSION_LIFETIME"], Kind::Duration, Text("14d"),
        "How long a browser's session, and an anonymous cart with it, outlives the last visit."),
    key(LOGIN, "staff_session_lifetime", "Lifetime of staff logins", &["OXCART_STAFF_SESSION_LIFETIME"], Kind::Duration, Text("12h"),
        "How long a browser of the staff stays logged in without being used."),
    key(LOGIN, "session_cookie_secure", "Cookies over HTTPS only", &["OXCART_SESSION_COOKIE_SECURE"], Kind::Choice(&["auto", "true", "false"]), Text("auto"),
        "Whether browsers send the session cookie over HTTPS only; `auto` turns it on when public_url is https, and without one for requests that a trusted proxy got over https."),
    key(TRUST, "allowed_hosts", "Host names", &["OXCART_ALLOWED_HOSTS"], Kind::List(&Kind::Host), Text(""),
        "The host names this shop answers to; `.example.com` means the domain and everything under it. Empty: any."),
    key(TRUST, "trusted_proxies", "Trusted proxies", &["OXCART_TRUSTED_PROXIES"], Kind::List(&Kind::Network), Text(""),
        "The proxies whose X-Forwarded-For, -Proto and -Host headers are believed; they have to overwrite the last two. Empty: none."),
    key(TRUST, "cors_allowed_origins", "Other sites that may call the API", &["OXCART_CORS_ALLOWED_ORIGINS"], Kind::List(&Kind::Origin), Text(""),
        "The web origins whose pages may call the API; `*` means any. Empty: only the shop's own."),
    key(TRUST, "hsts_seconds", "Browsers stay on HTTPS for", &["OXCART_HSTS_SECONDS"], Kind::Count(0, 63_072_000), Text("0"),
        "For how long browsers that came over HTTPS are told to come over nothing else (Strict-Transport-Security); 0 tells them nothing. Start small: it can't be taken back.").unit("seconds"),
    key(LIMITS, "login_failure_rate", "Failed logins to an account", &["OXCART_LOGIN_FAILURE_RATE"], Kind::Rate, Text("10/m"),
        "Failed logins for one account from one address until the next has to wait: first for the period, then twice as long with each failure, an hour at most. Logging in, or a day without a failure, forgives them."),
    key(LIMITS, "login_address_rate", "Failed logins from an address", &["OXCART_LOGIN_ADDRESS_RATE"], Kind::Rate, Text("300/m"),
        "Failed logins allowed from one address (of IPv6, from one /64 network), whatever the account."),
    key(LIMITS, "register_rate", "Registrations from an address", &["OXCART_REGISTER_RATE"], Kind::Rate, Text("600/m"),
        "Registrations allowed from one address (of IPv6, from one /64 network)."),
    key(LIMITS, "answer_cache_bytes", "Memory for ready answers", &["OXCART_ANSWER_CACHE_BYTES"], Kind::Count(0, 4_294_967_295), Text("67108864"),
        "How much memory answers about the catalogue may take that are kept ready; 0 keeps none.").unit("bytes"),
    key(LIMITS, "catalogue_in_memory", "Products kept in memory", &["OXCART_CATALOGUE_IN_MEMORY"], Kind::Count(0, 10_000_000), Text("2000000"),
        "How many products lists are found in memory for (about 150 bytes each); larger catalogues are left to the database.")
        .unit("products"),
    key(LIMITS, "max_body_bytes", "Longest request body", &["OXCART_MAX_BODY_BYTES"], Kind::Count(1024, 67_108_864), Text("262144"),
        "The longest request body that is read; a longer one is answered with 413.").unit("bytes"),
    key(LIMITS, "max_picture_bytes", "Largest picture", &["OXCART_MAX_PICTURE_BYTES"], Kind::Count(1024, 33_554_432), Text("10485760"),
        "The longest picture that the staff may upload; a longer one is answered with 413.").unit("bytes"),
    key(LIMITS, "max_import_bytes", "Largest import", &["OXCART_MAX_IMPORT_BYTES"], Kind::Count(1024, 4_294_967_295), Text("67108864"),
        "The longest file that the staff may import over HTTP; a longer one is answered with 413. It is written down in the system's folder for such files (TMPDIR) while it comes, two files at a time at most.").unit("bytes"),
    key(LIMITS, "idempotency_retention", "Answers to repeated requests are kept for", &["OXCART_IDEMPOTENCY_RETENTION"], Kind::Duration, Text("24h"),
        "How long answers are kept for clients that repeat a request under its Idempotency-Key."),
    key(LIMITS, "max_header_bytes", "Longest request headers", &["OXCART_MAX_HEADER_BYTES"], Kind::Count(1024, 65_536), Text("16384"),
        "How long the address and the headers of a request may be together; longer ones are answered with 431.").unit("bytes"),
    key(LIMITS, "header_timeout", "Time for request headers", &["OXCART_HEADER_TIMEOUT"], Kind::Duration, Text("10s"),
        "How long the headers of a request may take to come; then the connection is closed, with 408 if something came."),
    key(LIMITS, "body_timeout", "Time for request bodies", &["OXCART_BODY_TIMEOUT"], Kind::Duration, Text("20s"),
        "How long the whole body of a request may take to come before it is answered with 408. Pictures and files to import may take longer, as long as at least 16 KiB a second come, reckoned over this time."),
    key(LIMITS, "idle_timeout", "Idle connections stay open for", &["OXCART_IDLE_TIMEOUT"], Kind::Duration, Text("75s"),
        "How long a connection is kept open for another request. Longer than the proxy in front keeps it, or requests get lost now and then."),
    key(LIMITS, "unread_timeout", "Patience with clients that do not read", &["OXCART_UNREAD_TIMEOUT"], Kind::Duration, Text("30s"),
        "How long a client may take nothing of what it is sent before its connection is given up."),
    key(LIMITS, "max_connections", "Most connections", &["OXCART_MAX_CONNECTIONS"], Kind::Count(1, 1_000_000), Text("25000"),
        "How many connections one instance holds open, sockets and event streams included; fewer if the system allows fewer open files. Others are answered with 503.")
        .unit("connections"),
    key(LIMITS, "max_connections_per_address", "Most connections from an address", &["OXCART_MAX_CONNECTIONS_PER_ADDRESS"], Kind::Count(0, 1_000_000), Text("1000"),
        "How many of them one address (with IPv6: one /64 network) may hold open; others are answered with 429. Trusted proxies may hold any number; 0 lets everybody.")
        .unit("connections"),
    key(MAIL, "smtp_url", "Mail server", &["OXCART_SMTP_URL"], Kind::Smtp, Unset("mails wait in the outbox, where the staff can read them"),
        "The mail server: smtp://user:password@host:587, or smtps://…:465. The connection has to be encrypted unless the server is this machine; ?tls=opportunistic or ?tls=none asks for less.")
        .secret(Secrecy::UrlPassword),
    key(MAIL, "mail_from", "Mails come from", &["OXCART_MAIL_FROM"], Kind::Mailbox, Unset("nothing is sent; needed with smtp_url"),
        "Whom mails come from, such as Mill & Sons <shop@example.com>."),
    key(MAIL, "mail_reply_to", "Answers to mails go to", &["OXCART_MAIL_REPLY_TO"], Kind::Mailbox, Unset("answers go to mail_from"),
        "Where customers can write to: answers go there, and mails name it at their end."),
    key(MAIL, "mail_retry_pause", "First pause between attempts", &["OXCART_MAIL_RETRY_PAUSE"], Kind::Duration, Text("30s"),
        "How long after a failed attempt a mail is tried again; then twice as long each time, an hour at most, for three days."),
    key(MAIL, "mail_retention", "Mails are remembered for", &["OXCART_MAIL_RETENTION"], Kind::Duration, Text("90d"),
        "How long the outbox remembers mails."),
    key(LIVE, "event_retention", "Events are kept for", &["OXCART_EVENT_RETENTION"], Kind::Duration, Text("24h"),
        "How long events are kept for clients that come back; whoever was away longer starts anew."),
    key(LIVE, "max_sockets", "Most live connections", &["OXCART_MAX_SOCKETS"], Kind::Count(1, 1_000_000), Text("20000"),
        "How many sockets and event streams one instance holds open.").unit("sockets"),
    key(LIVE, "max_sockets_per_caller", "Most live connections of one caller", &["OXCART_MAX_SOCKETS_PER_CALLER"], Kind::Count(1, 100_000), Text("50"),
        "How many of them one account or session may have open on an instance.").unit("sockets"),
    key(LIVE, "socket_query_token", "Tokens in live addresses", &["OXCART_SOCKET_QUERY_TOKEN"], Kind::Bool, Text("true"),
        "Whether `?token=` with an access token opens sockets and streams. Addresses end up in the logs of proxies, so turn it off where all clients use tickets."),
    key(LOGS, "log_format", "Format of the log", &["OXCART_LOG_FORMAT"], Kind::Choice(&["auto", "pretty", "json"]), Text("auto"),
        "How log lines look; `auto` is pretty on a terminal and JSON elsewhere."),
    key(LOGS, "log_level", "What is logged", &["OXCART_LOG", "OXCART_LOG_LEVEL"], Kind::LogFilter, Text("info"),
        "What is logged: error, warn, info, debug or trace, or several per part, as in `info,oxcart=debug`.")
        .flag("--log-level"),
    key(WATCHING, "audit_retention", "Audit log is kept for", &["OXCART_AUDIT_RETENTION"], Kind::Duration, Text("730d"),
        "How long the audit log remembers who changed what; 36500d keeps it for good."),
    key(WATCHING, "otlp_endpoint", "Traces are sent to", &["OXCART_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"], Kind::Url, Unset("no traces"),
        "Where traces are sent, as OTLP over HTTP: the address of a collector beside the shop, such as http://127.0.0.1:4318."),
    key(WATCHING, "otlp_sample_percent", "Share of requests traced", &["OXCART_OTLP_SAMPLE_PERCENT"], Kind::Count(0, 100), Text("100"),
        "How many of the requests that bring no trace of their own are traced; the trace a request brings decides for itself.").unit("percent"),
];

/// Environment variables that start with `OXCART_` and are not keys.
pub const OTHER_ENV: &[&str] = &["OXCART_SUPERUSER_EMAIL", "OXCART_SUPERUSER_PASSWORD", "OXCART_BIN"];

/// The start of the names tests keep for themselves.
pub const TEST_ENV_PREFIX: &str = "OXCART_TEST_";

/// The key of this name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The key's sentence, for a flag's `--help`, where sentences end without a point.
///
/// # Panics
/// When no key has this name; the command line is built in a test, so a slip shows there.
pub fn help(name: &str) -> &'static str {
    let help = find(name).expect("flags name keys of the table").help;
    help.strip_suffix('.').unwrap_or(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_the_environment_name_its_own_name_promises() {
        for key in KEYS {
            let standard = format!("OXCART_{}", key.name.to_uppercase());
            let well_known = ["DATABASE_URL", "REDIS_URL", "SECRET_KEY"];
            assert!(
                key.env.iter().any(|env| *env == standard || well_known.contains(env)),
                "{} is read from {:?}; expected {standard} among them",
                key.name,
                key.env
            );
        }
    }

    #[test]
    fn every_key_has_a_label_of_its_own_that_is_no_key() {
        let labels: std::collections::BTreeSet<_> = KEYS.iter().map(|key| key.label).collect();
        assert_eq!(labels.len(), KEYS.len(), "two keys are called the same");
        for key in KEYS {
            let is_label =
                key.label.starts_with(char::is_uppercase) && !key.label.contains('_') && key.label.len() <= 45;
            assert!(is_label, "{}: {:?} is no label", key.name, key.label);
        }
    }

    #[test]
    fn no_name_is_used_twice() {
        let mut names: Vec<_> = KEYS.iter().flat_map(|key| key.env).chain(OTHER_ENV).collect();
        names.extend(KEYS.iter().map(|key| &key.name));
        let before = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), before, "two keys share a name or an environment variable");
    }

    #[test]
    fn every_default_is_a_value_of_its_kind() {
        for key in KEYS {
            if let Text(text) = key.default {
                assert!(key.kind.accepts(text), "the default `{text}` of {} is not {}", key.name, key.kind.expected());
            }
        }
    }
}
