//! `oxcart serve`: the shop itself.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context as _, bail};
use app::App;
use app::live::Live;
use app::mail::{Delivery, Stop};
use demo::{People, Person};
use http_edge::{ConnectionLimits, DemoLogins, Edge, EdgeSettings, Login, Mails, Setting, Storefront};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::Context;
use crate::bucket::S3;
use crate::config::keys::{self, Preset, Secrecy};
use crate::config::{Config, Shown};
use crate::smtp::Smtp;
use crate::{demo_shop, memory, telemetry, wiring};

/// How long requests under way may take after the order to stop.
const DRAIN: Duration = Duration::from_secs(30);
/// How often expired sessions and tokens are forgotten.
const SWEEP: Duration = Duration::from_secs(600);
/// Of so many rounds, one looks for pictures that nothing shows: it reads through the whole catalogue.
const SWEEPS_TO_UPLOADS: u64 = 6;
/// Open files besides connections and those of the database, four for each of its own: connections that are told why
/// they are refused, pictures under way, logs, Redis.
const FILES_BESIDE: u64 = 512;
/// How long sockets may take to say goodbye, and mails to be handed over.
const FAREWELL: Duration = Duration::from_secs(8);

/// Runs the shop: answers requests until it is told to stop.
///
/// Brings the database up to date first and makes it if there is none, so nothing has to be
/// prepared. On SIGTERM it says on /readyz that it stops, goes on serving for a moment
/// (shutdown_delay), then finishes the requests under way and ends; Ctrl-C leaves the moment out,
/// and so does a second signal. One more ends it at once.
/// Several instances may run on one PostgreSQL and Redis.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart serve --demo                               try it: a shop full of demo products
  oxcart serve --addr 0.0.0.0:8000                  let other machines reach it
  oxcart serve --storefront ./shop                  show these pages instead of the demo's
  oxcart serve --database postgres://shop@db/shop --redis redis://cache/0")]
pub struct Args {
    /// The same as --addr, in the place where `runserver` takes it.
    #[arg(value_name = "ADDRESS:PORT", conflicts_with = "addr")]
    pub positional_addr: Option<String>,
    /// Fills the shop with demo products and accounts first, if it has no products yet.
    #[arg(long)]
    pub demo: bool,
    #[arg(long, value_name = "ADDRESS:PORT", help = crate::config::keys::help("addr"))]
    pub addr: Option<String>,
    #[arg(long, value_name = "DIR", help = crate::config::keys::help("storefront"))]
    pub storefront: Option<String>,
    /// Leaves the database as it is; stops if it is not up to date.
    #[arg(long)]
    pub no_migrate: bool,
}

/// Serves until stopped.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = &context.config;
    let storefront = storefront(config, args.demo)?;
    // The port first: somebody who starts a second shop by mistake should not touch the database.
    let listener = TcpListener::bind(config.addr).await.with_context(|| {
        let addr = config.addr;
        format!("cannot listen on {addr}; if something else does, choose another with --addr")
    })?;
    let metrics = Edge::record_metrics().map_err(anyhow::Error::msg)?;
    let app = wiring::open_patiently(config, !args.no_migrate).await?;
    if args.demo {
        demo_shop::load(&app, &config.media_root, &config.media_url).await?;
    }
    let delivery = delivery(config, args.demo)?;
    let mut settings = settings(config, storefront, open_files());
    if let Some(bucket) = S3::of(config)? {
        tokio::spawn(look_at_bucket(Arc::clone(&bucket)));
        settings.media_bucket = Some(bucket);
    }
    settings.demo = args.demo.then(demo_logins);
    settings.mails = match delivery {
        Delivery::Server(_) => Mails::Sent,
        Delivery::Mailbox => Mails::Kept,
        Delivery::Nowhere => Mails::Waiting,
    };
    let edge = Edge::new(app.clone(), settings, metrics);
    let address = listener.local_addr()?;
    tracing::info!(database = %config.database, redis = app.shared.has_redis(), "listening on http://{address}");
    if !context.quiet {
        welcome(address, args.demo, config.storefront.is_some());
    }
    tokio::spawn(memory::give_back());
    let sweeper = tokio::spawn(sweep(app.clone()));
    let figures = tokio::spawn(edge.clone().keep_figures_up());
    let mut follower = tokio::spawn(app.clone().follow_log());
    let live = app.live.clone();
    let stopping = edge.clone();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut mails = tokio::spawn(app.clone().deliver_mails(delivery, Stop::new(stopped.clone())));
    let (hurry, hurried) = tokio::sync::oneshot::channel();
    let delay = Duration::from_secs(config.shutdown_delay.into());
    tokio::spawn(async move {
        let asked = wait_for_signal().await;
        stopping.stopping.store(true, Ordering::Relaxed);
        if asked == Asked::ByTheSystem && !delay.is_zero() {
            tracing::info!("stopping: serving for another {delay:?}, until load balancers look elsewhere");
            let _ = tokio::time::timeout(delay, wait_for_signal()).await;
        }
        tracing::info!("stopping: finishing the requests under way");
        app.live.stop();
        app.stop_imports();
        let _ = stop.send(true);
        let _ = wait_for_signal().await;
        let _ = hurry.send(());
    });
    let told = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let serving = http_edge::serve(listener, edge, told(stopped.clone()));
    let overdue = async {
        told(stopped).await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        served = serving => served.context("serving failed")?,
        () = overdue => tracing::warn!("some requests did not finish in time"),
        Ok(()) = hurried => {
            tracing::warn!("stopped at once, as asked: requests under way were not finished");
            return Ok(ExitCode::SUCCESS);
        }
        // Without it sockets would stay silent and nobody would know; whoever watches over the process starts it anew.
        ended = &mut follower => bail!("the event log is not followed any more: {}", ended.expect_err("it never ends")),
    }
    sockets_closed(&live).await;
    follower.abort();
    sweeper.abort();
    figures.abort();
    // It was told as well, and gives back what it could not send.
    if tokio::time::timeout(FAREWELL, &mut mails).await.is_err() {
        mails.abort();
    }
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Says at the start what is wrong with the bucket. The shop opens all the same: it sells without pictures too.
async fn look_at_bucket(bucket: Arc<S3>) {
    match bucket.look().await {
        Ok(()) => tracing::info!(?bucket, "pictures are kept in a bucket"),
        Err(why) => tracing::error!(%why, "pictures can't be kept or shown; `oxcart doctor` looks again"),
    }
}

