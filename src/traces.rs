//! 链路追踪. Traces by OpenTelemetry: a span for each request and one for each statement, sent to a collector as OTLP over HTTP. They
//! hold no value of a variable but the days of a period: statements stand with their places.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};
use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::Span;
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::registry::LookupSpan;

use crate::kernel::tls;

/// Target of all spans: the log leaves them out.
pub const TARGET: &str = "fengqiao::trace";
const SERVICE: &str = "fengqiao";
/// Longest time that the collector may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why no traces can be sent.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// The client of the collector cannot be made.
    #[error("the collector cannot be asked: {0}")]
    Client(#[source] reqwest::Error),
    /// The address is none.
    #[error("the collector cannot be used: {0}")]
    Exporter(#[source] opentelemetry_otlp::ExporterBuildError),
}

/// Where spans go.
pub struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Sends to the collector at this address (`http://127.0.0.1:4318/v1/traces`) such a share of the traces, 0 to 1, and those
    /// whose caller sends them already. Must be called within the runtime that serves.
    pub fn open(address: &str, share: f64) -> Result<Traces, TracesError> {
        tls::choose_provider();
        let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build().map_err(TracesError::Client)?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_http_client(Courier { client, runtime: Handle::current() })
            .with_endpoint(address)
            .with_timeout(PATIENCE)
            .build()
            .map_err(TracesError::Exporter)?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share))))
            .with_resource(Resource::builder().with_service_name(SERVICE).build())
            .build();
        Ok(Traces { provider })
    }

    /// What takes the spans of a subscriber.
    pub fn layer<S: tracing::Subscriber + for<'s> LookupSpan<'s>>(&self) -> OpenTelemetryLayer<S, SdkTracer> {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer(SERVICE))
            .with_location(false)
            .with_threads(false)
    }

    /// Sends what is left.
    pub async fn end(self) {
        let ended = tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(PATIENCE)).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::warn!("the last traces could not be sent");
        }
    }
}

/// Lets a span be a part of the trace of whoever asks (W3C Trace Context).
pub fn join(span: &Span, headers: &HeaderMap) {
    if let Some(parent) = headers.get("traceparent") {
        // The parent alone: what else a stranger writes is not sent on.
        let alone = HeaderMap::from_iter([(HeaderName::from_static("traceparent"), parent.clone())]);
        let caller: Context = TraceContextPropagator::new().extract(&HeaderExtractor(&alone));
        // A span that nobody takes has no parent.
        let _ = span.set_parent(caller);
    }
}

/// The span of a statement. What the program does by itself has none.
pub fn statement(sql: &str) -> Span {
    if Span::current().is_none() {
        return Span::none();
    }
    tracing::info_span!(target: TARGET, "statement", otel.kind = "client", db.query.text = sql)
}

/// Sends on the runtime that serves, because the exporter has a thread of its own without one.
#[derive(Debug)]
struct Courier {
    client: reqwest::Client,
    runtime: Handle,
}

impl HttpClient for Courier {
    fn send_bytes<'s, 'f>(
        &'s self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let request = reqwest::Request::try_from(request)?;
            let answer = client.execute(request).await?;
            let mut response = Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                headers.extend(answer.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
            }
            Ok::<_, HttpError>(response.body(answer.bytes().await?)?)
        });
        Box::pin(async move { sent.await? })
    }
}
