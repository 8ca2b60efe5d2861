//! How a run is told on the terminal: a table, and a line for every promise.

use crate::audit::Check;
use crate::result::{Evening, Used};
use crate::tally::Quantiles;
use std::collections::BTreeMap;
use std::fmt;

impl Evening {
    /// True if every promise held.
    pub(crate) fn holds(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.held)
    }
}

impl fmt::Display for Evening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, title, seed, detail, .. } = self;
        writeln!(f, "\n{name}, seed {seed}, {} sockets: {title}", detail.sockets)?;
        writeln!(f, "                      p50      p90      p99    p99.9      max   ms")?;
        row(f, "ack", &self.ack_ms)?;
        for (phase, quantiles) in detail.orders_ms.iter().filter(|(_, it)| it.max > 0.0) {
            row(f, &format!("  {phase}"), quantiles)?;
        }
        let more = [("slow readers", &detail.slow_ms), ("back after", &detail.back_ms)];
        for (of, quantiles) in more {
            quantiles.iter().try_for_each(|quantiles| row(f, of, quantiles))?;
        }
        row(f, "own send lag", &self.send_lag_ms)?;
        let Self { offered, achieved, dropped, .. } = self;
        writeln!(f, "offered {offered}, answered {achieved}, dropped by us {dropped}")?;
        words(f, "outcomes", &self.outcomes)?;
        words(f, "errors", &self.errors)?;
        words(f, "sockets ended", &detail.ended)?;
        for (who, Used { cpu_s, rss_mib, .. }) in
            [("server", self.server), ("generator", self.generator)]
        {
            writeln!(f, "{who} used {cpu_s:.1} s of CPU, {rss_mib:.0} MiB at most")?;
        }
        if let Some(ramp) = &detail.ramp {
            writeln!(f, "knee at {} orders/s", ramp["knee_per_second"])?;
        }
        for Check { promise, held, detail } in &self.checks {
            writeln!(f, "  {}  {promise} ({detail})", if *held { "held  " } else { "BROKEN" })?;
        }
        self.void.iter().try_for_each(|why| writeln!(f, "VOID: {why}"))
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, quantiles: &Quantiles) -> fmt::Result {
    let Quantiles { p50, p90, p99, p999, max } = quantiles;
    write!(f, "{name:<17}")?;
    [p50, p90, p99, p999, max].iter().try_for_each(|ms| write!(f, " {ms:>8.2}"))?;
    writeln!(f)
}

fn words(f: &mut fmt::Formatter<'_>, name: &str, counts: &BTreeMap<String, u64>) -> fmt::Result {
    let all: Vec<_> = counts.iter().map(|(word, count)| format!("{word} {count}")).collect();
    writeln!(f, "{name}: {}", if all.is_empty() { "none".into() } else { all.join(", ") })
}
