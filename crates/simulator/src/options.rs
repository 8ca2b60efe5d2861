//! What one seed stands for: every option, expanded, so that a failure can be told in full.

use crate::mutant::Mutant;
use crowd::Random;
use std::fmt;

/// The options of one run, all from its seed. Chances are of a thousand steps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// From which everything follows.
    pub seed: u64,
    /// Shops in this world.
    pub shops: u32,
    /// Sessions that each shop opens.
    pub sessions: u32,
    /// Buyers of each shop.
    pub buyers: u32,
    /// What clients ask, retries not counted.
    pub deeds: u32,
    /// Units of each item at the start.
    pub stock: u32,
    /// How long a hold lasts, in seconds; 0: until the session's end.
    pub hold_s: u32,
    /// Whether claims beyond the stock wait.
    pub waitlist: bool,
    /// How often the disk finishes what it writes, of a thousand steps.
    pub disk_speed: u32,
    /// Crashes of the process.
    pub crashes: u32,
    /// Appends that fail, or of which nobody knows.
    pub bad_appends: u32,
    /// Jumps of the wall clock.
    pub clock_jumps: u32,
    /// Minutes in which nothing happens.
    pub pauses: u32,
    /// Snapshots made, torn or removed.
    pub snapshots: u32,
    /// Decisions that panic.
    pub panics: u32,
    /// Crashes of the persister, and its database away.
    pub persister_faults: u32,
    /// The safety rule that is broken on purpose.
    pub mutant: Option<Mutant>,
}

impl Options {
    /// The options of a seed.
    pub fn of(seed: u64) -> Self {
        let mut random = Random::split(seed, 1);
        let mut up_to = |least: u32, most: u32| least + random.below(most - least + 1);
        Self {
            seed,
            shops: up_to(1, 3),
            sessions: up_to(1, 2),
            buyers: up_to(3, 25),
            deeds: up_to(400, 1_500),
            stock: up_to(2, 40),
            hold_s: [0, 20, 120, 1_800][up_to(0, 3) as usize],
            waitlist: up_to(0, 3) > 0,
            disk_speed: up_to(60, 500),
            crashes: up_to(0, 12),
            bad_appends: up_to(0, 6),
            clock_jumps: [0, 0, 3, 10][up_to(0, 3) as usize],
            pauses: up_to(0, 8),
            snapshots: up_to(0, 12),
            panics: up_to(0, 4),
            persister_faults: up_to(0, 12),
            mutant: None,
        }
    }

    /// The same with one safety rule broken, and enough of the faults in which that shows.
    pub fn with(mut self, mutant: Mutant) -> Self {
        self.mutant = Some(mutant);
        self.crashes = self.crashes.max(6);
        self.bad_appends = self.bad_appends.max(10);
        self.snapshots = self.snapshots.max(6);
        self.hold_s = 20;
        self
    }

    /// True if that rule is the broken one.
    pub(crate) fn breaks(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }
}

impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#?}")
    }
}
