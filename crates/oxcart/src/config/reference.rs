//! The configuration as Markdown, made from the table of keys. `docs/CONFIGURATION.md` is this
//! text; a test compares the two.

use std::fmt::Write;

use super::keys::{KEYS, Key, Preset, Secrecy};
use super::kind::Kind;

const HEAD: &str = "\
# Configuration

Nothing has to be set: `oxcart serve` starts with the defaults below. Each key can be set in four
places; the first that sets it wins:

1. a **flag** on the command line, where the key has one
2. an **environment variable**; an empty one counts as not set
3. **`oxcart.toml`** in the current folder, or the file named with `--config`
4. the **default**

A name nobody knows, in the file or among the variables that start with `OXCART_`, stops the start
and is answered with the nearest name that exists. So does a wrong value. `oxcart config show`
prints what holds and where it came from, `oxcart check --deploy` what to mend before customers
come. This page is printed by `oxcart config reference`.

Durations are a whole number and a unit: `30s`, `5m`, `12h`, `1d`, `2w`. Rates are a number per
period: `5/s`, `10/m`, `100/h`, `1000/d`. Lists are arrays in the file and comma-separated in the
environment. Relative paths start in the current folder.

```toml
# oxcart.toml
addr = \"0.0.0.0:8000\"
public_url = \"https://shop.example\"
allowed_hosts = [\"shop.example\"]
currency = \"EUR\"
access_token_lifetime = \"5m\"
```
";

/// The whole reference.
pub fn markdown() -> String {
    let mut page = String::from(HEAD);
    let mut group = "";
    for key in KEYS {
        if key.group != group {
            group = key.group;
            page.push_str(&format!("\n## {group}\n"));
        }
        entry(&mut page, key);
    }
    page.push_str(&others());
    page
}

fn entry(page: &mut String, key: &Key) {
    let default = match key.default {
        Preset::Text("") => "empty".to_owned(),
        Preset::Text(text) if key.unit.is_empty() => format!("`{text}`"),
        Preset::Text(text) => format!("`{text}` {}", key.unit),
        Preset::Unset(meaning) => format!("not set: {meaning}"),
    };
    let mut names: Vec<String> = key.env.iter().map(|env| format!("`{env}`")).collect();
    names.extend(key.flag.map(|flag| format!("`{flag}`")));
    let secret = match key.secrecy {
        Secrecy::Open => "",
        Secrecy::UrlPassword => " Its password is never shown.",
        Secrecy::Whole => " It is never shown.",
    };
    let expected = match key.kind {
        Kind::Bool => "`true` or `false`".to_owned(),
        Kind::Choice(words) => format!("`{}`", words.join("`, `")),
        kind => kind.expected(),
    };
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "\n### `{}`\n\n{}{secret}\n\n- Also: {}\n- Value: {expected}\n- Default: {default}\n",
        key.name,
        key.help,
        names.join(", "),
    );
}

fn others() -> String {
    "\n## Read elsewhere\n\n\
     - `OXCART_SUPERUSER_EMAIL`, `OXCART_SUPERUSER_PASSWORD`: the address and the password for `oxcart \
     createsuperuser --noinput`; without them `DJANGO_SUPERUSER_EMAIL` and `DJANGO_SUPERUSER_PASSWORD`.\n\
     - `OXCART_BIN`, `OXCART_TEST_…`: for the project's own tests.\n"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_docs_is_what_the_program_prints() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/CONFIGURATION.md");
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            page == markdown(),
            "docs/CONFIGURATION.md is out of date; write it anew:\n  \
             cargo run -- config reference > docs/CONFIGURATION.md"
        );
    }

    #[test]
    fn every_key_and_every_name_of_it_is_in_the_reference() {
        let page = markdown();
        for key in KEYS {
            let names = key.env.iter().copied().chain([key.name]).chain(key.flag);
            for name in names {
                assert!(page.contains(&format!("`{name}`")), "{name} is missing in the reference");
            }
        }
    }
}
