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
    /// Whether claims beyond the stock wait: 0 or 1.
    pub waitlist: u32,
    /// How often the disk finishes what it writes.
    pub disk_speed: u32,
    /// Crashes of the process.
    pub crashes: u32,
    /// Appends that fail, or of which nobody knows; a disk that fills.
    pub bad_appends: u32,
    /// Jumps of the wall clock.
    pub clock_jumps: u32,
    /// Minutes in which nothing happens.
    pub pauses: u32,
    /// Snapshots made, torn or removed.
    pub snapshots: u32,
    /// Decisions that panic.
    pub panics: u32,
    /// Crashes of the persister, its database away or slow.
    pub persister_faults: u32,
    /// Messages that come late, twice or behind later ones, of a thousand messages.
    pub network: u32,
    /// The safety rule that is broken on purpose.
    pub mutant: Option<Mutant>,
}

/// A figure among the options, by its name.
pub(crate) type Dial = (&'static str, fn(&mut Options) -> &mut u32);

/// Those that can be set and made smaller, those that matter most for the length of a run first.
pub(crate) const DIALS: [Dial; 16] = [
    ("deeds", |options| &mut options.deeds),
    ("shops", |options| &mut options.shops),
    ("sessions", |options| &mut options.sessions),
    ("crashes", |options| &mut options.crashes),
    ("bad_appends", |options| &mut options.bad_appends),
    ("clock_jumps", |options| &mut options.clock_jumps),
    ("pauses", |options| &mut options.pauses),
    ("snapshots", |options| &mut options.snapshots),
    ("panics", |options| &mut options.panics),
    ("persister_faults", |options| &mut options.persister_faults),
    ("network", |options| &mut options.network),
    ("waitlist", |options| &mut options.waitlist),
    ("buyers", |options| &mut options.buyers),
    ("stock", |options| &mut options.stock),
    ("hold_s", |options| &mut options.hold_s),
    ("disk_speed", |options| &mut options.disk_speed),
];

impl Options {
    /// The options of a seed. Most worlds are short, with many mishaps in little time; a few are
    /// whole evenings.
    pub fn of(seed: u64) -> Self {
        let mut random = Random::split(seed, 1);
        let mut up_to = |least: u32, most: u32| least + random.below(most - least + 1);
        let (deeds, dense) = match up_to(0, 99) {
            0..75 => (up_to(30, 150), 2),
            75..97 => (up_to(150, 400), 1),
            _ => (up_to(400, 1_500), 1),
        };
        Self {
            seed,
            shops: [1, 1, 2, 3][up_to(0, 3) as usize],
            sessions: up_to(1, 2),
            buyers: up_to(3, 25),
            deeds,
            stock: up_to(2, 20),
            hold_s: [0, 20, 120, 1_800][up_to(0, 3) as usize],
            waitlist: up_to(0, 3).min(1),
            disk_speed: up_to(60, 500),
            crashes: up_to(0, 12 * dense),
            bad_appends: up_to(0, 6 * dense),
            clock_jumps: [0, 0, 3, 10][up_to(0, 3) as usize] * dense,
            pauses: up_to(0, 8 * dense),
            snapshots: up_to(0, 12 * dense),
            panics: up_to(0, 4 * dense),
            persister_faults: up_to(0, 12 * dense),
            network: [0, 30, 120][up_to(0, 2) as usize],
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

    /// The same with a figure set, as in `deeds=40`; none if there is no such figure.
    pub fn set(mut self, word: &str) -> Option<Self> {
        let (name, value) = word.split_once('=')?;
        let (_, dial) = DIALS.iter().find(|(known, _)| *known == name)?;
        *dial(&mut self) = value.parse().ok()?;
        Some(self)
    }

    /// The words of [`Options::set`] that lead from the seed's own options to these.
    pub fn differences(&self) -> Vec<String> {
        let mut own = Self::of(self.seed);
        if let Some(mutant) = self.mutant {
            own = own.with(mutant);
        }
        let mut changed = self.clone();
        let told = |(name, dial): &Dial| {
            let (here, there) = (*dial(&mut changed), *dial(&mut own));
            (here != there).then(|| format!("{name}={here}"))
        };
        DIALS.iter().filter_map(told).collect()
    }

    /// True if something can happen in it, and the disk ever finishes.
    pub(crate) fn is_a_world(&self) -> bool {
        [self.shops, self.sessions, self.buyers, self.stock, self.disk_speed].iter().all(|n| *n > 0)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_set_by_its_name_and_told_again() {
        let check = |word: &str, expected: Option<&str>| {
            let set = Options::of(7).set(word);
            let told = set.map(|options| options.differences().join(" "));
            assert_eq!(told.as_deref(), expected, "{word}");
        };
        check("deeds=29", Some("deeds=29"));
        check(&format!("deeds={}", Options::of(7).deeds), Some(""));
        check("deed=29", None);
        check("deeds=many", None);
        check("deeds", None);
    }
}
