//! The shapes resolved values have where the standard library has none.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the shop is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A PostgreSQL URL, password included.
    Postgres(String),
    /// An SQLite file, with an absolute path once resolved.
    Sqlite(PathBuf),
}

impl Database {
    /// The SQLite file's folder; nothing for PostgreSQL.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Database::Postgres(_) => None,
            Database::Sqlite(file) => file.parent(),
        }
    }
}

/// Shows where, never the password.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Postgres(url) => f.write_str(&without_password(url)),
            Database::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A Redis URL, password included; shown without it.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(pub String);

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_password(&self.0))
    }
}

/// The address of a mail server as `lettre` takes it, password included; shown without it.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(pub String);

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_password(&self.0))
    }
}

/// Where a bucket lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketAddress {
    /// Its name.
    pub name: String,
    /// What the names of files in it start with: empty, or something that ends with `/`.
    pub folder: String,
    /// The server, without a closing slash.
    pub endpoint: String,
    /// As signatures name it.
    pub region: String,
    /// Whether its name stands in the host rather than in the path.
    pub in_host: bool,
}

/// A secret that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// So many per period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many; at least 1.
    pub count: u32,
    /// The period.
    pub per: Duration,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Pretty on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// The URL with `***` for its password, both before the host and as a `password=` parameter.
/// Everything up to the last `@` counts as the login, so that a password with an unescaped `/` or
/// `?` is hidden whole.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let rest = match rest.rsplit_once('@') {
        Some((login, host)) => match login.split_once(':') {
            Some((user, _)) => format!("{user}:***@{host}"),
            None => format!("{login}@{host}"),
        },
        None => rest.to_owned(),
    };
    let parts: Vec<&str> =
        rest.split('&').map(|part| part.find("password=").map_or(part, |at| &part[..at + "password=".len()])).collect();
    let hidden = parts.join("&").replace("password=", "password=***");
    format!("{scheme}://{hidden}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_url_never_holds_its_password() {
        let shown = [
            ("postgres://shop:pa55@db/shop", "postgres://shop:***@db/shop"),
            ("postgres://shop@db:5432/shop", "postgres://shop@db:5432/shop"),
            ("postgres://shop:p@55@db/shop", "postgres://shop:***@db/shop"),
            ("redis://:pa55@cache:6379/0", "redis://:***@cache:6379/0"),
            ("redis://cache:6379/0", "redis://cache:6379/0"),
            ("postgres:///shop?user=a&password=pa55&host=db", "postgres:///shop?user=a&password=***&host=db"),
        ];
        for (url, expected) in shown {
            assert_eq!(without_password(url), expected);
        }
        let odd = without_password("postgres://shop:pa/55@db/shop");
        assert!(!odd.contains("55"), "part of the password shows in {odd}");
    }
}
