//! What whoever configures a shop can rely on.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::keys::KEYS;
use super::*;

fn inputs(env: &[(&str, &str)], file: &str) -> Inputs {
    Inputs {
        flags: Vec::new(),
        env: env.iter().map(|(name, value)| (OsString::from(name), value.into())).collect(),
        file: Some((PathBuf::from("oxcart.toml"), file.to_owned())),
        folder: PathBuf::from("/srv/shop"),
    }
}

fn resolve(env: &[(&str, &str)], file: &str) -> Config {
    match Config::resolve(&inputs(env, file)) {
        Ok(config) => config,
        Err(errors) => panic!("this configuration must be accepted: {errors}"),
    }
}

fn problems(env: &[(&str, &str)], file: &str) -> Vec<String> {
    match Config::resolve(&inputs(env, file)) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.0.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn nothing_has_to_be_set() {
    let config = resolve(&[], "");
    assert_eq!(config.addr.to_string(), "127.0.0.1:8000");
    assert_eq!(config.database, Database::Sqlite("/srv/shop/oxcart.db".into()));
    assert_eq!(config.media_root, PathBuf::from("/srv/shop/media"));
    assert_eq!(config.access_token_lifetime, Duration::from_secs(300));
    assert_eq!(config.refresh_token_lifetime, Duration::from_secs(86_400));
    assert_eq!((config.currency.code, config.currency.digits), ("USD", 2));
    assert!(config.secret_key.is_generated());
    assert!(!config.session_cookie_secure && !config.debug && config.allowed_hosts.is_empty());
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
    let file = "addr = \"127.0.0.1:1\"\npage_size = 10\nshop_name = \"From the file\"\n";
    let mut inputs = inputs(&[("OXCART_ADDR", "127.0.0.1:2"), ("OXCART_PAGE_SIZE", "20")], file);
    inputs.flags.push(("addr", "--addr", "127.0.0.1:3".into()));
    let config = Config::resolve(&inputs).expect("all values are good");
    assert_eq!(config.addr.port(), 3, "the flag must win");
    assert_eq!(config.page_size, 20, "the environment must beat the file");
    assert_eq!(config.shop_name, "From the file", "the file must beat the default");
    assert_eq!(config.max_page_size, 100, "the default must hold where nobody says");
    let source = |name| {
        let found = config.shown.iter().find(|shown| shown.key == name);
        found.map(|shown| shown.source.to_string()).unwrap_or_default()
    };
    assert_eq!(source("addr"), "flag --addr");
    assert_eq!(source("page_size"), "environment variable OXCART_PAGE_SIZE");
    assert_eq!(source("shop_name"), "oxcart.toml, line 3");
    assert_eq!(source("max_page_size"), "default");
}

#[test]
fn the_first_name_of_a_key_wins_over_its_second() {
    let config = resolve(&[("DEBUG", "true"), ("OXCART_DEBUG", "false")], "");
    assert!(!config.debug, "OXCART_DEBUG must win over DEBUG");
    assert!(resolve(&[("DEBUG", "1")], "").debug, "DEBUG alone must count");
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let config = resolve(&[("REDIS_URL", ""), ("SECRET_KEY", ""), ("OXCART_ADDR", "")], "");
    assert!(config.redis.is_none() && config.secret_key.is_generated());
}

#[test]
fn an_unknown_name_stops_the_start_and_names_the_nearest() {
    let found = problems(&[("OXCART_ADR", "x")], "debug = true\npagesize = 3\nxyzzy = 1\n");
    assert_eq!(
        found,
        [
            "oxcart.toml, line 2: unknown key `pagesize`; did you mean page_size?",
            "oxcart.toml, line 3: unknown key `xyzzy`; see `oxcart config reference` for the names",
            "unknown environment variable OXCART_ADR; did you mean OXCART_ADDR?",
        ]
    );
}

#[test]
fn variables_of_others_and_of_tests_are_left_alone() {
    let env = [
        ("OXCART_SUPERUSER_PASSWORD", "x"),
        ("OXCART_TEST_POSTGRES", "x"),
        ("OXCART_BIN", "x"),
        ("OXCART_LOG", "debug"),
        ("PATH", "/bin"),
    ];
    assert_eq!(resolve(&env, "").log_level, "debug");
}

#[test]
fn a_wrong_value_says_its_key_its_place_and_what_was_expected() {
    let found = problems(
        &[("OXCART_REGISTER_RATE", "often")],
        "\ncurrency = \"EURO\"\npage_size = [1, 2.5]\naccess_token_lifetime = 300\n",
    );
    assert_eq!(
        found,
        [
            "page_size = a TOML array (oxcart.toml, line 3): expected a whole number from 1 to 1000",
            "currency = `EURO` (oxcart.toml, line 2): expected an ISO 4217 currency code such as \
             USD, EUR or JPY",
            "access_token_lifetime = `300` (oxcart.toml, line 4): expected a whole number with a \
             unit, such as 30s, 5m, 12h or 1d",
            "register_rate = `often` (environment variable OXCART_REGISTER_RATE): expected a \
             number per second, minute, hour or day, such as 5/s or 10/m",
        ]
    );
}

#[test]
fn values_that_contradict_each_other_are_refused() {
    let found = problems(&[], "page_size = 200\nrefresh_token_lifetime = \"1m\"\n");
    assert_eq!(found.len(), 2, "found only {found:?}");
    assert!(found[0].contains("page_size") && found[0].contains("max_page_size"));
    assert!(found[1].contains("refresh_token_lifetime"));
}

#[test]
fn a_file_that_is_no_toml_says_the_line() {
    let found = problems(&[], "debug = true\naddr = = 1\n");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("oxcart.toml: line 2 is no TOML"), "said {}", found[0]);
}

