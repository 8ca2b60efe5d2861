//! The tally: what the crowd was told, and how fast.

use domain::SessionView;
use hdrhistogram::Histogram;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longest time that is told apart: a minute.
const ACK_US_MAX: u64 = 60_000_000;

/// What was told so far.
#[derive(Default)]
pub(crate) struct Tally(Mutex<Told>);

#[derive(Default)]
struct Told {
    comments: u64,
    results: BTreeMap<String, u64>,
    ack_us: Option<Histogram<u64>>,
    failures: u64,
}

impl Tally {
    /// Adds outcomes that came `took` after they were asked for.
    pub(crate) fn add(&self, outcomes: &[Value], took: Duration) {
        let mut told = self.told();
        told.comments += outcomes.len() as u64;
        for outcome in outcomes {
            let result = outcome["result"].as_str().unwrap_or("?").to_owned();
            *told.results.entry(result).or_default() += 1;
        }
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let ack_us = told.ack_us.get_or_insert_with(|| {
            Histogram::new_with_bounds(1, ACK_US_MAX, 3).expect("sane bounds")
        });
        ack_us.saturating_record(us);
    }

    /// Counts something that did not work.
    pub(crate) fn fail(&self, error: &anyhow::Error) {
        tracing::warn!(error = format!("{error:#}"), "the practice crowd stumbled");
        self.told().failures += 1;
    }

    /// How many outcomes of each kind were told.
    pub(crate) fn results(&self) -> BTreeMap<String, u64> {
        self.told().results.clone()
    }

    /// One line for the terminal.
    pub(crate) fn line(&self, view: &SessionView, lag_events: u64) -> String {
        let told = self.told();
        let count = |result: &str| told.results.get(result).copied().unwrap_or(0);
        let orders = count("held") + count("partial") + count("waitlisted");
        let left: u64 = view.offers.iter().map(|offer| offer.left.milli() / 1_000).sum();
        let at = |quantile: f64| {
            let us = told.ack_us.as_ref().map_or(0, |ack| ack.value_at_quantile(quantile));
            format!("{}.{}", us / 1_000, us % 1_000 / 100)
        };
        let failures = match told.failures {
            0 => String::new(),
            n => format!(" · lỗi/failed {n}"),
        };
        format!(
            "bình luận/comments {} · đơn/orders {orders} · còn/left {left} · \
             ack p50 {} ms p99 {} ms · bảng ghi trễ/lag {lag_events}{failures}",
            told.comments,
            at(0.5),
            at(0.99),
        )
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
