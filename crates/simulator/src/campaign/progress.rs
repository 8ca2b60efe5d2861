//! A line every ten seconds: how far, how fast, how long still.

use super::Until;
use crate::say;
use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_secs(10);

/// How a campaign comes on.
pub(crate) struct Progress {
    until: Until,
    start: Instant,
    told: Instant,
}

impl Progress {
    pub(crate) fn new(until: Until) -> Self {
        let now = Instant::now();
        Self { until, start: now, told: now }
    }

    /// Says a line if it is time for one.
    pub(crate) fn look(&mut self, seeds: u64, failures: usize) {
        if self.told.elapsed() < EVERY {
            return;
        }
        self.told = Instant::now();
        say(&line(self.until, self.start.elapsed(), seeds, failures));
    }
}

fn line(until: Until, time: Duration, seeds: u64, failures: usize) -> String {
    let per_second = seeds as f64 / time.as_secs_f64();
    let left = match until {
        Until::Seeds(all) => all.saturating_sub(seeds) as f64 / per_second.max(0.01),
        Until::Time { time: all, .. } => all.saturating_sub(time).as_secs_f64(),
    };
    let (minutes, rest) = (left as u64 / 60, left as u64 % 60);
    format!("{seeds:>8} seeds  {per_second:>6.1}/s  {failures} failures  {minutes}:{rest:02} left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_pace() {
        let line = line(Until::Seeds(1_000), Duration::from_secs(10), 400, 0);
        assert_eq!(line, "     400 seeds    40.0/s  0 failures  0:15 left");
    }
}
