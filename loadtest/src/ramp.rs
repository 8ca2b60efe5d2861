//! The search for the knee: the highest rate at which answers still come in time.

use crate::scenario::{Orders, Phase, Ramp};

/// What one step came to.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Step {
    pub(crate) per_second: u32,
    pub(crate) offered: u64,
    pub(crate) acked: u64,
    /// Errors and sends that we could not make.
    pub(crate) rejected: u64,
    pub(crate) ack_p99_ms: f64,
}

/// The rates of all steps, in order.
pub(crate) fn steps(ramp: &Ramp) -> Vec<u32> {
    let mut all = Vec::new();
    let mut rate = f64::from(ramp.from_per_second.max(1));
    while rate <= f64::from(ramp.to_per_second) {
        all.push(rate as u32);
        rate *= 1.0 + f64::from(ramp.step_percent.max(1)) / 100.0;
    }
    all
}

/// Orders of the ramp's offer at one rate.
pub(crate) fn phase(ramp: &Ramp, name: String, per_second: u32, seconds: u64) -> Phase {
    let orders = Orders { code: ramp.code.clone(), per_second, half_life_ms: None };
    Phase { name, seconds: seconds as f64, orders: Some(orders), ..Phase::default() }
}

/// The climb: one phase for each step.
pub(crate) fn climb(ramp: &Ramp) -> Vec<Phase> {
    let step = |rate| phase(ramp, format!("{rate}/s"), rate, ramp.step_seconds);
    steps(ramp).into_iter().map(step).collect()
}

/// True if answers come late, or are refused, or do not come.
pub(crate) fn passed(ramp: &Ramp, step: &Step) -> bool {
    let share = |count: u64| count as f64 / step.offered.max(1) as f64 * 100.0;
    let missing = step.offered.saturating_sub(step.acked + step.rejected);
    step.ack_p99_ms > ramp.ack_p99_ms_max
        || share(step.rejected) > ramp.rejects_percent_max
        || share(missing) > MISSING_PERCENT_MAX
}

/// A few answers are always on their way when a step ends.
const MISSING_PERCENT_MAX: f64 = 10.0;

/// The rate of the last step before the first that is past the knee; `None` if even the first was.
pub(crate) fn knee(ramp: &Ramp, steps: &[Step]) -> Option<u32> {
    let past = steps.iter().position(|step| passed(ramp, step)).unwrap_or(steps.len());
    past.checked_sub(1).and_then(|last| steps.get(last)).map(|step| step.per_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Ramp {
        Ramp {
            code: "D1".into(),
            from_per_second: 1_000,
            step_percent: 50,
            step_seconds: 2,
            to_per_second: 6_000,
            ack_p99_ms_max: 100.0,
            rejects_percent_max: 0.1,
            plateau_seconds: 3,
        }
    }

    fn step(per_second: u32, ack_p99_ms: f64, rejected: u64) -> Step {
        let offered = u64::from(per_second) * 2;
        Step { per_second, offered, acked: offered - rejected, rejected, ack_p99_ms }
    }

    #[test]
    fn every_step_is_so_much_higher_until_the_last() {
        assert_eq!(steps(&ramp()), [1_000, 1_500, 2_250, 3_375, 5_062]);
        assert_eq!(climb(&ramp()).len(), 5);
    }

    #[test]
    fn the_knee_is_the_last_step_in_time() {
        let check = |steps: &[Step], knee_at| assert_eq!(knee(&ramp(), steps), knee_at);
        check(&[], None);
        check(&[step(1_000, 5.0, 0), step(1_500, 8.0, 0)], Some(1_500));
        check(&[step(1_000, 5.0, 0), step(1_500, 101.0, 0)], Some(1_000));
        check(&[step(1_000, 5.0, 0), step(1_500, 8.0, 4)], Some(1_000));
        check(&[step(1_000, 300.0, 0), step(1_500, 8.0, 0)], None);
        let silent = Step { acked: 100, ..step(1_500, 8.0, 0) };
        check(&[step(1_000, 5.0, 0), silent], Some(1_000));
    }
}