/// Where mails go: to the mail server, if there is one; a demo shop keeps them for whoever looks.
fn delivery(config: &Config, demo: bool) -> anyhow::Result<Delivery> {
    Ok(match (&config.smtp_url, &config.mail_from) {
        (Some(url), Some(from)) => Delivery::Server(Arc::new(Smtp::open(url, from, config.mail_reply_to.as_ref())?)),
        _ if demo => Delivery::Mailbox,
        _ => Delivery::Nowhere,
    })
}

/// What somebody who has just started a shop wants to know.
fn welcome(address: SocketAddr, demo: bool, own_pages: bool) {
    let host = if address.ip().is_unspecified() { "localhost".to_owned() } else { address.ip().to_string() };
    let base = format!("http://{host}:{}", address.port());
    println!("\n  The shop is open.\n");
    if demo || own_pages {
        println!("  Shop       {base}/");
    }
    println!("  Console    {base}/admin/");
    println!("  API        {base}/products/");
    println!("  API docs   {base}/api/docs/");
    println!("  Health     {base}/readyz");
    if demo {
        let people = demo::shop().people;
        println!("\n  Customer   {}  password {}", people.customer.email, people.customer.password);
        println!("  Staff      {}     password {}", people.staff.email, people.staff.password);
    } else {
        println!("\n  To run the shop, make yourself an account: oxcart createsuperuser");
    }
    println!("\n  Ctrl-C stops it.\n");
}

/// Who may be tried in the demo, as its pages tell.
fn demo_logins() -> DemoLogins {
    let People { customer, staff } = demo::shop().people;
    let login = |person: Person| Login { email: person.email.to_owned(), password: person.password.to_owned() };
    DemoLogins { customer: login(customer), staff: login(staff) }
}

/// What is shown at `/`. A folder is looked at now: a slip in its name should not become a shop that shows nothing.
fn storefront(config: &Config, demo: bool) -> anyhow::Result<Storefront> {
    let Some(folder) = &config.storefront else {
        return Ok(if demo { Storefront::Demo } else { Storefront::None });
    };
    let shown = folder.display();
    let folder = folder.canonicalize().with_context(|| format!("cannot read the storefront {shown}"))?;
    if !folder.join("index.html").is_file() {
        bail!("the storefront {shown} has no index.html, so there would be nothing at /");
    }
    Ok(Storefront::Folder(folder))
}

/// How many files may be open; any number if `None`. Every connection is one, and many systems begin with room for
/// 1,024: the limit is raised as far as it may be.
fn open_files() -> Option<u64> {
    let limits = getrlimit(Resource::Nofile);
    if limits.current == limits.maximum {
        return limits.current;
    }
    let raised = Rlimit { current: limits.maximum, ..limits };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limits.maximum,
        Err(error) => {
            tracing::debug!(%error, "the limit of open files stays as it is");
            limits.current
        }
    }
}

/// As many connections as are wished for, or as the system has files for: running out of those would hit whoever comes,
/// and the database too.
fn connections(config: &Config, files: Option<u64>) -> usize {
    let wished = u64::from(config.max_connections);
    let others = FILES_BESIDE + 4 * u64::from(config.database_pool_size);
    let room = files.map_or(u64::MAX, |files| files.saturating_sub(others).max(files / 2).max(1));
    if room < wished {
        tracing::info!(
            "at most {room} connections instead of {wished}: the system allows no more open files (ulimit -n)"
        );
    }
    usize::try_from(room.min(wished)).unwrap_or(usize::MAX)
}

