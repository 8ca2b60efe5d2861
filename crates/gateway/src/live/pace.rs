//! How often a viewer's page may ask whether it is still connected: the more there are, the rarer.

use domain::limits::{PAGE_PING_MS_MIN, PAGE_PINGS_PER_S, PING_MS};
use std::sync::Arc;

/// Counts who is welcome now; each socket keeps its own [`Place`].
#[derive(Default)]
pub(crate) struct Pace(Arc<()>);

/// One welcomed viewer, until it is dropped.
pub(super) struct Place(Arc<()>);

impl Pace {
    /// One viewer more.
    pub(super) fn place(&self) -> Place {
        Place(self.0.clone())
    }
}

impl Place {
    /// After how many milliseconds to ask again.
    pub(super) fn next_ms(&self) -> u64 {
        let viewers = Arc::strong_count(&self.0).saturating_sub(1);
        every_ms(viewers as u64)
    }
}

/// So that all together ask at most [`PAGE_PINGS_PER_S`] times a second, as far as [`PING_MS`]
/// allows.
fn every_ms(viewers: u64) -> u64 {
    let even = viewers.saturating_mul(1_000) / PAGE_PINGS_PER_S;
    even.clamp(PAGE_PING_MS_MIN, PING_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_viewers_there_are_the_less_often_each_asks() {
        let check = |viewers, ms| assert_eq!(every_ms(viewers), ms, "{viewers} viewers");
        check(0, 2_000);
        check(1, 2_000);
        check(4_000, 2_000);
        check(4_002, 2_001);
        check(19_000, 9_500);
        check(40_000, 20_000);
        check(u64::MAX, 20_000);
    }

    #[test]
    fn who_has_gone_is_not_counted() {
        let pace = Pace::default();
        let crowd: Vec<Place> = (0..6_000).map(|_| pace.place()).collect();
        assert_eq!(crowd[0].next_ms(), 3_000);
        drop(crowd);
        assert_eq!(pace.place().next_ms(), 2_000);
    }
}
