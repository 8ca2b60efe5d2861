//! How hard a lane thread is pressed, in three levels: how much waits for it, and since when.
//!
//! ```text
//! Calm ──▶ Busy ──▶ Crowded      up at one figure,
//!      ◀──      ◀──              down only well below it
//! ```
//!
//! It is judged where the queue is locked anyway; asking is one load.

use domain::Millis;
use domain::limits::{
    BUSY_REQUESTS, BUSY_WAIT_MS, CALM_REQUESTS, CALM_WAIT_MS, CROWDED_AGAIN_MS, CROWDED_REQUESTS,
    CROWDED_WAIT_MS, SHED_AGAIN_MS, UNCROWDED_REQUESTS, UNCROWDED_WAIT_MS,
};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// How hard a lane thread is pressed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Pressure {
    /// Everything is taken.
    #[default]
    Calm,
    /// Chatter waits outside, and stock is shown less often.
    Busy,
    /// Questions and newcomers wait outside too.
    Crowded,
}

impl Pressure {
    /// As a figure, for metrics.
    pub const fn figure(self) -> u8 {
        match self {
            Self::Calm => 0,
            Self::Busy => 1,
            Self::Crowded => 2,
        }
    }

    fn of(figure: u8) -> Self {
        match figure {
            0 => Self::Calm,
            1 => Self::Busy,
            _ => Self::Crowded,
        }
    }

    /// The level after this one, when so many requests wait and the oldest has waited so long.
    fn next(self, requests: usize, waited: Millis) -> Self {
        let at = |requests_from, ms_from| requests >= requests_from || waited.0 >= ms_from;
        let stays =
            |level: Self, requests_from, ms_from| self >= level && at(requests_from, ms_from);
        if at(CROWDED_REQUESTS, CROWDED_WAIT_MS)
            || stays(Self::Crowded, UNCROWDED_REQUESTS, UNCROWDED_WAIT_MS)
        {
            Self::Crowded
        } else if at(BUSY_REQUESTS, BUSY_WAIT_MS) || stays(Self::Busy, CALM_REQUESTS, CALM_WAIT_MS)
        {
            Self::Busy
        } else {
            Self::Calm
        }
    }

    /// After how long what is refused at this level makes sense again, before it is spread.
    const fn again_ms(self) -> u64 {
        match self {
            Self::Calm | Self::Busy => SHED_AGAIN_MS,
            Self::Crowded => CROWDED_AGAIN_MS,
        }
    }
}

/// The level that anybody may look at without waiting.
#[derive(Default)]
pub(crate) struct Gauge(AtomicU8);

impl Gauge {
    /// The level now.
    pub(crate) fn level(&self) -> Pressure {
        Pressure::of(self.0.load(Ordering::Relaxed))
    }

    /// Judges anew. The caller holds the queue, so that nobody else does at the same time.
    pub(crate) fn judge(&self, requests: usize, waited: Millis) {
        let before = self.level();
        let now = before.next(requests, waited);
        if now != before {
            self.0.store(now.figure(), Ordering::Relaxed);
        }
    }
}

/// Spreads those who are to come again: each is told another moment.
#[derive(Default)]
pub(crate) struct Turns(AtomicU64);

impl Turns {
    /// After how many milliseconds to come again at that level: between its time and twice that.
    pub(crate) fn again_ms(&self, level: Pressure) -> u64 {
        // Steps of the golden ratio: however many have come, the next falls where there is most
        // room.
        const STEP: u64 = 0x9e37_79b9;
        let turn = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(STEP) & 0xffff_ffff;
        level.again_ms() + ((level.again_ms() * turn) >> 32)
    }
}

/// Tells the log when it becomes crowded and when that is over, and not more often than somebody
/// can read.
#[derive(Default)]
pub(crate) struct Teller {
    crowded: bool,
    at: Millis,
}

impl Teller {
    /// A turn of the lane thread at this level.
    pub(crate) fn tell(&mut self, level: Pressure, now: Millis) {
        const EVERY_MS: u64 = 10_000;
        let crowded = match level {
            Pressure::Calm => false,
            Pressure::Busy => return,
            Pressure::Crowded => true,
        };
        if crowded == self.crowded || (crowded && now.0.saturating_sub(self.at.0) < EVERY_MS) {
            return;
        }
        (self.crowded, self.at) = (crowded, now);
        if crowded {
            tracing::warn!("crowded: chatter and newcomers are asked to come again, orders go on");
        } else {
            tracing::info!("calm again: everything is taken");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_rises_at_one_figure_and_falls_well_below_it() {
        use Pressure::{Busy, Calm, Crowded};
        let check = |from: Pressure, requests, waited, to| {
            assert_eq!(from.next(requests, Millis(waited)), to, "{from:?} {requests} {waited}");
        };
        check(Calm, 0, 0, Calm);
        check(Calm, BUSY_REQUESTS - 1, BUSY_WAIT_MS - 1, Calm);
        check(Calm, BUSY_REQUESTS, 0, Busy);
        check(Calm, 1, BUSY_WAIT_MS, Busy);
        check(Calm, CROWDED_REQUESTS, 0, Crowded);
        check(Calm, 1, CROWDED_WAIT_MS, Crowded);
        check(Busy, CALM_REQUESTS, 0, Busy);
        check(Busy, 1, CALM_WAIT_MS, Busy);
        check(Busy, CALM_REQUESTS - 1, CALM_WAIT_MS - 1, Calm);
        check(Busy, CROWDED_REQUESTS - 1, CROWDED_WAIT_MS - 1, Busy);
        check(Crowded, UNCROWDED_REQUESTS, 0, Crowded);
        check(Crowded, 1, UNCROWDED_WAIT_MS, Crowded);
        check(Crowded, UNCROWDED_REQUESTS - 1, UNCROWDED_WAIT_MS - 1, Busy);
        check(Crowded, 0, 0, Calm);
    }

    #[test]
    fn those_who_come_again_are_spread_evenly() {
        let turns = Turns::default();
        for level in [Pressure::Busy, Pressure::Crowded] {
            let base = level.again_ms();
            let told: Vec<u64> = (0..1_000).map(|_| turns.again_ms(level)).collect();
            assert!(told.iter().all(|ms| (base..2 * base).contains(ms)));
            let tenths: BTreeSet<u64> = told.iter().map(|ms| (ms - base) * 10 / base).collect();
            assert_eq!(tenths.len(), 10, "{level:?}");
            for tenth in tenths {
                let of = told.iter().filter(|ms| (*ms - base) * 10 / base == tenth).count();
                assert!((80..120).contains(&of), "{level:?}: {of} of 1,000 in tenth {tenth}");
            }
        }
    }

    #[test]
    fn a_level_is_what_its_figure_says() {
        for level in [Pressure::Calm, Pressure::Busy, Pressure::Crowded] {
            assert_eq!(Pressure::of(level.figure()), level);
        }
    }
}
