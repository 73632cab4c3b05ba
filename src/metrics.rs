//! 指标. What the server counts of itself, for Prometheus. Labels are codes of ours alone: nothing that a client writes becomes one,
//! so their number is bounded and nothing personal is in them.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// A request: the operation of a manifest (or `other`), the role of who asked, and the first code of its errors (or `OK`).
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    operation: String,
    role: String,
    code: String,
}

/// The form in which somebody stays.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Form {
    form: &'static str,
}

/// A limit, by its key.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Limit {
    limit: &'static str,
}

/// All that is counted.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Histogram,
    points: Histogram,
    statements: Histogram,
    pool_wait: Histogram,
    refused: Family<Limit, Counter>,
    open: Family<Form, Gauge>,
    breaches: Counter,
    position: Gauge,
    lag: Gauge<f64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

fn seconds() -> Histogram {
    // From a quarter of a millisecond to eight seconds.
    Histogram::new(exponential_buckets(0.000_25, 2.0, 16))
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("fengqiao"),
            requests: Family::default(),
            seconds: seconds(),
            points: Histogram::new(exponential_buckets(1.0, 4.0, 9)),
            statements: Histogram::new(exponential_buckets(1.0, 2.0, 8)),
            pool_wait: seconds(),
            refused: Family::default(),
            open: Family::default(),
            breaches: Counter::default(),
            position: Gauge::default(),
            lag: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        let what = "Operations answered, by operation of a manifest, role and code";
        registry.register("requests", what, self.requests.clone());
        let what = "Time from an operation's arrival to its answer";
        registry.register_with_unit("request", what, Unit::Seconds, self.seconds.clone());
        registry.register("cost_points", "Points that operations cost", self.points.clone());
        registry.register("statements", "Statements of an operation", self.statements.clone());
        let what = "Time until a reader of the database was free";
        registry.register_with_unit("pool_wait", what, Unit::Seconds, self.pool_wait.clone());
        registry.register("refused", "Operations beyond a limit, by its key", self.refused.clone());
        registry.register("open", "Sockets, operations on them, and streams that are open", self.open.clone());
        registry.register("sla_breaches", "Clocks that were told of as breached", self.breaches.clone());
        registry.register("outbox_position", "The last event that is known here", self.position.clone());
        let what = "How old the last event was when it became known here";
        registry.register_with_unit("outbox_lag", what, Unit::Seconds, self.lag.clone());
    }

    /// An operation was answered.
    pub fn answered(&self, operation: Option<&str>, role: &str, code: Option<&'static str>, time: Duration) {
        let request = Request {
            operation: operation.unwrap_or("other").to_owned(),
            role: role.to_owned(),
            code: code.unwrap_or("OK").to_owned(),
        };
        self.requests.get_or_create(&request).inc();
        self.seconds.observe(time.as_secs_f64());
    }

    /// What an operation cost, and how many statements it took.
    pub fn cost(&self, points: u64, statements: usize) {
        self.points.observe(points as f64);
        self.statements.observe(statements as f64);
    }

    /// Somebody waited for a reader.
    pub fn waited(&self, time: Duration) {
        self.pool_wait.observe(time.as_secs_f64());
    }

    /// Something went beyond a limit.
    pub fn refused(&self, limit: &'static str) {
        self.refused.get_or_create(&Limit { limit }).inc();
    }

    /// An event became known: its position, how old it was, and whether it is a breach.
    pub fn event(&self, position: i64, age_ms: i64, is_breach: bool) {
        self.position.set(position);
        self.lag.set(age_ms as f64 / 1_000.0);
        if is_breach {
            self.breaches.inc();
        }
    }

    /// Everything as text (OpenMetrics).
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a text fails only where a value cannot be written, and all of ours are numbers.
        if prometheus_client::encoding::text::encode(&mut text, &self.registry).is_err() {
            text.clear();
        }
        text
    }
}

/// Something that is open; closed when it is dropped.
pub struct Counted {
    metrics: Arc<Metrics>,
    form: &'static str,
}

impl Counted {
    /// Something opens in this form.
    pub fn new(metrics: &Arc<Metrics>, form: &'static str) -> Counted {
        metrics.open.get_or_create(&Form { form }).inc();
        Counted { metrics: metrics.clone(), form }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.metrics.open.get_or_create(&Form { form: self.form }).dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told() {
        let metrics = Arc::new(Metrics::new());
        metrics.answered(Some("GridToday"), "GRID_MEMBER", None, Duration::from_millis(3));
        metrics.answered(None, "GRID_MEMBER", Some("TOO_COMPLEX"), Duration::from_millis(1));
        metrics.cost(120, 4);
        metrics.waited(Duration::from_micros(20));
        metrics.refused("depth");
        let open = Counted::new(&metrics, "socket");
        drop(Counted::new(&metrics, "socket"));
        metrics.event(17, 250, true);
        let text = metrics.text();
        drop(open);
        for line in [
            r#"fengqiao_requests_total{operation="GridToday",role="GRID_MEMBER",code="OK"} 1"#,
            r#"fengqiao_requests_total{operation="other",role="GRID_MEMBER",code="TOO_COMPLEX"} 1"#,
            "fengqiao_request_seconds_count 2",
            "fengqiao_cost_points_sum 120.0",
            "fengqiao_statements_sum 4.0",
            "fengqiao_pool_wait_seconds_count 1",
            r#"fengqiao_refused_total{limit="depth"} 1"#,
            r#"fengqiao_open{form="socket"} 1"#,
            "fengqiao_sla_breaches_total 1",
            "fengqiao_outbox_position 17",
            "fengqiao_outbox_lag_seconds 0.25",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} in\n{text}");
        }
    }
}
