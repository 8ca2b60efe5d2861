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

/// The counts since they were last taken.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Counts {
    /// From the planned moment to the answer, in microseconds.
    pub(crate) ack: Spans,
    /// From the planned moment, or from when the socket was there and had room, to the write: how
    /// late we were ourselves.
    pub(crate) lag: Spans,
    /// From a cut to the next welcome.
    pub(crate) back: Spans,
    /// Answered with an outcome.
    pub(crate) acked: u64,
    /// Sent again because no answer had come before the socket went.
    pub(crate) resent: u64,
    /// Planned, but our own queue was full.
    pub(crate) dropped: u64,
    /// Outcomes by `result`, with the reason behind a colon where there is one.
    pub(crate) outcomes: BTreeMap<String, u64>,
    /// Errors by code: no outcome, nothing was decided.
    pub(crate) errors: BTreeMap<String, u64>,
    /// How sockets ended before their time, by whom or with which code.
    pub(crate) ended: BTreeMap<String, u64>,
}

/// A histogram of microseconds, written as pairs of value and count.
#[derive(Clone, Debug)]
pub(crate) struct Spans(pub(crate) Histogram<u64>);

impl Default for Spans {
    fn default() -> Self {
        let bounds = "the bounds are constants";
        Self(Histogram::new_with_bounds(1, LONGEST_US, 3).expect(bounds))
    }
}

impl Spans {
    pub(crate) fn record(&mut self, span: Duration) {
        self.0.saturating_record(u64::try_from(span.as_micros()).unwrap_or(u64::MAX));
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.0.add(&other.0).expect("both have the same bounds");
    }

    /// Milliseconds at a quantile.
    pub(crate) fn ms(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1e3
    }
}

impl serde::Serialize for Spans {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let pairs = self.0.iter_recorded();
        to.collect_seq(pairs.map(|at| (at.value_iterated_to(), at.count_at_value())))
    }
}

impl<'de> serde::Deserialize<'de> for Spans {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut spans = Self::default();
        for (value, count) in <Vec<(u64, u64)>>::deserialize(from)? {
            spans.0.saturating_record_n(value, count);
        }
        Ok(spans)
    }
}

impl Counts {
    /// Adds what another process, or another second, has counted.
    pub(crate) fn add(&mut self, other: &Self) {
        self.ack.add(&other.ack);
        self.lag.add(&other.lag);
        self.back.add(&other.back);
        self.acked += other.acked;
        self.resent += other.resent;
        self.dropped += other.dropped;
        for (ours, theirs) in [
            (&mut self.outcomes, &other.outcomes),
            (&mut self.errors, &other.errors),
            (&mut self.ended, &other.ended),
        ] {
            theirs.iter().for_each(|(word, n)| *ours.entry(word.clone()).or_default() += n);
        }
    }

    /// All that were never decided, and those that we could not send.
    pub(crate) fn rejected(&self) -> u64 {
        self.errors.values().sum::<u64>() + self.dropped
    }
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Counts::default()))
    }

    /// The counts, for as long as the guard lives; never across a wait.
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was counted since the last time.
    pub(crate) fn take(&self) -> Counts {
        std::mem::take(&mut *self.counts())
    }

    /// Something leaves, that late.
    pub(crate) fn sent(&self, lag: Duration) {
        self.counts().lag.record(lag);
    }

    /// Something was written again.
    pub(crate) fn resent(&self) {
        self.counts().resent += 1;
    }

    /// An outcome came, that long after its planned moment.
    pub(crate) fn acked(&self, latency: Duration, outcome: &proto::live::Outcome) {
        let mut counts = self.counts();
        counts.acked += 1;
        counts.ack.record(latency);
        let word = match &outcome.reason {
            Some(reason) => format!("{}:{reason}", outcome.result),
            None => outcome.result.clone(),
        };
        *counts.outcomes.entry(word).or_default() += 1;
    }

    /// So many sends were answered with an error of that code.
    pub(crate) fn refused(&self, code: &str, count: u64) {
        *self.counts().errors.entry(code.to_owned()).or_default() += count;
    }

    /// A socket ended before its time.
    pub(crate) fn ended(&self, how: &str) {
        *self.counts().ended.entry(how.to_owned()).or_default() += 1;
    }

    /// A viewer was welcomed again, that long after the socket had ended.
    pub(crate) fn back(&self, after: Duration) {
        self.counts().back.record(after);
    }

    /// A send could not be made.
    pub(crate) fn dropped(&self) {
        self.counts().dropped += 1;
    }
}

/// The quantiles of a table's row, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub(crate) struct Quantiles {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
    pub(crate) max: f64,
}

impl Quantiles {
    pub(crate) fn of(spans: &Spans) -> Self {
        Self {
            p50: spans.ms(0.5),
            p90: spans.ms(0.9),
            p99: spans.ms(0.99),
            p999: spans.ms(0.999),
            max: spans.0.max() as f64 / 1e3,
        }
    }
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
        let counts = tally.take();
        assert_eq!(counts.outcomes["held"], 2);
        assert_eq!(counts.outcomes["noted:question"], 1);
        let Quantiles { p50, max, .. } = Quantiles::of(&counts.ack);
        assert!((29.9..30.1).contains(&p50), "{p50}");
        assert!(max >= 119_000.0, "the longest is cut, not lost: {max}");
        assert_eq!(tally.take().acked, 0, "what was taken is not counted twice");
    }

    #[test]
    fn counts_of_two_processes_add_up_across_a_pipe() {
        let mut all = Counts::default();
        for ms in [5, 500] {
            let tally = Tally::new();
            tally.sent(Duration::from_millis(ms));
            tally.refused("busy", 3);
            tally.dropped();
            let line = serde_json::to_string(&tally.take()).expect("writes");
            all.add(&serde_json::from_str(&line).expect("reads"));
        }
        assert_eq!((all.lag.0.len(), all.rejected()), (2, 8));
        let lag = Quantiles::of(&all.lag);
        assert!((4.9..5.1).contains(&lag.p50) && (499.0..501.0).contains(&lag.max), "{lag:?}");
    }
}
