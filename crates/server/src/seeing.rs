//! Logs and metrics of the process. Neither ever carries a viewer's words, a name or a secret.

use crate::lookout::{Acks, SeenTwice};
use anyhow::{Context, Result};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::io::IsTerminal;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// Buckets of durations in seconds: 1-2-5 from 50 µs to 10 s.
const SECONDS: [f64; 17] = [
    0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0,
    2.0, 5.0, 10.0,
];

/// Buckets of counts.
const COUNTS: [f64; 9] = [1.0, 4.0, 16.0, 64.0, 256.0, 1_000.0, 4_000.0, 16_000.0, 64_000.0];

/// Libraries that would show whole messages, so viewers' words and tickets, at finer levels; they
/// stay at this one whatever is asked for.
const TALKATIVE: [&str; 2] = ["tungstenite=info", "tokio_tungstenite=info"];

/// Starts logging to the standard error: `CHOT_LOG` filters (default `info`, for commands `warn`),
/// `CHOT_LOG_FORMAT=json` makes it one object per line.
pub(crate) fn start_logs(quiet: bool) {
    let default = if quiet { "error" } else { "info" };
    let filter = EnvFilter::try_from_env("CHOT_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let filter = TALKATIVE.into_iter().fold(filter, |filter, part| {
        filter.add_directive(part.parse().expect("a part and its level"))
    });
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let logs = logs.with_ansi(std::io::stderr().is_terminal());
    let json = std::env::var("CHOT_LOG_FORMAT").is_ok_and(|format| format == "json");
    if json {
        logs.json().init();
    } else {
        logs.with_target(false).init();
    }
}

/// What renders all metrics in Prometheus' text form.
pub(crate) type Render = Arc<dyn Fn() -> String + Send + Sync>;

/// Installs the recorder; gives what renders all metrics, and the durations of answers as they are.
pub(crate) fn start_metrics() -> Result<(Render, Acks)> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_events".into()), &COUNTS)?
        .build_recorder();
    let handle: PrometheusHandle = recorder.handle();
    let acks = Acks::default();
    let recorder = SeenTwice { inner: recorder, acks: acks.clone() };
    metrics::set_global_recorder(recorder).context("metrics are recorded once per process")?;
    gateway::describe_metrics();
    metrics::gauge!("chot_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let render: Render = Arc::new(move || {
        handle.run_upkeep();
        handle.render()
    });
    Ok((render, acks))
}
