//! Time: the system's clock, and the shop's own that never falls and never leaps.
//!
//! The only file outside tests that asks the machine for the time.

use domain::limits::CLOCK_STEP_MS_MAX;
use domain::{Clock, Millis, Timestamp};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The machine's clocks.
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Starts counting monotonic time now.
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Timestamp(since.map_or(0, |since| since.as_millis() as u64))
    }

    fn monotonic(&self) -> Millis {
        Millis(self.started.elapsed().as_millis() as u64)
    }
}

/// One look at both clocks.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// What the wall clock says; it may jump.
    pub wall: Timestamp,
    /// Time since the process started; it may not.
    pub monotonic: Millis,
}

impl Moment {
    /// Looks at both.
    pub fn of(clock: &dyn Clock) -> Self {
        Self { wall: clock.wall(), monotonic: clock.monotonic() }
    }
}

/// A shop's time: `max(last, min(wall, start + monotonic since start + 5 s))`, so that a wall clock
/// that jumps ahead cannot expire every hold at once, and one that falls back stops nothing. The 5
/// s are for the whole run: however often it is looked at, it gets no further ahead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShopClock {
    last: Timestamp,
    start: Timestamp,
    started: Millis,
}

impl ShopClock {
    /// Starts at the wall clock, or at `last`, the shop's latest time, if that is later.
    pub(crate) fn start(last: Timestamp, moment: Moment) -> Self {
        let start = last.max(moment.wall);
        Self { last: start, start, started: moment.monotonic }
    }

    /// The shop's time at this moment; remembers it.
    pub(crate) fn now(&mut self, moment: Moment) -> Timestamp {
        let passed = Millis(moment.monotonic.0.saturating_sub(self.started.0));
        let true_time = self.start.plus(passed);
        let ahead = true_time.plus(Millis(CLOCK_STEP_MS_MAX));
        self.last = self.last.max(moment.wall.min(ahead));
        // While the wall clock holds the shop back, what passes is not there to be leapt over when
        // it is put right: a hold given meanwhile would lose it.
        self.started.0 += true_time.since(self.last).0;
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: u64, monotonic: u64) -> Moment {
        Moment { wall: Timestamp(wall), monotonic: Millis(monotonic) }
    }

    #[test]
    fn a_wall_clock_that_jumps_ahead_moves_the_shop_by_five_seconds_however_often_it_is_asked() {
        let mut clock = ShopClock::start(Timestamp(1_000), at(1_000, 0));
        assert_eq!(clock.now(at(1_100, 100)), Timestamp(1_100));
        for _ in 0..1_000 {
            let now = clock.now(at(99_000_000, 200));
            assert_eq!(now, Timestamp(1_000 + 200 + CLOCK_STEP_MS_MAX));
        }
    }

    #[test]
    fn a_wall_clock_that_falls_back_stops_the_shop_and_no_more() {
        let mut clock = ShopClock::start(Timestamp(50_000), at(50_000, 0));
        assert_eq!(clock.now(at(10_000, 900)), Timestamp(50_000));
        assert_eq!(clock.now(at(50_001, 41_000)), Timestamp(50_001));
    }

    #[test]
    fn a_start_with_a_clock_behind_the_shop_goes_on_from_the_shops_time() {
        let mut clock = ShopClock::start(Timestamp(50_000), at(10_000, 0));
        assert_eq!(clock.now(at(10_100, 100)), Timestamp(50_000));
    }

    #[test]
    fn a_wall_clock_that_is_put_right_again_takes_no_hold_the_time_in_which_the_shop_stood_still() {
        let mut clock = ShopClock::start(Timestamp(0), at(50_000_000, 0));
        assert_eq!(clock.now(at(43_000_000, 600_000)), Timestamp(50_000_000));
        let right = clock.now(at(50_601_000, 601_000));
        assert_eq!(right, Timestamp(50_000_000 + 1_000 + CLOCK_STEP_MS_MAX));
    }

    #[test]
    fn nor_the_time_by_which_the_shop_fell_behind_while_nobody_looked() {
        let mut clock = ShopClock::start(Timestamp(0), at(50_000_000, 0));
        clock.now(at(49_000_000, 1));
        assert_eq!(clock.now(at(50_200_000, 1_200_001)), Timestamp(50_200_000));
        let leapt = clock.now(at(51_200_002, 1_200_002));
        assert_eq!(leapt, Timestamp(50_200_000 + 1 + CLOCK_STEP_MS_MAX));
    }
}
