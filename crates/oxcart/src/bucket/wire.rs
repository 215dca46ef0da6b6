//! Requests to a bucket's server.

use super::refusal;
use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::{Method, Request, Response, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long an answer may take to begin, and a short one to come whole.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a connection is kept for another request.
const IDLE: Duration = Duration::from_secs(30);
/// Attempts at what may be done twice.
const ATTEMPTS: u32 = 3;
/// Before the second attempt; then twice as long.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest list that is read, in bytes.
const LONGEST: usize = 8 * 1024 * 1024;

/// Connections to one server.
pub(super) struct Wire {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    endpoint: String,
}

impl Wire {
    /// Connects when there is something to ask.
    ///
    /// # Errors
    /// When this machine knows no certificate authority, and one is needed.
    pub(super) fn open(endpoint: &str) -> anyhow::Result<Self> {
        let provider = ring::default_provider();
        let builder = HttpsConnectorBuilder::new();
        let builder = match endpoint.starts_with("https://") {
            true => {
                builder.with_provider_and_native_roots(provider).context("no certificate authority is known here")?
            }
            false => {
                let tls =
                    ClientConfig::builder_with_provider(Arc::new(provider)).with_safe_default_protocol_versions()?;
                let tls = tls.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
                builder.with_tls_config(tls)
            }
        };
        let mut http = HttpConnector::new();
        http.set_connect_timeout(Some(CONNECT));
        http.set_nodelay(true);
        http.enforce_http(false);
        let connector = builder.https_or_http().enable_http1().wrap_connector(http);
        let mut client = Client::builder(TokioExecutor::new());
        client.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
        Ok(Self { client: client.build(connector), endpoint: endpoint.to_owned() })
    }

    /// Sends one request; returns when the answer begins.
    ///
    /// # Errors
    /// When nobody answers.
    pub(super) async fn send(
        &self,
        method: Method,
        address: &impl AsRef<str>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response<Incoming>, String> {
        let request = Request::builder().method(method).uri(address.as_ref()).body(Full::new(body));
        let mut request = request.map_err(|error| format!("the address of the bucket can't be asked: {error}"))?;
        request.headers_mut().extend(headers.clone());
        match tokio::time::timeout(PATIENCE, self.client.request(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(format!("{} can't be reached: {}", self.endpoint, told(&error))),
            Err(_) => Err(format!("{} did not answer within {PATIENCE:?}", self.endpoint)),
        }
    }

    /// Sends a request that may be sent again, signed anew each time; returns its whole answer.
    ///
    /// # Errors
    /// When nobody answers, or it is refused.
    pub(super) async fn whole<A: AsRef<str>>(
        &self,
        method: Method,
        address: impl Fn() -> A,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<(StatusCode, Bytes), String> {
        let mut attempt = 1;
        loop {
            let (why, may_help) = match self.send(method.clone(), &address(), headers, body.clone()).await {
                Err(why) => (why, true),
                Ok(response) if response.status().is_success() => match self.read(response).await {
                    Ok(read) => return Ok(read),
                    Err(why) => (why, true),
                },
                Ok(response) => {
                    let status = response.status();
                    let may_help = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
                    (self.refusal(response).await, may_help)
                }
            };
            if !may_help || attempt == ATTEMPTS {
                return Err(why);
            }
            tokio::time::sleep(PAUSE * 2_u32.pow(attempt - 1)).await;
            attempt += 1;
        }
    }

    /// Why a request was refused, and what to do.
    pub(super) async fn refusal(&self, response: Response<Incoming>) -> String {
        let status = response.status();
        let body = self.read(response).await.map(|(_, body)| body).unwrap_or_default();
        refusal::described(&self.endpoint, status.as_u16(), &String::from_utf8_lossy(&body))
    }

    async fn read(&self, response: Response<Incoming>) -> Result<(StatusCode, Bytes), String> {
        let status = response.status();
        let body = Limited::new(response.into_body(), LONGEST).collect();
        match tokio::time::timeout(PATIENCE, body).await {
            Ok(Ok(body)) => Ok((status, body.to_bytes())),
            Ok(Err(error)) => Err(format!("the answer of {} broke off: {error}", self.endpoint)),
            Err(_) => Err(format!("{} did not finish its answer within {PATIENCE:?}", self.endpoint)),
        }
    }
}

/// An error with what caused it.
fn told(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        // Writing to a String cannot fail.
        let _ = write!(text, ": {inner}");
        cause = inner.source();
    }
    text
}