#[test]
fn lists_are_arrays_in_the_file_and_comma_separated_in_the_environment() {
    let file = "allowed_hosts = [\"shop.example\", \".example.org\"]";
    let config = resolve(&[("OXCART_TRUSTED_PROXIES", "10.0.0.0/8, ::1")], file);
    assert_eq!(config.allowed_hosts, ["shop.example", ".example.org"]);
    assert_eq!(config.trusted_proxies.len(), 2);
}

#[test]
fn the_session_cookie_is_secure_by_itself_when_the_shop_is_on_https() {
    let secure = |file: &str| resolve(&[], file).session_cookie_secure;
    assert!(secure("public_url = \"https://shop.example\""));
    assert!(!secure("public_url = \"http://shop.example\""));
    assert!(secure("session_cookie_secure = true"));
    assert!(!secure("public_url = \"https://shop.example\"\nsession_cookie_secure = false"));
    let by_request = |file: &str| resolve(&[], file).session_cookie_by_request;
    assert!(by_request(""), "without a public address only the request tells");
    assert!(!by_request("public_url = \"https://shop.example\"") && !by_request("session_cookie_secure = false"));
}

#[test]
fn media_and_secret_lie_beside_the_sqlite_file() {
    let config = resolve(&[("DATABASE_URL", "sqlite:///var/lib/shop.db")], "");
    assert_eq!(config.media_root, PathBuf::from("/var/lib/media"));
    assert_eq!(config.secret_key, SecretKey::Kept("/var/lib/oxcart.secret".into()));
    let config = resolve(&[("DATABASE_URL", "postgres://shop@db/shop")], "");
    assert_eq!(config.media_root, PathBuf::from("/srv/shop/media"));
    assert_eq!(config.secret_key, SecretKey::Kept("/srv/shop/oxcart.secret".into()));
}

#[test]
fn no_secret_is_shown_anywhere() {
    let env = [
        ("DATABASE_URL", "postgres://shop:hush@db/shop"),
        ("REDIS_URL", "redis://:hush@cache/0"),
        ("SECRET_KEY", "hush-hush"),
    ];
    let config = resolve(&env, "");
    assert!(!format!("{config:?}").contains("hush"), "a secret shows in {config:?}");
    let found = problems(&[("DATABASE_URL", "mysql://shop:hush@db/shop")], "redis = \"x://:hush@h\"");
    assert_eq!(found.len(), 2);
    assert!(!found.concat().contains("hush"), "a secret shows in {found:?}");
}

#[test]
fn every_key_of_the_table_is_really_read() {
    for key in KEYS {
        if matches!(key.kind, Kind::Path | Kind::Secret | Kind::Text) {
            continue; // Any text will do, so none can be refused.
        }
        let found = problems(&[(key.env[0], "?? no://such thing ??")], "");
        assert_eq!(found.len(), 1, "a wrong {} must stop the start, got {found:?}", key.name);
    }
}
