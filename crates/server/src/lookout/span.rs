//! Counters second by second for the last ten minutes, and what they make of a span.

use super::scrape::Counts;
use domain::Millis;
use domain::limits::OPS_STEP_SECONDS;
use proto::live::{OpsPoint, OpsReject};
use std::collections::{BTreeMap, VecDeque};

/// Ten minutes and one second: the far end of the longest span.
const KEPT: usize = 601;

/// What was counted, oldest first.
#[derive(Default)]
pub(super) struct Past {
    kept: VecDeque<(Millis, Counts, Option<f64>)>,
}

/// A second's rates and how long it was.
pub(super) struct Rates {
    pub(super) took_ms: u64,
    pub(super) point: OpsPoint,
}

/// What was counted in a span.
pub(super) struct Span {
    pub(super) seconds: f64,
    pub(super) outcomes: f64,
    pub(super) rejected: f64,
    pub(super) connects: f64,
    pub(super) calls: f64,
    pub(super) busy: f64,
    pub(super) comments: f64,
    pub(super) unknown_codes: f64,
    pub(super) faults: f64,
}

impl Past {
    /// Takes what is counted now; gives what the time since the last look was like.
    pub(super) fn push(&mut self, at: Millis, now: Counts, cpu: Option<f64>) -> Option<Rates> {
        let rates = self.kept.back().map(|(from, before, cpu_before)| {
            let took_ms = at.0.saturating_sub(from.0).max(1);
            let mut point = rates(before, &now, took_ms as f64 / 1_000.0);
            let cpu = cpu.zip(*cpu_before).map(|(now, before)| now - before);
            point.cpu_cores = cpu.map(|cpu| tidy(cpu / (took_ms as f64 / 1_000.0)));
            Rates { took_ms, point }
        });
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((at, now, cpu));
        rates
    }

    /// What was counted in the last `span_ms`, or since the start.
    pub(super) fn since(&self, now: Millis, span_ms: u64) -> Span {
        let from = now.0.saturating_sub(span_ms);
        let start = self.kept.partition_point(|(at, _, _)| at.0 < from);
        let none = Counts::default();
        let before = self.kept.get(start).map_or(&none, |(_, counts, _)| counts);
        let after = self.kept.back().map_or(&none, |(_, counts, _)| counts);
        let began = self.kept.get(start).map_or(now.0, |(at, _, _)| at.0);
        Span {
            seconds: (now.0.saturating_sub(began) as f64 / 1_000.0).max(1.0),
            outcomes: after.outcomes - before.outcomes,
            rejected: after.rejected() - before.rejected(),
            connects: after.connects - before.connects,
            calls: after.calls - before.calls,
            busy: after.busy - before.busy,
            comments: after.comments - before.comments,
            unknown_codes: after.unknown_codes - before.unknown_codes,
            faults: after.faults - before.faults,
        }
    }

    pub(super) fn connections(&self) -> f64 {
        self.kept.back().map_or(0.0, |(_, counts, _)| counts.connections)
    }

    /// Accepted since the start.
    pub(super) fn accepted(&self) -> u64 {
        self.kept.back().map_or(0, |(_, counts, _)| counts.accepted as u64)
    }

    /// Caught since the start.
    pub(super) fn faults(&self) -> u64 {
        self.kept.back().map_or(0, |(_, counts, _)| counts.faults as u64)
    }
}

fn rates(before: &Counts, now: &Counts, seconds: f64) -> OpsPoint {
    let rate = |before: f64, now: f64| tidy((now - before).max(0.0) / seconds);
    let reject = |(reason, now): (&String, &f64)| {
        let before = before.rejects.get(reason).copied().unwrap_or(0.0);
        OpsReject { reason: reason.clone(), per_second: rate(before, *now) }
    };
    let rejected = now.rejects.iter().map(reject).filter(|reject| reject.per_second > 0.0);
    OpsPoint {
        accepted: rate(before.accepted, now.accepted),
        rejected: rejected.collect(),
        connections: now.connections.max(0.0) as u64,
        connects: rate(before.connects, now.connects),
        disconnects: rate(before.disconnects, now.disconnects),
        messages: rate(before.messages, now.messages),
        slow_drops: rate(before.slow_drops, now.slow_drops),
        ..OpsPoint::default()
    }
}

