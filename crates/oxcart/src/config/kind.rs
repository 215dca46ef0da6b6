//! The shapes a value can have: how each is described to people, and whether a text is one.
//! The readers themselves are in [`super::parse`].

use super::parse;

/// The shape of a value.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// `127.0.0.1:8000`
    Address,
    /// `true` or `false`
    Bool,
    /// `s3://bucket?endpoint=https://s3.example&region=eu-west-1`
    Bucket,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number from the first to the second, both included.
    Count(u32, u32),
    /// An ISO 4217 code.
    Currency,
    /// A PostgreSQL URL or a SQLite file.
    Database,
    /// `30s`, `5m`, `12h`, `1d`
    Duration,
    /// A host name, `.example.com` or `*`.
    Host,
    /// Several of another kind.
    List(&'static Kind),
    /// What `tracing_subscriber::EnvFilter` reads.
    LogFilter,
    /// An e-mail address, perhaps with a name before it.
    Mailbox,
    /// An address or a network, `10.0.0.0/8`.
    Network,
    /// `https://shop.example`, or `*`.
    Origin,
    /// A folder or file.
    Path,
    /// Letters, digits, `-`, `_`, `.` and `:`.
    Prefix,
    /// `10/m`, `5/s`, `100/h`
    Rate,
    /// `redis://host:6379/0`
    Redis,
    /// Any text that must not be shown.
    Secret,
    /// `smtp://user:password@host:587`
    Smtp,
    /// Any text that is not blank.
    Text,
    /// An absolute http or https address.
    Url,
    /// A path that starts and ends with `/`.
    UrlPath,
}

impl Kind {
    /// What a value must be, to follow the word "expected".
    pub fn expected(self) -> String {
        match self {
            Kind::Address => "an address and port such as 127.0.0.1:8000, or a port alone".into(),
            Kind::Bool => "true or false".into(),
            Kind::Bucket => {
                "s3://bucket or s3://bucket/folder, perhaps with ?endpoint=https://s3.example&region=eu-west-1&style=path".into()
            }
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::Count(min, max) => format!("a whole number from {min} to {max}"),
            Kind::Currency => "an ISO 4217 currency code such as USD, EUR or JPY".into(),
            Kind::Database => "postgres://user:password@host/name, sqlite:FILE or the path of a file".into(),
            Kind::Duration => "a whole number with a unit, such as 30s, 5m, 12h or 1d".into(),
            Kind::Host => "a host name such as shop.example, .example.com or *".into(),
            Kind::List(item) => format!("a list, each entry {}", item.expected()),
            Kind::LogFilter => "error, warn, info, debug, trace, or parts such as info,oxcart=debug".into(),
            Kind::Mailbox => "an address such as shop@example.com or Shop <shop@example.com>".into(),
            Kind::Network => "an address or network such as 10.0.0.1 or 10.0.0.0/8".into(),
            Kind::Origin => "an origin such as https://shop.example, or *".into(),
            Kind::Path => "the path of a folder".into(),
            Kind::Prefix => "letters, digits, -, _, . and :".into(),
            Kind::Rate => "a number per second, minute, hour or day, such as 5/s or 10/m".into(),
            Kind::Redis => "redis://host:6379/0 or rediss://host:6380/0".into(),
            Kind::Secret | Kind::Text => "a text that is not blank".into(),
            Kind::Smtp => {
                "smtp://user:password@host:587 or smtps://user:password@host:465, perhaps with ?tls=required, opportunistic or none".into()
            }
            Kind::Url => "an address such as https://shop.example".into(),
            Kind::UrlPath => "a path that starts and ends with /, such as /media/".into(),
        }
    }

    /// Whether the text can be read as this kind.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Kind::Address => parse::address(text).is_some(),
            Kind::Bool => parse::boolean(text).is_some(),
            Kind::Bucket => parse::bucket(text).is_some(),
            Kind::Choice(words) => words.contains(&text),
            Kind::Count(min, max) => parse::count(text, min, max).is_some(),
            Kind::Currency => parse::currency(text).is_some(),
            Kind::Database => parse::database(text).is_some(),
            Kind::Duration => parse::duration(text).is_some(),
            Kind::Host => parse::host(text).is_some(),
            Kind::List(item) => parse::split(text).iter().all(|part| item.accepts(part)),
            Kind::LogFilter => parse::log_filter(text).is_some(),
            Kind::Mailbox => parse::mailbox(text).is_some(),
            Kind::Network => parse::network(text).is_some(),
            Kind::Origin => parse::origin(text).is_some(),
            Kind::Prefix => parse::prefix(text).is_some(),
            Kind::Rate => parse::rate(text).is_some(),
            Kind::Redis => parse::redis(text).is_some(),
            Kind::Path | Kind::Secret | Kind::Text => parse::text(text).is_some(),
            Kind::Smtp => parse::smtp(text).is_some(),
            Kind::Url => parse::url(text).is_some(),
            Kind::UrlPath => parse::url_path(text).is_some(),
        }
    }
}
