//! Traces: the spans of requests, use cases, batches, transactions and statements, sent to a collector as OTLP over HTTP.
//! They are made with `tracing` under the target `oxcart::trace`, which nobody listens to unless `otlp_endpoint` is set:
//! then none is made.

use crate::config::Config;
use anyhow::{Context as _, ensure};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{Link, SpanKind, TraceContextExt as _, TraceId, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SamplingResult, SdkTracerProvider, ShouldSample};
use std::collections::HashMap;
use std::time::Duration;
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

/// What spans are made under.
const TARGET: &str = "oxcart::trace";
/// How long a collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer of a collector that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Traces that are wanted.
pub(super) struct Traces(SdkTracerProvider);

/// Sends what is left when it is dropped.
pub(super) struct Sending(SdkTracerProvider);

impl Traces {
    /// Nothing unless a collector is configured. `runtime` does the sending.
    pub(super) fn start(config: &Config, runtime: &Handle) -> anyhow::Result<Option<Self>> {
        let Some(endpoint) = &config.otlp_endpoint else { return Ok(None) };
        ensure!(
            endpoint.starts_with("http://"),
            "otlp_endpoint is {endpoint}: traces are sent over plain HTTP, to a collector on this machine or network \
             such as http://127.0.0.1:4318; it may pass them on encrypted"
        );
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(OnRuntime {
                client: Client::builder(TokioExecutor::new()).build_http(),
                runtime: runtime.clone(),
            })
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .with_timeout(PATIENCE)
            .build()
            .context("otlp_endpoint can't be used")?;
        #[expect(clippy::float_arithmetic, reason = "a probability, not money")]
        let ratio = f64::from(config.otlp_sample_percent) / 100.0;
        let sampler = Sampler::ParentBased(Box::new(Requests(Sampler::TraceIdRatioBased(ratio))));
        let about = [
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.instance.id", format!("{}-{}", config.addr, std::process::id())),
        ];
        let resource = Resource::builder().with_service_name("oxcart").with_attributes(about).build();
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_sampler(sampler).with_resource(resource);
        Ok(Some(Self(provider.build())))
    }

    /// What makes traces of spans, and what sends them.
    pub(super) fn split<S>(self) -> (impl Layer<S>, Sending)
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let layer = tracing_opentelemetry::layer().with_tracer(self.0.tracer("oxcart"));
        let layer = layer.with_location(false).with_threads(false).with_level(false).with_target(false);
        let ours = filter_fn(|about| about.is_span() && about.target() == TARGET);
        (layer.with_filter(ours), Sending(self.0))
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        // A collector that is gone must not keep the shop from ending.
        if let Err(error) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::debug!(%error, "the last traces were not sent");
        }
    }
}

/// What the edge needs to know.
pub const TRACES: http_edge::Traces = http_edge::Traces { adopt, rename };

fn rename(span: &tracing::Span, name: String) {
    span.context().span().update_name(name);
}

/// A `traceparent` that can't be read counts as none.
fn adopt(span: &tracing::Span, traceparent: &str) {
    let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    // Fails only for a span that nobody listens to.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&carrier));
}

/// Traces begin with requests: what the shop does by itself, such as following the log, would only hide them.
#[derive(Clone, Debug)]
struct Requests(Sampler);

impl ShouldSample for Requests {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let sampler = if *kind == SpanKind::Server { &self.0 } else { &Sampler::AlwaysOff };
        sampler.should_sample(parent, trace, name, kind, attributes, links)
    }
}

/// Sends from the thread that gathers spans, which has no runtime of its own.
#[derive(Debug)]
struct OnRuntime {
    client: Client<HttpConnector, Full<Bytes>>,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for OnRuntime {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sending = async move {
            let (parts, body) = client.request(request.map(Full::from)).await?.into_parts();
            let body = Limited::new(body, LONGEST).collect().await?.to_bytes();
            Ok::<_, HttpError>(Response::from_parts(parts, body))
        };
        // The clock belongs to the runtime too.
        self.runtime.spawn(async { tokio::time::timeout(PATIENCE, sending).await }).await??
    }
}
