//! When somebody types: independent moments, at a rate that is steady or falls from a peak.

use crate::random::Random;
use domain::{Code, Millis};

/// How the evening runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// The same rate all evening.
    Calm,
    /// At one moment the host opens one thing that everybody came for.
    FlashDrop {
        /// Which offer.
        code: Code,
        /// When, since the start.
        at: Millis,
        /// Orders per second at that very moment, on top of the steady rate.
        per_second: u32,
        /// After this span, half as many come.
        half_life: Millis,
    },
}

/// Moments of a steady rate, in microseconds since the start, without end.
pub(crate) struct Steady {
    per_us: f64,
    now_us: f64,
}

impl Steady {
    /// At a rate of 0 none ever comes.
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { per_us: f64::from(per_minute) / 60e6, now_us: 0.0 }
    }

    pub(crate) fn next(&mut self, random: &mut Random) -> Option<u64> {
        if self.per_us <= 0.0 {
            return None;
        }
        self.now_us += random.wait() / self.per_us;
        Some(self.now_us as u64)
    }
}

/// Moments of a rate that begins high and halves again and again, until everybody has pressed.
pub(crate) struct Burst {
    at_us: u64,
    /// The mean number of all that will ever come: peak rate × mean life.
    all: f64,
    /// The mean number of those that have come by now.
    come: f64,
    life_us: f64,
}

impl Burst {
    pub(crate) fn new(at: Millis, per_second: u32, half_life: Millis) -> Self {
        let life_us = half_life.0 as f64 * 1e3 / std::f64::consts::LN_2;
        Self {
            at_us: at.0.saturating_mul(1_000),
            all: f64::from(per_second) / 1e6 * life_us,
            come: 0.0,
            life_us,
        }
    }

    /// The next moment, by inverting the mean number that has come: all × (1 − e^(−t/life)).
    pub(crate) fn next(&mut self, random: &mut Random) -> Option<u64> {
        self.come += random.wait();
        if self.come >= self.all {
            return None;
        }
        let since_us = -self.life_us * (1.0 - self.come / self.all).ln();
        Some(self.at_us.saturating_add(since_us as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_rate_is_kept_over_an_hour() {
        let (mut steady, mut random) = (Steady::new(600), Random::new(1));
        let moments = std::iter::from_fn(|| steady.next(&mut random));
        let count = moments.take_while(|&us| us < 3_600_000_000).count();
        assert!((35_000..37_000).contains(&count), "{count} in an hour at 600 a minute");
    }

    #[test]
    fn a_drop_begins_at_its_moment_and_halves_by_its_half_life() {
        let (mut burst, mut random) =
            (Burst::new(Millis(2_000), 5_000, Millis(1_500)), Random::new(2));
        let moments: Vec<u64> = std::iter::from_fn(|| burst.next(&mut random)).collect();
        assert!(moments.is_sorted() && moments[0] >= 2_000_000);
        let within = |from, to| moments.iter().filter(|&&us| us >= from && us < to).count() as f64;
        let (first, second) = (within(2_000_000, 2_100_000), within(3_500_000, 3_600_000));
        assert!((first / second - 2.0).abs() < 0.4, "{first} then {second}");
        assert!((10_000..11_700).contains(&moments.len()), "{}", moments.len());
    }

    #[test]
    fn at_a_rate_of_nothing_nobody_comes() {
        assert_eq!(Steady::new(0).next(&mut Random::new(3)), None);
        assert_eq!(Burst::new(Millis(0), 0, Millis(1)).next(&mut Random::new(3)), None);
    }
}
