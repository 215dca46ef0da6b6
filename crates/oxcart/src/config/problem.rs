//! What is wrong with the configuration, told so that the reader can go and mend it: which value,
//! where it came from, what was expected.

use std::fmt;
use std::path::PathBuf;

use super::keys::{KEYS, Key, OTHER_ENV};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A command-line flag.
    Flag(&'static str),
    /// An environment variable.
    Env(&'static str),
    /// A line of the configuration file, counted from 1.
    File {
        /// The file as it was named.
        path: PathBuf,
        /// The line the value stands on.
        line: usize,
    },
    /// Nobody set it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag(flag) => write!(f, "flag {flag}"),
            Source::Env(name) => write!(f, "environment variable {name}"),
            Source::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Source::Default => f.write_str("default"),
        }
    }
}

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file cannot be read or is no TOML.
    File {
        /// The file as it was named.
        path: PathBuf,
        /// What the system or the parser says.
        reason: String,
    },
    /// A variable that starts like one of the shop's and is none.
    UnknownEnv {
        /// The name as it was written.
        name: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A name in the file that means nothing.
    UnknownKey {
        /// The name as it was written.
        name: String,
        /// Where it stands.
        source: Source,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A value that is not what the key takes.
    Wrong {
        /// The key's name.
        key: &'static str,
        /// The value as it may be shown.
        shown: String,
        /// Where it stands.
        source: Source,
        /// What would do.
        expected: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::File { path, reason } => write!(f, "{}: {reason}", path.display()),
            Problem::UnknownEnv { name, nearest } => {
                write!(f, "unknown environment variable {name}{}", suggestion(*nearest))
            }
            Problem::UnknownKey { name, source, nearest } => {
                write!(f, "{source}: unknown key `{name}`{}", suggestion(*nearest))
            }
            Problem::Wrong { key, shown, source, expected } => {
                write!(f, "{key} = {shown} ({source}): expected {expected}")
            }
        }
    }
}

fn suggestion(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("; did you mean {nearest}?"),
        None => "; see `oxcart config reference` for the names".to_owned(),
    }
}

/// Everything that is wrong with the configuration, in the order it was found; never empty.
#[derive(Debug, thiserror::Error)]
pub struct ConfigErrors(pub Vec<Problem>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [only] => write!(f, "{only}"),
            several => {
                write!(f, "the configuration has {} problems:", several.len())?;
                several.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
            }
        }
    }
}

/// The key whose name is closest to what was written in the file. `database_url` and `SECRET_KEY`
/// find their keys too: whoever moves a setting out of the environment writes them.
pub(super) fn nearest_key(written: &str) -> Option<&'static str> {
    let candidates =
        KEYS.iter().flat_map(|key| std::iter::once((key.name, key)).chain(key.env.iter().map(move |env| (*env, key))));
    nearest(written, candidates).map(|key| key.name)
}

/// The environment variable closest to what was written.
pub(super) fn nearest_env(written: &str) -> Option<&'static str> {
    // OXCART_DATABASE: right but for a name that most hosts give without the prefix.
    let bare = written.trim_start_matches("OXCART_");
    let well_known = |key: &&Key| key.name.eq_ignore_ascii_case(bare) || key.env.contains(&bare);
    if let Some(key) = KEYS.iter().find(well_known) {
        return key.env.first().copied();
    }
    let keys = KEYS.iter().flat_map(|key| key.env);
    nearest(written, keys.chain(OTHER_ENV).map(|env| (*env, *env)))
}

fn nearest<T>(written: &str, candidates: impl Iterator<Item = (&'static str, T)>) -> Option<T> {
    let written = written.to_lowercase().replace('-', "_");
    // Below this likeness a suggestion misleads more than it helps.
    let mut best = 0.8;
    let mut found = None;
    for (name, value) in candidates {
        let likeness = strsim::jaro_winkler(&written, &name.to_lowercase());
        if likeness > best {
            best = likeness;
            found = Some(value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_name_finds_the_name_that_was_meant() {
        assert_eq!(nearest_key("pagesize"), Some("page_size"));
        assert_eq!(nearest_key("max-page-size"), Some("max_page_size"));
        assert_eq!(nearest_key("database_url"), Some("database"));
        assert_eq!(nearest_key("redis_url"), Some("redis"));
        assert_eq!(nearest_key("SECRET_KEY"), Some("secret_key"));
        assert_eq!(nearest_key("xyzzy"), None);
        assert_eq!(nearest_env("OXCART_ADR"), Some("OXCART_ADDR"));
        assert_eq!(nearest_env("OXCART_DATABASE"), Some("DATABASE_URL"));
        assert_eq!(nearest_env("OXCART_DATABASE_URL"), Some("DATABASE_URL"));
        assert_eq!(nearest_env("OXCART_SECRET_KEY"), Some("SECRET_KEY"));
        assert_eq!(nearest_env("OXCART_CURENCY"), Some("OXCART_CURRENCY"));
        assert_eq!(nearest_env("OXCART_SUPERUSER_PASWORD"), Some("OXCART_SUPERUSER_PASSWORD"));
    }
}