/// What one address may have: where there is room for fewer connections than wished for, at most half of it.
fn per_address(config: &Config, total: usize) -> usize {
    let (wished, whole) = (config.max_connections_per_address as usize, config.max_connections as usize);
    if total < whole { wished.min(total.div_ceil(2)) } else { wished }
}

/// Waits until the sockets, which were told to close, have done so.
async fn sockets_closed(live: &Live) {
    let deadline = tokio::time::Instant::now() + FAREWELL;
    while live.open_seats() > 0 && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Forgets what has expired, now and then, for as long as the shop runs.
async fn sweep(app: App) {
    // What is kept for a short time only is looked after more often.
    let shortest = app.settings.event_retention.min(app.settings.idempotency_retention);
    let pause = SWEEP.min(shortest / 4).max(Duration::from_secs(1));
    // What keeps pictures may be slow; nothing else waits for it.
    let mut uploads = tokio::spawn(async {});
    for round in 0_u64.. {
        tokio::time::sleep(pause).await;
        if round % SWEEPS_TO_UPLOADS == 0 && uploads.is_finished() {
            let app = app.clone();
            uploads = tokio::spawn(async move { sweep_uploads(&app).await });
        }
        match app.sweep().await {
            Ok(0) => {}
            Ok(removed) => tracing::debug!(removed, "forgot what has expired"),
            Err(error) => tracing::warn!(%error, "forgetting what has expired failed; trying again later"),
        }
    }
}

async fn sweep_uploads(app: &App) {
    match app.sweep_uploads().await {
        Ok(0) => {}
        Ok(deleted) => tracing::info!(deleted, "deleted pictures that nothing has shown for a day"),
        Err(error) => tracing::warn!(%error, "looking for pictures that nothing shows failed; trying again later"),
    }
}

/// Who wants the shop to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Somebody at the keyboard, who waits.
    ByHand,
    /// Whatever looks after the process.
    ByTheSystem,
}

async fn wait_for_signal() -> Asked {
    // Without a handler for one signal the other still works, and Ctrl-C kills outright.
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => Asked::ByTheSystem,
        _ = tokio::signal::ctrl_c() => Asked::ByHand,
    }
}

/// Every setting as the owner of the shop may see it.
fn shown(config: &Config) -> Vec<Setting> {
    let setting = |shown: &Shown| {
        let key = keys::find(shown.key)?;
        let is_secret = key.secrecy != Secrecy::Open;
        let value = shown.value.clone().filter(|_| !is_secret);
        Some(Setting {
            key: key.name,
            label: key.label,
            group: key.group,
            value,
            unset: match key.default {
                Preset::Unset(meaning) => Some(meaning),
                Preset::Text(_) => None,
            },
            unit: key.unit,
            is_secret,
            source: shown.source.to_string(),
            env: key.env,
            flag: key.flag,
            help: key.help,
        })
    };
    config.shown.iter().filter_map(setting).collect()
}

fn settings(config: &Config, storefront: Storefront, files: Option<u64>) -> EdgeSettings {
    let total = connections(config, files);
    EdgeSettings {
        shown: shown(config),
        shop_name: config.shop_name.clone(),
        public_url: config.public_url.clone(),
        session_cookie_secure: (!config.session_cookie_by_request).then_some(config.session_cookie_secure),
        hsts: Duration::from_secs(config.hsts_seconds.into()),
        session_lifetime: config.session_lifetime,
        allowed_hosts: config.allowed_hosts.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        cors_allowed_origins: config.cors_allowed_origins.clone(),
        socket_query_token: config.socket_query_token,
        media_root: config.media_root.clone(),
        media_bucket: None,
        media_url: config.media_url.clone(),
        storefront,
        demo: None,
        mails: Mails::default(),
        page_size: config.page_size.into(),
        max_page_size: config.max_page_size.into(),
        answer_cache_bytes: config.answer_cache_bytes.into(),
        max_picture_bytes: config.max_picture_bytes as usize,
        max_import_bytes: config.max_import_bytes as usize,
        max_body_bytes: config.max_body_bytes as usize,
        request_timeout: config.request_timeout,
        connections: ConnectionLimits {
            total,
            per_address: per_address(config, total),
            header_bytes: config.max_header_bytes as usize,
            header_timeout: config.header_timeout,
            body_timeout: config.body_timeout,
            idle_timeout: config.idle_timeout,
            unread_timeout: config.unread_timeout,
        },
        traces: config.otlp_endpoint.as_ref().map(|_| telemetry::TRACES),
    }
}
