//! The last 15 minutes second by second and the last hour by ten seconds: two rings.

use domain::limits::{OPS_SECONDS_KEPT, OPS_STEP_SECONDS, OPS_STEPS_KEPT};
use proto::live::{OpsHistory, OpsPoint};
use std::collections::VecDeque;

/// What was measured, oldest first. A second that was not measured is not there.
#[derive(Default)]
pub(super) struct Past {
    seconds: VecDeque<OpsPoint>,
    steps: VecDeque<OpsPoint>,
}

impl Past {
    /// Remembers a second.
    pub(super) fn second(&mut self, point: OpsPoint) {
        keep(&mut self.seconds, point, OPS_SECONDS_KEPT);
    }

    /// Remembers ten.
    pub(super) fn step(&mut self, point: OpsPoint) {
        keep(&mut self.steps, point, OPS_STEPS_KEPT);
    }

    /// Both rings, the finer first.
    pub(super) fn histories(&self) -> [OpsHistory; 2] {
        let history = |every_seconds, ring: &VecDeque<OpsPoint>| OpsHistory {
            every_seconds,
            points: ring.iter().cloned().collect(),
        };
        [history(1, &self.seconds), history(OPS_STEP_SECONDS as u32, &self.steps)]
    }
}

fn keep(ring: &mut VecDeque<OpsPoint>, point: OpsPoint, most: usize) {
    if ring.len() == most {
        ring.pop_front();
    }
    ring.push_back(point);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_second_is_forgotten() {
        let mut past = Past::default();
        for at_ms in 0..=OPS_SECONDS_KEPT as u64 {
            past.second(OpsPoint { at_ms, ..OpsPoint::default() });
        }
        let [seconds, steps] = past.histories();
        assert_eq!((seconds.points.len(), steps.points.len()), (OPS_SECONDS_KEPT, 0));
        assert_eq!((seconds.points[0].at_ms, steps.every_seconds), (1, 10));
    }
}
