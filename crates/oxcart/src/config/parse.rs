//! Readers of single values: a text in, a value or nothing out. They know no key and no file, so
//! that whoever calls them can say where a wrong text came from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use lettre::message::Mailbox;
use tracing_subscriber::EnvFilter;

use super::currency::{self, Currency};
use super::values::{BucketAddress, Database, Rate, SmtpUrl};

const LOG_LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// `127.0.0.1:8000`, `[::1]:8000` or `localhost:8000`; as Django's `runserver` takes them, also `8000` for this machine
/// alone and `0:8000` for every network.
pub(super) fn address(text: &str) -> Option<SocketAddr> {
    let (host, port) = text.split_once(':').unwrap_or(("localhost", text));
    let host = match host {
        "localhost" => Ipv4Addr::LOCALHOST,
        "0" => Ipv4Addr::UNSPECIFIED,
        _ => return text.parse().ok(),
    };
    Some(SocketAddr::from((host, port.parse().ok()?)))
}

/// `true`, `yes`, `on`, `1` and their opposites, in any case.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// A bucket. Amazon's own wants the bucket's name in the host, most others understand it in the path.
pub(super) fn bucket(text: &str) -> Option<BucketAddress> {
    let rest = text.trim().strip_prefix("s3://")?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (name, folder) = place.split_once('/').unwrap_or((place, ""));
    let folder = folder.trim_matches('/');
    let clean = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let is_named = (3..=63).contains(&name.len()) && clean(name) && clean(folder) && !folder.contains("//");
    let (mut given, mut region, mut style) = (None, "us-east-1", None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=')? {
            ("endpoint", value) => given = Some(url(value)?),
            ("region", value) if !value.is_empty() && clean(value) => region = value,
            ("style", "path") => style = Some(false),
            ("style", "host") => style = Some(true),
            _ => return None,
        }
    }
    is_named.then(|| BucketAddress {
        name: name.to_owned(),
        folder: if folder.is_empty() { String::new() } else { format!("{folder}/") },
        region: region.to_owned(),
        in_host: style.unwrap_or(given.is_none()),
        endpoint: given.unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com")),
    })
}

/// A whole number from `min` to `max`; `_` may group digits.
pub(super) fn count(text: &str, min: u32, max: u32) -> Option<u32> {
    let number = text.replace('_', "").parse().ok()?;
    (min..=max).contains(&number).then_some(number)
}

/// A currency by its code, in any case.
pub(super) fn currency(text: &str) -> Option<Currency> {
    currency::find(text)
}

/// A PostgreSQL URL, a `sqlite:` URL or a plain path. A connection string of keywords and a
/// database in memory are refused: the first would become a file of that name, the second would
/// forget every order.
pub(super) fn database(text: &str) -> Option<Database> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        let (_, rest) = text.split_once("://")?;
        return (!rest.is_empty()).then(|| Database::Postgres(text.to_owned()));
    }
    let path = match text.strip_prefix("sqlite:") {
        Some(rest) if rest.contains('?') => return None,
        // `sqlite:///abs/file` has an empty host; some tools write a fourth slash.
        Some(rest) if rest.starts_with("///") => rest.trim_start_matches('/').to_owned(),
        Some(rest) => rest.trim_start_matches("//").to_owned(),
        None => text.to_owned(),
    };
    let absolute = text.starts_with("sqlite:///");
    let refused = path.trim().is_empty()
        || path.contains("://")
        || path.contains(":memory:")
        || ["host=", "dbname="].iter().any(|word| path.contains(word));
    (!refused).then(|| Database::Sqlite(if absolute { PathBuf::from("/").join(path) } else { path.into() }))
}

/// A positive number of seconds, minutes, hours, days or weeks.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let seconds: u64 = match unit.trim() {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    let number: u32 = number.parse().ok()?;
    (number > 0).then(|| Duration::from_secs(u64::from(number) * seconds))
}

