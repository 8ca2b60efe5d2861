//! How long answers took, exactly: the recorder hands each duration on to a histogram whose
//! percentiles do not depend on buckets.

use hdrhistogram::Histogram;
use metrics::{Counter, Gauge, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

const ACK: &str = "chot_order_ack_duration_seconds";

/// Longer answers count as this long: a minute, in microseconds.
const LONGEST_US: u64 = 60_000_000;

/// Steps before the present one that make up the last minute with it.
const STEPS_PER_MINUTE: usize = 5;

/// Percentiles of some span, in seconds; none where nothing was answered.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub(super) struct Percentiles {
    pub(super) p50: Option<f64>,
    pub(super) p99: Option<f64>,
    pub(super) p999: Option<f64>,
    pub(super) count: u64,
}

/// Where durations gather until the second is over.
#[derive(Clone)]
pub(crate) struct Acks(Arc<Mutex<Histogram<u32>>>);

impl Default for Acks {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(empty())))
    }
}

impl Acks {
    fn took(&self, seconds: f64) {
        let us = (seconds.max(0.0) * 1e6).round() as u64;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).saturating_record(us);
    }

    /// The last second, over.
    fn take(&self) -> Histogram<u32> {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *gathered, empty())
    }
}

/// Seconds, tens of seconds, the last minute.
pub(super) struct Spans {
    acks: Acks,
    step: Histogram<u32>,
    minute: VecDeque<Histogram<u32>>,
}

impl Spans {
    pub(super) fn new(acks: Acks) -> Self {
        Self { acks, step: empty(), minute: VecDeque::new() }
    }

    /// A second is over.
    pub(super) fn second(&mut self) -> Percentiles {
        let second = self.acks.take();
        add(&mut self.step, &second);
        percentiles(&second)
    }

    /// Ten are.
    pub(super) fn step(&mut self) -> Percentiles {
        let step = std::mem::replace(&mut self.step, empty());
        let of = percentiles(&step);
        self.minute.push_back(step);
        if self.minute.len() > STEPS_PER_MINUTE {
            self.minute.pop_front();
        }
        of
    }

    /// The last 50 to 60 seconds.
    pub(super) fn minute(&self) -> Percentiles {
        let mut all = self.step.clone();
        self.minute.iter().for_each(|step| add(&mut all, step));
        percentiles(&all)
    }
}

fn empty() -> Histogram<u32> {
    Histogram::new_with_max(LONGEST_US, 3).expect("three digits up to a minute are possible")
}

fn add(to: &mut Histogram<u32>, other: &Histogram<u32>) {
    to.add(other).expect("both go up to a minute");
}

fn percentiles(of: &Histogram<u32>) -> Percentiles {
    // The clock of answers counts whole milliseconds: more digits would be the histogram's.
    let at = |quantile| (of.value_at_quantile(quantile) as f64 / 1_000.0).round() / 1_000.0;
    let some = |quantile| (!of.is_empty()).then(|| at(quantile));
    Percentiles { p50: some(0.5), p99: some(0.99), p999: some(0.999), count: of.len() }
}

/// A recorder that lets durations of answers be seen twice.
pub(crate) struct SeenTwice<R> {
    pub(crate) inner: R,
    pub(crate) acks: Acks,
}

struct Twice {
    inner: metrics::Histogram,
    acks: Acks,
}

impl HistogramFn for Twice {
    fn record(&self, value: f64) {
        self.inner.record(value);
        self.acks.took(value);
    }
}

impl<R: Recorder> Recorder for SeenTwice<R> {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.inner.describe_counter(key, unit, description);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.inner.describe_gauge(key, unit, description);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.inner.describe_histogram(key, unit, description);
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        self.inner.register_counter(key, metadata)
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        self.inner.register_gauge(key, metadata)
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> metrics::Histogram {
        let inner = self.inner.register_histogram(key, metadata);
        if key.name() != ACK {
            return inner;
        }
        metrics::Histogram::from_arc(Arc::new(Twice { inner, acks: self.acks.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_span_that_was_asked_for() {
        let acks = Acks::default();
        let mut spans = Spans::new(acks.clone());
        (0..99).for_each(|_| acks.took(0.004));
        acks.took(0.25);
        let second = spans.second();
        assert_eq!((second.p50, second.p99, second.p999), (Some(0.004), Some(0.004), Some(0.25)));
        assert_eq!(spans.second(), Percentiles::default());
        assert_eq!(spans.step().p999, Some(0.25));
        assert_eq!(spans.minute().count, 100);
        assert!((0..STEPS_PER_MINUTE).all(|_| spans.step().count == 0));
        assert_eq!(spans.minute().count, 0);
    }
}
