//! How a run is told: a line each second, a table at the end, and the same as JSON.

use crate::audit::Check;
use crate::chot::Usage;
use crate::run::Run;
use crate::tally::quantiles;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Everything a run came to.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Report {
    pub(crate) scenario: &'static str,
    pub(crate) seed: u64,
    pub(crate) sockets: u32,
    /// How long people wrote.
    pub(crate) seconds: u64,
    /// Sends per second as planned, and as answered with an outcome.
    pub(crate) offered_per_second: f64,
    pub(crate) achieved_per_second: f64,
    /// The busiest second, as planned.
    pub(crate) offered_peak: u64,
    pub(crate) planned: u64,
    pub(crate) sent: u64,
    pub(crate) acked: u64,
    /// Planned, but our own queue was full.
    pub(crate) dropped: u64,
    /// Never answered while the run lasted.
    pub(crate) unanswered: u64,
    /// p50, p90, p99, p99.9, max, from the planned moment.
    pub(crate) ack_ms: [f64; 5],
    /// The same, of our own lateness.
    pub(crate) lag_ms: [f64; 5],
    pub(crate) results: BTreeMap<String, u64>,
    pub(crate) errors: BTreeMap<String, u64>,
    /// The server's use, if we started it, and our own.
    pub(crate) server: Option<Usage>,
    pub(crate) own: Usage,
    /// False if we were too late ourselves for the latencies to mean the server's.
    pub(crate) punctual: bool,
    pub(crate) checks: Vec<Check>,
}

/// Beyond this lateness of our own at p99, in milliseconds, a latency is not the server's alone.
const LAG_MS_MAX: f64 = 5.0;

impl Report {
    /// Everything but the checks and what the processes used.
    pub(crate) fn new(scenario: &'static str, seed: u64, run: &Run, span: Span) -> Self {
        let mut each_second: BTreeMap<u64, u64> = BTreeMap::new();
        for send in &run.sends {
            *each_second.entry(send.at_us / 1_000_000).or_default() += 1;
        }
        let counts = run.tally.counts();
        let planned = run.sends.len() as u64;
        let lag_ms = quantiles(&counts.lag);
        Self {
            scenario,
            seed,
            sockets: span.sockets,
            seconds: span.seconds,
            offered_per_second: planned as f64 / span.seconds.max(1) as f64,
            achieved_per_second: counts.acked as f64 / span.took.as_secs_f64().max(0.001),
            offered_peak: each_second.values().copied().max().unwrap_or(0),
            planned,
            sent: counts.sent,
            acked: counts.acked,
            dropped: counts.dropped,
            unanswered: planned - counts.acked.min(planned),
            ack_ms: quantiles(&counts.ack),
            lag_ms,
            results: counts.results.clone(),
            errors: counts.errors.clone(),
            server: None,
            own: Usage::default(),
            punctual: lag_ms[2] <= LAG_MS_MAX,
            checks: Vec::new(),
        }
    }

    /// True if every promise held.
    pub(crate) fn holds(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.held)
    }
}

/// How wide and how long a run was.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub(crate) sockets: u32,
    /// As planned.
    pub(crate) seconds: u64,
    /// From the first planned moment to the last answer.
    pub(crate) took: Duration,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scenario, seed, sockets, seconds, .. } = self;
        writeln!(f, "\n{scenario}, seed {seed}, {sockets} sockets, {seconds} s")?;
        writeln!(f, "                 p50      p90      p99    p99.9      max   ms")?;
        row(f, "ack", self.ack_ms)?;
        row(f, "own lag", self.lag_ms)?;
        writeln!(
            f,
            "offered {:.1}/s (busiest second {}), achieved {:.1}/s",
            self.offered_per_second, self.offered_peak, self.achieved_per_second
        )?;
        let Self { planned, sent, acked, dropped, unanswered, .. } = self;
        write!(f, "planned {planned}, sent {sent}, acked {acked}, ")?;
        writeln!(f, "dropped by us {dropped}, without an answer {unanswered}")?;
        words(f, "outcomes", &self.results)?;
        words(f, "errors", &self.errors)?;
        for (who, usage) in [("server", self.server), ("we", Some(self.own))] {
            if let Some(Usage { cpu_seconds, memory_mib_max }) = usage {
                writeln!(f, "{who} used {cpu_seconds:.1} s of CPU, {memory_mib_max} MiB at most")?;
            }
        }
        if !self.punctual {
            writeln!(
                f,
                "LATE: we kept our own schedule badly; the latencies are not the server's"
            )?;
        }
        writeln!(f, "\nthe audit:")?;
        for Check { promise, found, held } in &self.checks {
            writeln!(f, "  {}  {promise} ({found})", if *held { "held  " } else { "BROKEN" })?;
        }
        Ok(())
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, quantiles: [f64; 5]) -> fmt::Result {
    write!(f, "{name:<12}")?;
    quantiles.iter().try_for_each(|ms| write!(f, " {ms:>8.2}"))?;
    writeln!(f)
}

fn words(f: &mut fmt::Formatter<'_>, name: &str, counts: &BTreeMap<String, u64>) -> fmt::Result {
    let all: Vec<_> = counts.iter().map(|(word, count)| format!("{word} {count}")).collect();
    writeln!(f, "{name}: {}", if all.is_empty() { "none".into() } else { all.join(", ") })
}

/// The line of one second, for those who watch; forgets the second's latencies.
pub(crate) fn second(run: &Run, at: u64, before: &mut (u64, u64)) -> String {
    let mut counts = run.tally.counts();
    let (sent, acked) = (counts.sent, counts.acked);
    let [p50, _, p99, ..] = quantiles(&counts.recent);
    counts.recent.reset();
    let lag = counts.lag.value_at_quantile(0.99) as f64 / 1e3;
    let errors: u64 = counts.errors.values().sum();
    let line = format!(
        "{at:>4} s  sent {:>6}/s  acked {:>6}/s  p50 {p50:>7.2} ms  p99 {p99:>7.2} ms  \
         open {:>5}  errors {errors}  dropped {}  own lag p99 {lag:.2} ms",
        sent - before.0,
        acked - before.1,
        sent.saturating_sub(acked),
        counts.dropped,
    );
    *before = (sent, acked);
    line
}
