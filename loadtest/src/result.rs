//! What a run came to, in the form in which every part of the load test writes it.

use crate::act::{Mark, Played, offered_by_second};
use crate::audit::Check;
use crate::heard::Heard;
use crate::pipe::is_slow;
use crate::scenario::{Network, Scenario};
use crate::schedule::{Door, Planned};
use crate::tally::{Quantiles, Spans};
use crate::usage::Usage;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

/// One evening.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Evening {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) seed: u64,
    pub(crate) command: String,
    /// Why its latencies do not count.
    pub(crate) void: Option<String>,
    /// Sends: planned, answered with an outcome, and not sent because our own queue was full.
    pub(crate) offered: u64,
    pub(crate) achieved: u64,
    pub(crate) dropped: u64,
    pub(crate) send_lag_ms: Quantiles,
    /// From the planned moment; of sockets that read slowly on purpose not.
    pub(crate) ack_ms: Quantiles,
    pub(crate) outcomes: BTreeMap<String, u64>,
    pub(crate) errors: BTreeMap<String, u64>,
    pub(crate) seconds: Vec<Second>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) server: Used,
    pub(crate) generator: Used,
    pub(crate) checks: Vec<Check>,
    pub(crate) detail: Detail,
}

/// What the shared form has no place for.
#[derive(Debug, Default, serde::Serialize)]
pub(crate) struct Detail {
    pub(crate) sockets: u32,
    pub(crate) viewers: u32,
    /// How long the viewers took to come in, and what each costs the generator.
    pub(crate) seated_seconds: f64,
    pub(crate) generator_kib_per_viewer: f64,
    /// Of orders alone, by phase.
    pub(crate) orders_ms: BTreeMap<String, Quantiles>,
    /// Of sockets that read slowly.
    pub(crate) slow_ms: Option<Quantiles>,
    /// How sockets ended before their time.
    pub(crate) ended: BTreeMap<String, u64>,
    /// From there to the next welcome.
    pub(crate) back_ms: Option<Quantiles>,
    /// Keys sent again after a return.
    pub(crate) resent: u64,
    /// The search for the knee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ramp: Option<serde_json::Value>,
}

/// One second, counted from the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub(crate) struct Second {
    pub(crate) t: f64,
    /// Planned for it.
    pub(crate) offered: u64,
    /// Answered in it.
    pub(crate) acked: u64,
    /// Of what was planned for it.
    pub(crate) p50: Option<f64>,
    pub(crate) p99: Option<f64>,
    /// Of the offer that is shown, by what viewers were told until then.
    pub(crate) left: Option<f64>,
}

/// What processes used.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub(crate) struct Used {
    pub(crate) cpu_s: f64,
    pub(crate) rss_mib: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) processes: Option<u32>,
}

/// A run does not count if our own lateness is more than this share of the answers' …
const LAG_SHARE_MAX: f64 = 0.1;

/// … unless it is below this anyway.
const LAG_MS_MIN: f64 = 20.0;

/// Our own lateness that a run with such latencies may have.
pub(crate) fn lag_ms_max(ack_p99_ms: f64) -> f64 {
    LAG_MS_MIN.max(ack_p99_ms * LAG_SHARE_MAX)
}

/// Why a run with such latencies does not count.
pub(crate) fn void(lag_p99_ms: f64, ack_p99_ms: f64) -> Option<String> {
    let most = lag_ms_max(ack_p99_ms);
    (lag_p99_ms > most).then(|| {
        format!(
            "our own send lag was {lag_p99_ms:.1} ms at p99, more than {most:.1} ms: the latencies \
             are not the server's"
        )
    })
}

impl Used {
    pub(crate) fn of(usage: Usage) -> Self {
        Self { cpu_s: usage.cpu_s, rss_mib: usage.rss_mib, processes: None }
    }
}