/// A host name without scheme, path or port, in lower case; a leading dot means its subdomains
/// too, `*` means any.
pub(super) fn host(text: &str) -> Option<String> {
    let name = text.strip_prefix('.').unwrap_or(text);
    let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    let ipv6 = text.starts_with('[') && text.ends_with(']');
    (named || ipv6 || text == "*").then(|| text.to_ascii_lowercase())
}

/// What the log filter understands. A lone word must be a level: the filter would take any other
/// for the name of a part, and a slip such as `inof` would silence everything.
pub(super) fn log_filter(text: &str) -> Option<String> {
    let lone_word = text.chars().all(|c| c.is_alphanumeric());
    if lone_word && !LOG_LEVELS.contains(&text.to_ascii_lowercase().as_str()) {
        return None;
    }
    EnvFilter::from_str(text).ok().map(|_| text.to_owned())
}

/// `shop@example.com` or `Shop <shop@example.com>`.
pub(super) fn mailbox(text: &str) -> Option<Mailbox> {
    text.parse().ok()
}

/// A mail server. Where nothing is said of encryption it is required, unless the server is this machine.
pub(super) fn smtp(text: &str) -> Option<SmtpUrl> {
    let (scheme, rest) = text.split_once("://")?;
    let (server, query) = rest.split_once('?').map_or((rest, None), |(server, query)| (server, Some(query)));
    let tls = query.map(|query| query.strip_prefix("tls=")).unwrap_or(Some(""))?;
    let host = server.rsplit_once('@').map_or(server, |(_, host)| host).trim_end_matches('/');
    let known = |words: &[&str]| words.contains(&tls);
    let clean = !host.is_empty() && !host.contains('/') && !text.contains(char::is_whitespace);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_here = name == "localhost" || name == "[::1]" || name.starts_with("127.");
    let asks_for = match (scheme, tls) {
        ("smtps", _) => "",
        ("smtp", "required") => "?tls=required",
        ("smtp", "opportunistic") => "?tls=opportunistic",
        ("smtp", "none") => "",
        ("smtp", _) => {
            if is_here {
                ""
            } else {
                "?tls=required"
            }
        }
        _ => return None,
    };
    let fits =
        if scheme == "smtps" { known(&["", "required"]) } else { known(&["", "required", "opportunistic", "none"]) };
    (clean && fits).then(|| SmtpUrl(format!("{scheme}://{server}{asks_for}")))
}

/// A single address (a network of one) or a network in CIDR notation.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let network = IpNet::from_str(text).ok().map(|network| network.trunc());
    network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Scheme and host, without a path, or `*`.
pub(super) fn origin(text: &str) -> Option<String> {
    if text == "*" {
        return Some(text.to_owned());
    }
    let origin = url(text)?;
    (origin.matches('/').count() == 2).then(|| origin.to_ascii_lowercase())
}

/// Letters, digits and the few signs that separate them in Redis keys. No `{}`: they choose the
/// cluster slot and belong to the keys themselves.
pub(super) fn prefix(text: &str) -> Option<String> {
    let fits = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c));
    (fits && !text.is_empty()).then(|| text.to_owned())
}

/// `10/m`; the period may be written out (`10/min`, `10/minute`).
pub(super) fn rate(text: &str) -> Option<Rate> {
    let (count, period) = text.split_once('/')?;
    let seconds = match period.trim() {
        "s" | "sec" | "second" => 1,
        "m" | "min" | "minute" => 60,
        "h" | "hour" => 3_600,
        "d" | "day" => 86_400,
        _ => return None,
    };
    let count: u32 = count.trim().parse().ok()?;
    (count > 0).then(|| Rate { count, per: Duration::from_secs(seconds) })
}

/// A Redis URL; whether it answers is seen at the start.
pub(super) fn redis(text: &str) -> Option<String> {
    let schemes = ["redis://", "rediss://", "redis+unix://", "unix://"];
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme))?;
    (!rest.is_empty()).then(|| text.to_owned())
}

