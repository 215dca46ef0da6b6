//! Puts the shop together from the configuration: database, Redis, clock and randomness.

use crate::bucket::S3;
use crate::clock;
use crate::config::{self, Config, Database};
use anyhow::{Context as _, bail};
use app::live::Limits;
use app::media::Bucket;
use app::{App, Settings, World};
use domain::money::Currency;
use domain::time::Timestamp;
use shared::{Rate, Shared};
use std::sync::Arc;
use std::time::Duration;
use store::{Db, Options};

/// The machine's clock and randomness.
struct Machine;

impl World for Machine {
    fn now(&self) -> Timestamp {
        Timestamp(clock::now_micros())
    }

    fn fill(&self, bytes: &mut [u8]) {
        clock::fill(bytes);
    }
}

/// The shop on a database whose schema is current; brings it up to date first unless `migrate` is false.
///
/// # Errors
/// When the database can't be opened, can't be reached, or is not up to date and must be left alone.
pub async fn open(config: &Config, migrate: bool) -> anyhow::Result<App> {
    let app = unmigrated(config)?;
    bring_up(&app, migrate).await?;
    Ok(app)
}

/// As [`open`], but waits for a database that does not answer yet: after a power cut nobody knows who is up first.
///
/// # Errors
/// As [`open`], but for an unreachable database.
pub async fn open_patiently(config: &Config, migrate: bool) -> anyhow::Result<App> {
    const PAUSE: Duration = Duration::from_millis(500);
    let app = unmigrated(config)?;
    let mut told = false;
    loop {
        let problem = match bring_up(&app, migrate).await {
            Ok(()) => return Ok(app),
            Err(problem) => problem,
        };
        if !matches!(problem.downcast_ref(), Some(store::Error::Unavailable(_))) {
            return Err(problem);
        }
        if !told {
            tracing::warn!("waiting for the database: {problem:#}");
            told = true;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn bring_up(app: &App, migrate: bool) -> anyhow::Result<()> {
    if !migrate {
        let state = app.db.migration_state().await.context("cannot read the database")?;
        if !state.is_current() {
            bail!("the database is not up to date: run `oxcart migrate`, or leave --no-migrate away");
        }
        return Ok(());
    }
    let applied = app.db.migrate_to_current().await.context("cannot bring the database up to date")?;
    for step in applied {
        tracing::info!(%step, "applied a migration");
    }
    Ok(())
}

/// The shop on a database as it is, for the commands that look at the schema themselves.
///
/// # Errors
/// When the database can't be opened. An unreachable PostgreSQL is told only by the first statement.
pub fn unmigrated(config: &Config) -> anyhow::Result<App> {
    let secret_key = config.secret_key.load(clock::fill)?;
    put_together(config, secret_key)
}

/// As [`unmigrated`], for commands that sign nothing: run by another user than the server's, they must not leave a
/// secret behind that the server can't read.
///
/// # Errors
/// As [`unmigrated`].
pub fn without_secret(config: &Config) -> anyhow::Result<App> {
    put_together(config, String::new())
}

fn put_together(config: &Config, secret_key: String) -> anyhow::Result<App> {
    let redis = config.redis.as_ref().map(|url| url.0.as_str());
    let shared = Shared::open(redis, &config.redis_prefix).map_err(anyhow::Error::msg)?;
    Ok(App::new(database(config)?, shared, settings(config, secret_key)?, Arc::new(Machine)))
}

/// Opens the configured database.
///
/// # Errors
/// When an SQLite file can't be used, or a PostgreSQL address is not understood.
pub fn database(config: &Config) -> anyhow::Result<Db> {
    let url = match &config.database {
        Database::Postgres(url) => url.clone(),
        Database::Sqlite(path) => {
            let path = path.to_str().context("the path of the database is not valid UTF-8")?;
            format!("sqlite://{path}")
        }
    };
    Ok(Db::open(&Options { url, pool_size: config.database_pool_size as usize })?)
}

fn settings(config: &Config, secret_key: String) -> anyhow::Result<Settings> {
    let bucket = S3::of(config)?.map(|bucket| bucket as Arc<dyn Bucket>);
    let rate = |rate: config::Rate| Rate { count: rate.count, per: rate.per };
    Ok(Settings {
        secret_key,
        currency: Currency { code: config.currency.code.to_owned(), digits: config.currency.digits.into() },
        access_token_lifetime: config.access_token_lifetime,
        refresh_token_lifetime: config.refresh_token_lifetime,
        session_lifetime: config.session_lifetime,
        staff_session_lifetime: config.staff_session_lifetime,
        max_line_quantity: config.max_line_quantity.into(),
        catalogue_in_memory: config.catalogue_in_memory,
        idempotency_retention: config.idempotency_retention,
        event_retention: config.event_retention,
        audit_retention: config.audit_retention,
        media: app::media::Settings { folder: config.media_root.clone(), bucket, url: config.media_url.clone() },
        mails: app::mail::Settings {
            shop: mail::Shop {
                name: config.shop_name.clone(),
                url: config.public_url.clone().unwrap_or_else(|| local_url(config)),
                reply_to: config.mail_reply_to.as_ref().map(|mailbox| mailbox.email.to_string()),
            },
            retry_pause: config.mail_retry_pause,
            retention: config.mail_retention,
        },
        live: Limits {
            sockets: config.max_sockets as usize,
            sockets_per_caller: config.max_sockets_per_caller as usize,
        },
        login_failure_rate: rate(config.login_failure_rate),
        login_address_rate: rate(config.login_address_rate),
        register_rate: rate(config.register_rate),
    })
}

/// Where whoever tries the shop on this machine finds it.
fn local_url(config: &Config) -> String {
    let (ip, port) = (config.addr.ip(), config.addr.port());
    if ip.is_unspecified() { format!("http://localhost:{port}") } else { format!("http://{}", config.addr) }
}