/// Latencies of the sends of one stretch that `of` chooses, as far as they were answered.
pub(crate) fn latencies(
    heard: &Heard,
    numbers: Range<u32>,
    of: &dyn Fn(&Planned) -> bool,
) -> Spans {
    let mut spans = Spans::default();
    for number in numbers.filter(|&number| of(heard.script.send(number))) {
        if let Some(latency) = heard.latency(number) {
            spans.record(Duration::from_micros(latency));
        }
    }
    spans
}

/// The same, of all of them: who got no answer waited longer than anybody.
pub(crate) fn waits(heard: &Heard, numbers: Range<u32>, of: &dyn Fn(&Planned) -> bool) -> Spans {
    let mut spans = Spans::default();
    for number in numbers.filter(|&number| of(heard.script.send(number))) {
        spans.record(heard.latency(number).map_or(Duration::MAX, Duration::from_micros));
    }
    spans
}

/// Whether a send is of a socket that reads slowly on purpose.
pub(crate) fn slow_sender(seed: u64, network: Network) -> impl Fn(&Planned) -> bool {
    move |send| match send.door {
        Door::Socket(socket) => is_slow(seed, &network, socket),
        Door::Platform => false,
    }
}

/// The seconds of one act, `from` seconds after the evening's start.
pub(crate) fn seconds(
    played: &Played,
    heard: &Heard,
    scenario: &Scenario,
    from: f64,
) -> Vec<Second> {
    let numbers = played.numbers.clone();
    let sends = heard.script.place(numbers.start)..heard.script.place(numbers.end);
    let offered = offered_by_second(&heard.script.sends[sends]);
    let length = offered.len().max(played.seconds.len());
    let mut spans: Vec<Spans> = vec![Spans::default(); length];
    let mut held: Vec<i64> = vec![0; length];
    let slow = slow_sender(heard.script.people.seed, scenario.network);
    for number in numbers {
        let send = heard.script.send(number);
        let Some(latency) = heard.latency(number) else { continue };
        let planned = (send.at_us / 1_000_000) as usize;
        if !slow(send) {
            spans[planned].record(Duration::from_micros(latency));
        }
        let told = ((send.at_us + latency) / 1_000_000) as usize;
        if let Some(outcome) = heard.answer(number) {
            let shown = outcome.lines.iter();
            let shown = shown.filter(|line| Some(&line.code) == scenario.pinned.as_ref());
            let milli: i64 = shown.map(|line| line.held_milli.cast_signed()).sum();
            let back = outcome.result == "cancelled";
            held[told.min(length - 1)] += if back { -milli } else { milli };
        }
    }
    let stock = scenario.pinned.as_ref().and_then(|code| scenario.stock.get(code));
    let mut left = stock.map(|stock| *stock as f64);
    let second = |place: usize| {
        left = left.map(|left| (left - held[place] as f64 / 1e3).max(0.0));
        let span = Some(&spans[place]).filter(|spans| !spans.0.is_empty());
        Second {
            t: from + place as f64,
            offered: offered.get(place).copied().unwrap_or(0),
            acked: played.seconds.get(place).map_or(0, |counts| counts.acked),
            p50: span.map(|spans| spans.ms(0.5)),
            p99: span.map(|spans| spans.ms(0.99)),
            left,
        }
    };
    (0..length).map(second).collect()
}

/// Writes one part's result into the run's folder, which is made if it is not there.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn write(
    folder: &Path,
    name: &str,
    result: &impl serde::Serialize,
) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let file = folder.join(format!("{name}.json"));
    let text = serde_json::to_vec_pretty(result)?;
    std::fs::write(&file, text).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_was_late_itself_does_not_count() {
        let check = |lag, ack, counts| assert_eq!(void(lag, ack).is_none(), counts, "{lag} {ack}");
        check(0.5, 3.0, true);
        check(19.9, 3.0, true);
        check(20.1, 3.0, false);
        check(20.1, 202.0, true);
        check(50.0, 400.0, false);
        let why = void(50.0, 400.0).expect("void");
        assert!(why.contains("50.0 ms") && why.contains("40.0 ms"), "{why}");
    }
}