/// The parts of a comma-separated list, trimmed, without empty ones.
pub(super) fn split(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Anything but blanks, as it is: a secret shared with another program counts to the last blank.
pub(super) fn exact(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// Anything but blanks, without those around it.
pub(super) fn text(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An http or https address without query and fragment; a closing slash is taken off.
pub(super) fn url(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let host = rest.split('/').next()?;
    let clean = !text.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#' | '@' | ','));
    (clean && !host.is_empty()).then(|| text.trim_end_matches('/').to_owned())
}

/// A path that starts and ends with a slash and is more than one.
pub(super) fn url_path(text: &str) -> Option<String> {
    let clean = !text.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#' | '{' | '}'));
    let framed = text.len() > 2 && text.starts_with('/') && text.ends_with('/');
    (clean && framed && !text.contains("//")).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_elsewhere_is_spoken_to_in_secret_unless_somebody_insists() {
        let found = |text| smtp(text).map(|found| found.0);
        assert_eq!(found("smtp://u:p@mx.example:587").as_deref(), Some("smtp://u:p@mx.example:587?tls=required"));
        assert_eq!(found("smtp://mx.example?tls=none").as_deref(), Some("smtp://mx.example"));
        assert_eq!(found("smtp://localhost:1025").as_deref(), Some("smtp://localhost:1025"));
        assert_eq!(found("smtp://127.0.0.1:1025?tls=required").as_deref(), Some("smtp://127.0.0.1:1025?tls=required"));
        assert_eq!(found("smtps://u:p@mx.example").as_deref(), Some("smtps://u:p@mx.example"));
        for wrong in
            ["", "smtp://", "mx.example:587", "http://mx.example", "smtp://mx.example?tls=maybe", "smtps://mx?tls=none"]
        {
            assert_eq!(found(wrong), None, "`{wrong}` must not pass for a mail server");
        }
    }

    #[test]
    fn a_bucket_is_named_with_where_it_lies() {
        let found = bucket("s3://shop.pictures/a/b/?endpoint=http://127.0.0.1:9000/&region=garage").expect("a bucket");
        assert_eq!((found.name.as_str(), found.folder.as_str()), ("shop.pictures", "a/b/"));
        assert_eq!((found.endpoint.as_str(), found.region.as_str()), ("http://127.0.0.1:9000", "garage"));
        assert!(!found.in_host, "a bucket elsewhere stands in the path");
        let amazon = bucket("s3://shop?region=eu-west-1").expect("a bucket");
        assert_eq!((amazon.endpoint.as_str(), amazon.in_host), ("https://s3.eu-west-1.amazonaws.com", true));
        assert!(bucket("s3://shop?endpoint=https://s3.example&style=host").expect("a bucket").in_host);
        for wrong in [
            "",
            "shop",
            "s3://",
            "s3://a",
            "https://s3.example/shop",
            "s3://shop?endpoint=s3.example",
            "s3://shop?colour=red",
        ] {
            assert_eq!(bucket(wrong), None, "`{wrong}` must not pass for a bucket");
        }
    }

    #[test]
    fn durations_are_numbers_with_a_unit() {
        let seconds = |text| duration(text).map(|found| found.as_secs());
        assert_eq!(seconds("30s"), Some(30));
        assert_eq!(seconds("5m"), Some(300));
        assert_eq!(seconds("12h"), Some(43_200));
        assert_eq!(seconds("1d"), Some(86_400));
        assert_eq!(seconds("14d"), Some(1_209_600));
        for wrong in ["", "5", "m", "0s", "-5m", "5 minutes", "1.5h", "5mm", "99999999999s"] {
            assert_eq!(seconds(wrong), None, "`{wrong}` must not pass for a duration");
        }
    }

    #[test]
    fn rates_are_a_number_per_period() {
        let found = |text| rate(text).map(|rate| (rate.count, rate.per.as_secs()));
        assert_eq!(found("10/m"), Some((10, 60)));
        assert_eq!(found("5/s"), Some((5, 1)));
        assert_eq!(found("100/h"), Some((100, 3_600)));
        assert_eq!(found("10/minute"), Some((10, 60)));
        for wrong in ["", "10", "/m", "0/m", "10/x", "-1/m", "1.5/s", "10/m/s"] {
            assert_eq!(found(wrong), None, "`{wrong}` must not pass for a rate");
        }
    }

    #[test]
    fn a_database_is_a_postgres_url_or_a_file() {
        let file = |path: &str| Some(Database::Sqlite(path.into()));
        assert_eq!(database("shop.db"), file("shop.db"));
        assert_eq!(database("/srv/shop.db"), file("/srv/shop.db"));
        assert_eq!(database("sqlite:shop.db"), file("shop.db"));
        assert_eq!(database("sqlite://shop.db"), file("shop.db"));
        assert_eq!(database("sqlite:/srv/shop.db"), file("/srv/shop.db"));
        assert_eq!(database("sqlite:///srv/shop.db"), file("/srv/shop.db"));
        assert_eq!(database("sqlite:////srv/shop.db"), file("/srv/shop.db"));
        for url in ["postgres://shop@db/shop", "postgresql://shop@db/shop"] {
            assert_eq!(database(url), Some(Database::Postgres(url.into())));
        }
        let refused = [
            "",
            "mysql://db/shop",
            "postgres://",
            "sqlite:",
            "sqlite::memory:",
            ":memory:",
            "sqlite:shop.db?mode=ro",
            "host=db dbname=shop",
        ];
        for wrong in refused {
            assert_eq!(database(wrong), None, "`{wrong}` must not pass for a database");
        }
    }

    #[test]
    fn addresses_may_be_ports_alone() {
        let found = |text| address(text).map(|found| found.to_string());
        for (text, meant) in [
            ("8000", "127.0.0.1:8000"),
            ("localhost:80", "127.0.0.1:80"),
            ("0:8000", "0.0.0.0:8000"),
            ("10.0.0.7:8000", "10.0.0.7:8000"),
            ("[::1]:8000", "[::1]:8000"),
        ] {
            assert_eq!(found(text).as_deref(), Some(meant), "{text}");
        }
        for wrong in ["", "localhost", "65536", ":8000", "0:", "10.0.0.7", "shop.example:80", "localhost:localhost:80"]
        {
            assert_eq!(found(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn networks_are_addresses_or_ranges() {
        let found = |text| network(text).map(|network: IpNet| network.to_string());
        assert_eq!(found("10.0.0.1").as_deref(), Some("10.0.0.1/32"));
        assert_eq!(found("10.1.2.3/8").as_deref(), Some("10.0.0.0/8"));
        assert_eq!(found("::1").as_deref(), Some("::1/128"));
        assert_eq!(found("proxy.internal"), None);
    }

    #[test]
    fn a_slip_in_a_log_level_is_not_taken_for_the_name_of_a_part() {
        assert!(log_filter("debug").is_some());
        assert!(log_filter("info,oxcart=debug").is_some());
        assert_eq!(log_filter("inof"), None);
        assert_eq!(log_filter("info,oxcart=loud"), None);
    }

    #[test]
    fn addresses_of_the_shop_and_its_friends_are_checked() {
        assert_eq!(url("https://shop.example/").as_deref(), Some("https://shop.example"));
        assert_eq!(url("shop.example"), None);
        assert_eq!(origin("https://Shop.example").as_deref(), Some("https://shop.example"));
        assert_eq!(origin("https://shop.example/path"), None);
        assert_eq!(host(".Example.com").as_deref(), Some(".example.com"));
        assert_eq!(host("https://shop.example"), None);
        assert_eq!(host("shop.example:8000"), None);
        assert_eq!(url_path("/media/").as_deref(), Some("/media/"));
        assert_eq!(url_path("media"), None);
    }
}
