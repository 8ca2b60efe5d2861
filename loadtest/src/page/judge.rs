//! What a result counts for: reached, missed, void or no aim; held or broken.

use super::form::{Figure, Ratio, Scenario};
use crate::figure::{Better, median};
use crate::peers::ratio::{OWN_TOOL_SHARE_MIN, rounds};
use crate::result::lag_ms_max;

/// What became of an aim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Word {
    Reached,
    Missed,
    /// It does not count, and why.
    Void(String),
    /// It is printed for comparison.
    NoAim,
}

impl Word {
    /// As the table and the page write it.
    pub(crate) fn written(&self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Missed => "missed",
            Self::Void(_) => "void",
            Self::NoAim => "no aim",
        }
    }
}

/// Ours over theirs, in the middle and at both ends of the rounds.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) rounds: usize,
}

/// The ratio of each round that both sides finished, counted anew: what a part says of itself is
/// not taken on trust.
pub(crate) fn spread(ratio: &Ratio) -> Option<Spread> {
    let pairs = ratio.ours.rounds.iter().zip(&ratio.peer.rounds);
    let quotients = pairs.filter_map(|(ours, peer)| {
        let quotient = (*ours)? / (*peer)?;
        (quotient.is_finite() && quotient > 0.0).then_some(quotient)
    });
    let quotients: Vec<f64> = quotients.collect();
    let rounds = quotients.len();
    let median = median(&quotients)?;
    let min = quotients.iter().copied().fold(median, f64::min);
    let max = quotients.iter().copied().fold(median, f64::max);
    Some(Spread { median, min, max, rounds })
}

/// The middle of what one side reached.
pub(crate) fn middle(rounds: &[Option<f64>]) -> Option<f64> {
    median(&rounds.iter().copied().flatten().collect::<Vec<_>>())
}

/// What became of a comparison's aim.
pub(crate) fn ratio(ratio: &Ratio, full: bool) -> Word {
    let needed = rounds(full);
    let Some(spread) = spread(ratio) else {
        let none = "no round was finished by both".to_owned();
        return Word::Void(ratio.void.clone().unwrap_or(none));
    };
    let share = ratio.peer.own_tool.as_ref().and_then(|tool| tool.share);
    let own_tool = share.filter(|share| *share < OWN_TOOL_SHARE_MIN).map(|share| {
        format!(
            "the peer reached {:.0} % of its own tool's figure, {:.0} % are needed",
            share * 100.0,
            OWN_TOOL_SHARE_MIN * 100.0
        )
    });
    let few = (spread.rounds < needed)
        .then(|| format!("{} rounds were finished by both, {needed} are needed", spread.rounds));
    match ratio.void.clone().or(own_tool).or(few) {
        Some(why) => Word::Void(why),
        None => against(spread.median, ratio.aim, ratio.better),
    }
}

/// What became of a figure's aim.
pub(crate) fn figure(figure: &Figure) -> Word {
    match (&figure.void, figure.value) {
        (Some(why), _) => Word::Void(why.clone()),
        (None, None) => Word::Void("it was not measured".to_owned()),
        (None, Some(value)) => against(value, figure.aim, figure.better),
    }
}

fn against(value: f64, aim: Option<f64>, better: Better) -> Word {
    match aim.map(|aim| better.is_reached(value, aim)) {
        None => Word::NoAim,
        Some(true) => Word::Reached,
        Some(false) => Word::Missed,
    }
}

/// Why an evening's latencies do not count: its own word, or a generator that was late.
pub(crate) fn scenario_void(scenario: &Scenario) -> Option<String> {
    let late = || {
        let lag = scenario.send_lag_ms.p99?;
        let allowed = lag_ms_max(scenario.ack_ms.p99.unwrap_or(0.0));
        (lag > allowed).then(|| {
            format!("the generator was late: send lag p99 {lag:.1} ms, {allowed:.1} ms are allowed")
        })
    };
    scenario.void.clone().or_else(late)
}

/// True if every promise held; an evening that was not audited kept none.
pub(crate) fn held(scenario: &Scenario) -> bool {
    !scenario.checks.is_empty() && scenario.checks.iter().all(|check| check.held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::samples::{figure as a_figure, ratio as a_ratio, scenario as an_evening};

    #[test]
    fn a_value_with_an_aim_is_reached_or_missed() {
        let check = |value, aim, better, expected| {
            assert_eq!(against(value, aim, better), expected, "{value} {aim:?} {better:?}");
        };
        check(6.0, Some(6.0), Better::More, Word::Reached);
        check(1.2, Some(1.1), Better::Less, Word::Missed);
        check(9.0, None, Better::More, Word::NoAim);
    }

    #[test]
    fn the_median_is_of_the_rounds_that_both_finished() {
        let mut result = a_ratio("post-redis-always");
        result.ours.rounds = vec![Some(60.0), None, Some(80.0), Some(70.0), Some(90.0)];
        result.peer.rounds = vec![Some(10.0), Some(10.0), Some(10.0), Some(0.0), Some(10.0)];
        let spread = spread(&result).expect("three rounds");
        assert_eq!(spread, Spread { median: 8.0, min: 6.0, max: 9.0, rounds: 3 });
    }

    #[test]
    fn a_void_comparison_never_counts_as_reached() {
        let far_beyond = || {
            let mut result = a_ratio("post-redis-always");
            result.aim = Some(0.001);
            result
        };
        assert_eq!(ratio(&far_beyond(), false), Word::Reached);
        let check = |name: &str, full, spoil: &dyn Fn(&mut Ratio)| {
            let mut result = far_beyond();
            spoil(&mut result);
            assert!(matches!(ratio(&result, full), Word::Void(_)), "{name}");
        };
        check("its own word", false, &|result| result.void = Some("it swapped".to_owned()));
        check("no round", false, &|result| result.peer.rounds.clear());
        check("two rounds", false, &|result| result.ours.rounds.truncate(2));
        check("four rounds of a full run", true, &|result| {
            result.ours.rounds = vec![Some(1.0); 4];
            result.peer.rounds = vec![Some(1.0); 4];
        });
        check("a peer driven badly", false, &|result| {
            result.peer.own_tool.as_mut().expect("has one").share = Some(0.79);
        });
    }

    #[test]
    fn a_figure_that_was_not_measured_is_void() {
        let mut result = a_figure("viewer-memory");
        assert_eq!(figure(&result), Word::Reached);
        result.value = None;
        assert!(matches!(figure(&result), Word::Void(_)));
    }

    #[test]
    fn a_late_generator_makes_an_evening_void() {
        let check = |lag, ack, void| {
            let mut evening = an_evening("flash");
            evening.send_lag_ms.p99 = Some(lag);
            evening.ack_ms.p99 = Some(ack);
            assert_eq!(scenario_void(&evening).is_some(), void, "{lag} {ack}");
        };
        check(19.0, 5.0, false);
        check(21.0, 5.0, true);
        check(90.0, 1_000.0, false);
        check(101.0, 1_000.0, true);
    }

    #[test]
    fn an_evening_without_an_audit_kept_no_promise() {
        let mut evening = an_evening("flash");
        assert!(held(&evening));
        evening.checks[0].held = false;
        assert!(!held(&evening));
        evening.checks.clear();
        assert!(!held(&evening));
    }
}
