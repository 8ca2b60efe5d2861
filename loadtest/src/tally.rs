//! What is counted while it runs: latencies from the planned moment, lateness of our own, answers
//! by word.

use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The longest wait that is told apart from longer ones: two minutes, in microseconds.
const LONGEST_US: u64 = 120_000_000;

/// Shared by everything that sends.
pub(crate) struct Tally(Mutex<Counts>);

/// The counts themselves.
pub(crate) struct Counts {
    /// From the planned moment to the answer, in microseconds.
    pub(crate) ack: Histogram<u64>,
    /// The same, since the last look.
    pub(crate) recent: Histogram<u64>,
    /// From the planned moment to the write, in microseconds: how late we were ourselves.
    pub(crate) lag: Histogram<u64>,
    /// Written to a socket or posted.
    pub(crate) sent: u64,
    /// Answered with an outcome.
    pub(crate) acked: u64,
    /// Planned, but our own queue was full or the socket gone.
    pub(crate) dropped: u64,
    /// Outcomes by `result`, with the reason behind a colon where there is one.
    pub(crate) results: BTreeMap<String, u64>,
    /// Errors by code: no outcome, nothing was decided.
    pub(crate) errors: BTreeMap<String, u64>,
    /// Frames that came beside outcomes: stock, orders, welcomes.
    pub(crate) frames: u64,
}

impl Tally {
    pub(crate) fn new() -> Self {
        let empty = || Histogram::new_with_max(LONGEST_US, 3).expect("the bounds are constants");
        Self(Mutex::new(Counts {
            ack: empty(),
            recent: empty(),
            lag: empty(),
            sent: 0,
            acked: 0,
            dropped: 0,
            results: BTreeMap::new(),
            errors: BTreeMap::new(),
            frames: 0,
        }))
    }

    /// The counts, for as long as the guard lives; never across a wait.
    pub(crate) fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was written, that late.
    pub(crate) fn sent(&self, lag: Duration) {
        let mut counts = self.counts();
        counts.sent += 1;
        counts.lag.saturating_record(micros(lag));
    }

    /// An outcome came, that long after its planned moment.
    pub(crate) fn acked(&self, latency: Duration, outcome: &proto::live::Outcome) {
        let mut counts = self.counts();
        counts.acked += 1;
        counts.ack.saturating_record(micros(latency));
        counts.recent.saturating_record(micros(latency));
        let word = match &outcome.reason {
            Some(reason) => format!("{}:{reason}", outcome.result),
            None => outcome.result.clone(),
        };
        *counts.results.entry(word).or_default() += 1;
    }

    /// So many sends were answered with an error of that code.
    pub(crate) fn refused(&self, code: &str, count: u64) {
        *self.counts().errors.entry(code.to_owned()).or_default() += count;
    }

    /// A send could not be made.
    pub(crate) fn dropped(&self) {
        self.counts().dropped += 1;
    }

    /// Another frame came.
    pub(crate) fn frame(&self) {
        self.counts().frames += 1;
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

/// The quantiles of a table's row, in milliseconds: p50, p90, p99, p99.9, max.
pub(crate) fn quantiles(histogram: &Histogram<u64>) -> [f64; 5] {
    let at = |quantile| histogram.value_at_quantile(quantile) as f64 / 1e3;
    [at(0.5), at(0.9), at(0.99), at(0.999), histogram.max() as f64 / 1e3]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::live::Outcome;

    #[test]
    fn an_answer_counts_by_its_words_and_from_the_planned_moment() {
        let tally = Tally::new();
        let outcome = |result: &str, reason: Option<&str>| Outcome {
            result: result.into(),
            reason: reason.map(str::to_owned),
            ..Default::default()
        };
        tally.acked(Duration::from_millis(10), &outcome("held", None));
        tally.acked(Duration::from_millis(30), &outcome("noted", Some("question")));
        tally.acked(Duration::from_secs(900), &outcome("held", None));
        let counts = tally.counts();
        assert_eq!(counts.results["held"], 2);
        assert_eq!(counts.results["noted:question"], 1);
        let [p50, .., max] = quantiles(&counts.ack);
        assert!((29.9..30.1).contains(&p50), "{p50}");
        assert!(max >= 119_000.0, "the longest is cut, not lost: {max}");
    }
}
