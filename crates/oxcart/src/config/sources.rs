//! Gathers what was set: for every key the winning text and where it came from (flag, then
//! environment, then file, then default). Names that mean nothing are problems; whether a text is
//! a good value is for the next step to say.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::keys::{KEYS, OTHER_ENV, Preset, TEST_ENV_PREFIX, find};
use super::problem::{Problem, Source, nearest_env, nearest_key};

/// Everything a configuration is made from, so that resolving it touches nothing outside. Holds
/// secrets, so it cannot be printed.
#[derive(Clone, Default)]
pub struct Inputs {
    /// Values of flags, by the name of the key they set, with the flag as it was written.
    pub flags: Vec<(&'static str, &'static str, String)>,
    /// The environment.
    pub env: Vec<(OsString, OsString)>,
    /// The configuration file's name and text, if there is one.
    pub file: Option<(PathBuf, String)>,
    /// The current folder, absolute: relative paths start here.
    pub folder: PathBuf,
}

impl Inputs {
    /// The machine's environment and current folder, `file` or else `oxcart.toml` if it is there.
    ///
    /// # Errors
    /// The file is named but cannot be read, or the current folder is gone.
    pub fn from_machine(
        flags: Vec<(&'static str, &'static str, String)>,
        file: Option<&Path>,
    ) -> Result<Inputs, Problem> {
        let path = file.unwrap_or(Path::new("oxcart.toml"));
        let problem =
            |error: std::io::Error| Problem::File { path: path.to_owned(), reason: format!("cannot be read: {error}") };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => Some((path.to_owned(), text)),
            Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(problem(error)),
        };
        let folder = std::env::current_dir().map_err(problem)?;
        Ok(Inputs { flags, env: std::env::vars_os().collect(), file: text, folder })
    }
}

/// The winning text of one key and where it came from.
#[derive(Clone)]
pub(super) struct Setting {
    pub(super) text: String,
    pub(super) source: Source,
}

/// The winning text of every key that has one, by the key's name.
pub(super) type Settings = BTreeMap<&'static str, Setting>;

/// Gathers all settings; problems with names are added to `problems`.
pub(super) fn gather(inputs: &Inputs, problems: &mut Vec<Problem>) -> Settings {
    let mut settings = defaults();
    if let Some((path, text)) = &inputs.file {
        from_file(path, text, &mut settings, problems);
    }
    from_env(&inputs.env, &mut settings, problems);
    for (key, flag, text) in &inputs.flags {
        settings.insert(key, Setting { text: text.clone(), source: Source::Flag(flag) });
    }
    settings
}

/// The defaults alone.
pub(super) fn defaults() -> Settings {
    let text = |default| match default {
        Preset::Text(text) => Some(text.to_owned()),
        Preset::Unset(_) => None,
    };
    KEYS.iter()
        .filter_map(|key| Some((key.name, Setting { text: text(key.default)?, source: Source::Default })))
        .collect()
}

/// An empty variable counts as not set: `REDIS_URL=` in an environment file means "none".
fn from_env(env: &[(OsString, OsString)], settings: &mut Settings, problems: &mut Vec<Problem>) {
    for key in KEYS {
        // Backwards, so that the first name that is set has the last word.
        for name in key.env.iter().rev() {
            let Some((_, value)) = env.iter().find(|(set, _)| set == name) else {
                continue;
            };
            let source = Source::Env(name);
            match value.to_str() {
                Some("") => {}
                Some(text) => {
                    settings.insert(key.name, Setting { text: text.to_owned(), source });
                }
                None => problems.push(Problem::Wrong {
                    key: key.name,
                    shown: "(not UTF-8)".into(),
                    source,
                    expected: key.kind.expected(),
                }),
            }
        }
    }
    for (name, _) in env {
        let name = name.to_string_lossy();
        let known = KEYS.iter().any(|key| key.env.contains(&&*name))
            || OTHER_ENV.contains(&&*name)
            || name.starts_with(TEST_ENV_PREFIX);
        if name.starts_with("OXCART_") && !known {
            let nearest = nearest_env(&name);
            problems.push(Problem::UnknownEnv { name: name.into(), nearest });
        }
    }
}

fn from_file(path: &Path, text: &str, settings: &mut Settings, problems: &mut Vec<Problem>) {
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            let reason = format!("line {line} is no TOML: {}", error.message());
            return problems.push(Problem::File { path: path.to_owned(), reason });
        }
    };
    let source = |at| Source::File { path: path.to_owned(), line: line_of(text, at) };
    // The table is sorted by name; people mend a file from top to bottom.
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    for (name, value) in entries {
        let Some(key) = find(name.get_ref()) else {
            problems.push(Problem::UnknownKey {
                name: name.get_ref().to_string(),
                source: source(name.span().start),
                nearest: nearest_key(name.get_ref()),
            });
            continue;
        };
        let source = source(value.span().start);
        match as_text(value.get_ref()) {
            Some(text) => {
                settings.insert(key.name, Setting { text, source });
            }
            None => problems.push(Problem::Wrong {
                key: key.name,
                shown: format!("a TOML {}", value.get_ref().type_str()),
                source,
                expected: key.kind.expected(),
            }),
        }
    }
}

/// The text an environment variable of the same value would have.
fn as_text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        DeValue::Array(items) => {
            let texts: Option<Vec<_>> = items.iter().map(|item| as_text(item.get_ref())).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
