//! What every handler can reach.

use crate::logins::DemoLogins;
use crate::outer::{ConnectionLimits, PictureSource};
use crate::ready::Ready;
use crate::ready::shortcut::Shortcuts;
use app::App;
use axum::extract::FromRef;
use bytes::Bytes;
use ipnet::IpNet;
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::IpAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// What the operator can set, as far as the edge cares.
#[derive(Clone, Debug)]
pub struct EdgeSettings {
    /// The name of the shop, as pages show it.
    pub shop_name: String,
    /// The address clients know, without a closing slash; taken from each request when `None`.
    pub public_url: Option<String>,
    /// Whether cookies are only sent over TLS; as the request came when `None`.
    pub session_cookie_secure: Option<bool>,
    /// For how long browsers that came over TLS are told to come over nothing else; not at all when zero.
    pub hsts: Duration,
    /// How long the session cookie is kept.
    pub session_lifetime: Duration,
    /// Hosts answered to, lower case; any when empty.
    pub allowed_hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins of other sites whose pages may call the API; `*` for any.
    pub cors_allowed_origins: Vec<String>,
    /// Whether `?token=` opens sockets and streams.
    pub socket_query_token: bool,
    /// The folder of the pictures.
    pub media_root: PathBuf,
    /// Where pictures lie that are not in that folder.
    pub media_bucket: Option<Arc<dyn PictureSource>>,
    /// The path they are served under; starts and ends with `/`.
    pub media_url: String,
    /// What is shown at `/`.
    pub storefront: Storefront,
    /// Who may be tried, where the shop is a demo.
    pub demo: Option<DemoLogins>,
    /// What becomes of mails.
    pub mails: Mails,
    /// Entries on a page when the client does not say.
    pub page_size: i64,
    /// Entries on a page at most.
    pub max_page_size: i64,
    /// The longest picture that is uploaded, in bytes.
    pub max_picture_bytes: usize,
    /// The longest file that is imported, in bytes.
    pub max_import_bytes: usize,
    /// The longest body, in bytes.
    pub max_body_bytes: usize,
    /// The most that answers kept ready may take, in bytes.
    pub answer_cache_bytes: u64,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// Every setting as it may be shown to the owner of the shop.
    pub shown: Vec<Setting>,
    /// How many connections there may be, and how long each may take for what.
    pub connections: ConnectionLimits,
    /// What traces need to know of a request's span; `None` where nothing is traced.
    pub traces: Option<Traces>,
}

/// What is shown at `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Storefront {
    /// A page that says what this is.
    #[default]
    None,
    /// The demo shop that is part of the program.
    Demo,
    /// The files of this folder.
    Folder(PathBuf),
}

/// What becomes of mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mails {
    /// A mail server is given them.
    Sent,
    /// They are put where the staff reads them, with the links in them, because they reach nobody else.
    Kept,
    /// They wait until there is a mail server.
    #[default]
    Waiting,
}

impl Mails {
    /// As pages are told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Kept => "kept",
            Self::Waiting => "waiting",
        }
    }
}

/// A setting as it may be shown.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name in `oxcart.toml`.
    pub key: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// The heading it stands under.
    pub group: &'static str,
    /// What holds; `None` when nothing is set, and of secrets.
    pub value: Option<String>,
    /// What happens where nobody sets it; `None` where a default holds then.
    pub unset: Option<&'static str>,
    /// What a number counts; empty where the value says it.
    pub unit: &'static str,
    /// Whether its value is nobody's business.
    pub is_secret: bool,
    /// Where it was set.
    pub source: String,
    /// The environment variables that set it; the first that is set wins.
    pub env: &'static [&'static str],
    /// The flag of the command line that sets it.
    pub flag: Option<&'static str>,
    /// What it is for.
    pub help: &'static str,
}

/// What can't be said of a span with `tracing` alone.
#[derive(Clone, Copy, Debug)]
pub struct Traces {
    /// Makes the trace that a `traceparent` header names the one a span belongs to.
    pub adopt: fn(&tracing::Span, &str),
    /// Gives a span another name.
    pub rename: fn(&tracing::Span, String),
}

/// The shop as the edge sees it. Cheap to clone.
#[derive(Clone)]
pub struct Edge(Arc<Parts>);

/// What an [`Edge`] is made of.
pub struct Parts {
    /// The use cases.
    pub app: App,
    /// What the operator set.
    pub settings: EdgeSettings,
    /// Set when the process is about to stop: `/readyz` then sends traffic elsewhere.
    pub stopping: AtomicBool,
    pub(crate) ready: Ready,
    pub(crate) shortcuts: Shortcuts,
    pub(crate) metrics: PrometheusHandle,
    /// The OpenAPI document as JSON, once somebody asked for it: most shops are never asked.
    pub(crate) document: OnceLock<Bytes>,
}

impl Deref for Edge {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Edge {
    /// Puts the edge together. `metrics` is the recorder's handle, from [`Edge::record_metrics`].
    #[must_use]
    pub fn new(app: App, settings: EdgeSettings, metrics: PrometheusHandle) -> Self {
        // Most answers are in both, with the same bytes.
        let half = settings.answer_cache_bytes / 2;
        let (ready, shortcuts) = (Ready::new(half), Shortcuts::new(half));
        let (stopping, document) = (AtomicBool::new(false), OnceLock::new());
        Self(Arc::new(Parts { app, settings, stopping, ready, shortcuts, metrics, document }))
    }

    /// Starts recording metrics for the whole process; once, before anything is measured.
    ///
    /// # Errors
    /// When something records already.
    pub fn record_metrics() -> Result<PrometheusHandle, String> {
        crate::figures::recorder().map_err(|error| error.to_string())
    }

    /// Adds up what was measured, now and then, for as long as the process runs.
    pub async fn keep_figures_up(self) {
        crate::figures::keep_up(self).await;
    }

    /// Whether this address is a proxy whose word is taken.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.settings.trusted_proxies.iter().any(|net| net.contains(&address.to_canonical()))
    }
}

impl FromRef<Edge> for App {
    fn from_ref(edge: &Edge) -> Self {
        edge.app.clone()
    }
}