/// Three decimals: more would be noise on the wire.
fn tidy(figure: f64) -> f64 {
    (figure * 1_000.0).round() / 1_000.0
}

/// Seconds that become ten.
#[derive(Default)]
pub(super) struct Steps {
    seconds: Vec<OpsPoint>,
}

impl Steps {
    /// A second; ten of them in a row become one point, without its percentiles.
    pub(super) fn push(&mut self, point: &OpsPoint) -> Option<OpsPoint> {
        self.seconds.push(point.clone());
        if self.seconds.len() < OPS_STEP_SECONDS {
            return None;
        }
        Some(mean(&std::mem::take(&mut self.seconds)))
    }

    /// There was a gap: what was gathered before it is no whole step.
    pub(super) fn broken(&mut self) {
        self.seconds.clear();
    }
}

/// Rates are averaged; of what hurts the worst is kept, of what merely is the last.
fn mean(seconds: &[OpsPoint]) -> OpsPoint {
    let count = seconds.len() as f64;
    let of = |figure: fn(&OpsPoint) -> f64| tidy(seconds.iter().map(figure).sum::<f64>() / count);
    let mut rejects: BTreeMap<&str, f64> = BTreeMap::new();
    for reject in seconds.iter().flat_map(|point| &point.rejected) {
        *rejects.entry(&reject.reason).or_default() += reject.per_second;
    }
    let rejected = rejects.into_iter().map(|(reason, sum)| OpsReject {
        reason: reason.to_owned(),
        per_second: tidy(sum / count),
    });
    let last = seconds.last().cloned().unwrap_or_default();
    let cpu: Option<f64> = seconds.iter().map(|point| point.cpu_cores).sum();
    OpsPoint {
        accepted: of(|p| p.accepted),
        rejected: rejected.collect(),
        connects: of(|p| p.connects),
        disconnects: of(|p| p.disconnects),
        messages: of(|p| p.messages),
        slow_drops: of(|p| p.slow_drops),
        lag_seconds: seconds.iter().map(|p| p.lag_seconds).fold(0.0, f64::max),
        lag_events: seconds.iter().map(|p| p.lag_events).max().unwrap_or(0),
        queue_requests: seconds.iter().map(|p| p.queue_requests).max().unwrap_or(0),
        cpu_cores: cpu.map(|sum| tidy(sum / count)),
        ..last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(accepted: f64, sold_out: f64) -> Counts {
        let rejects = BTreeMap::from([("sold_out".to_owned(), sold_out)]);
        Counts { accepted, outcomes: accepted + sold_out, rejects, ..Counts::default() }
    }

    #[test]
    fn rates_are_per_second_however_long_the_second_was() {
        let mut past = Past::default();
        assert!(past.push(Millis(0), counts(10.0, 0.0), Some(1.0)).is_none());
        let rates = past.push(Millis(2_000), counts(20.0, 4.0), Some(2.0)).expect("a second");
        let reject = OpsReject { reason: "sold_out".into(), per_second: 2.0 };
        assert_eq!((rates.took_ms, rates.point.accepted), (2_000, 5.0));
        assert_eq!((rates.point.rejected, rates.point.cpu_cores), (vec![reject], Some(0.5)));
        let span = past.since(Millis(2_000), 60_000);
        assert_eq!((span.outcomes, span.rejected), (14.0, 4.0));
    }

    #[test]
    fn ten_seconds_average_what_flows_and_keep_the_worst_of_what_hurts() {
        let mut steps = Steps::default();
        let second = |at| OpsPoint {
            at_ms: at,
            accepted: at as f64,
            lag_seconds: if at == 3 { 7.0 } else { 0.0 },
            ..OpsPoint::default()
        };
        assert!((0..9).all(|at| steps.push(&second(at)).is_none()));
        let ten = steps.push(&second(9)).expect("ten are full");
        assert_eq!((ten.at_ms, ten.accepted, ten.lag_seconds), (9, 4.5, 7.0));
        steps.push(&second(10));
        steps.broken();
        assert!((0..9).all(|at| steps.push(&second(at)).is_none()));
    }
}
