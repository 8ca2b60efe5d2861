//! What befalls one socket and when, fixed by the seed like everything else: cuts, and whiles in
//! which nothing passes.

use crate::scenario::{Fault, Network};
use crowd::Random;

/// A socket's evening, in microseconds since the start.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Interruptions {
    /// When it is cut, in the order of time.
    pub(crate) cuts: Vec<u64>,
    /// From when until when nothing passes.
    pub(crate) blackouts: Vec<(u64, u64)>,
}

impl Interruptions {
    /// The interruptions of that socket until `end_us`.
    pub(crate) fn of(
        seed: u64,
        socket: u32,
        network: &Network,
        faults: &[Fault],
        end_us: u64,
    ) -> Self {
        let mut random = Random::split(seed, INTERRUPTIONS | u64::from(socket));
        let mut cuts = moments(&mut random, network.cuts_per_minute, end_us);
        for fault in faults {
            match fault {
                Fault::Cut { at_ms } => cuts.push(at_ms * 1_000),
                Fault::Kill { .. } | Fault::Postgres { .. } => {}
            }
        }
        cuts.sort_unstable();
        let blackouts = moments(&mut random, network.blackouts_per_minute, end_us);
        let blackouts =
            blackouts.into_iter().map(|at| (at, at + network.blackout_ms * 1_000)).collect();
        Self { cuts, blackouts }
    }
}

fn moments(random: &mut Random, per_minute: f64, end_us: u64) -> Vec<u64> {
    if per_minute <= 0.0 {
        return Vec::new();
    }
    let mut now_us = 0.0;
    let next = || {
        now_us += random.wait() * 60e6 / per_minute;
        (now_us < end_us as f64).then_some(now_us as u64)
    };
    std::iter::from_fn(next).collect()
}

/// Keeps this stream apart from others of the same seed.
const INTERRUPTIONS: u64 = 1 << 42;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_cuts_everybody_at_once_and_bad_radio_each_at_their_own_moments() {
        let minute = 60_000_000;
        let storm = [Fault::Cut { at_ms: 5_000 }, Fault::Kill { at_ms: 6_000, down_ms: 1 }];
        let calm = Network::default();
        let of = |socket, network: &Network, faults: &[Fault]| {
            Interruptions::of(1, socket, network, faults, minute)
        };
        assert_eq!(of(1, &calm, &storm).cuts, [5_000_000]);
        assert_eq!(of(2, &calm, &[]), Interruptions::default());
        let radio =
            Network { cuts_per_minute: 3.0, blackouts_per_minute: 2.0, blackout_ms: 4_000, ..calm };
        assert_eq!(of(7, &radio, &[]), of(7, &radio, &[]), "the seed fixes it");
        assert_ne!(of(7, &radio, &[]), of(8, &radio, &[]));
        let cuts: usize = (0..100).map(|socket| of(socket, &radio, &[]).cuts.len()).sum();
        assert!((240..360).contains(&cuts), "{cuts} of 300");
        let mut blackouts = (0..100).flat_map(|socket| of(socket, &radio, &[]).blackouts);
        assert!(blackouts.all(|(from, to)| to == from + 4_000_000 && from < minute));
    }
}
