//! From a failure to the smallest one of the same seed that breaks the same promise.

use crate::options::{DIALS, Options};
use crate::run::{Failure, check};

/// Runs that a search may take.
const TRIES_MAX: u32 = 120;

/// Turns one figure after the other down, as far as the same promise is still broken.
pub fn shrink(failure: Failure) -> Failure {
    let mut search = Search { smallest: failure, tries: 0 };
    while search.round() {}
    search.smallest
}

struct Search {
    smallest: Failure,
    tries: u32,
}

impl Search {
    /// One look at every figure; false if none could be turned down.
    fn round(&mut self) -> bool {
        let before = self.smallest.options.clone();
        for (_, dial) in DIALS {
            while self.turn_down(dial) {}
        }
        self.smallest.options != before
    }

    /// Tries nothing, a quarter, a half and one less.
    fn turn_down(&mut self, dial: fn(&mut Options) -> &mut u32) -> bool {
        let mut options = self.smallest.options.clone();
        let value = *dial(&mut options);
        let mut tried = None;
        for less in [0, value / 4, value / 2, value.saturating_sub(1)] {
            if less >= value || tried.replace(less) == Some(less) || self.tries >= TRIES_MAX {
                continue;
            }
            self.tries += 1;
            *dial(&mut options) = less;
            if !options.is_a_world() {
                continue;
            }
            let Err(failure) = check(options.clone()) else { continue };
            if failure.violated.promise == self.smallest.violated.promise {
                self.smallest = *failure;
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutant::Mutant;

    #[test]
    fn a_failure_becomes_smaller_and_breaks_the_same_promise() {
        let mutant = Mutant::ReleaseBeforeSync;
        let failed = |seed| check(Options::of(seed).with(mutant)).err();
        let failure = (1..20).find_map(failed).expect("a mutant fails");
        let smallest = shrink((*failure).clone());
        assert_eq!(smallest.violated.promise, failure.violated.promise);
        assert!(smallest.options.deeds < failure.options.deeds, "{}", smallest.options);
        let again = check(smallest.options.clone()).expect_err("it fails again");
        assert_eq!(again.violated, smallest.violated);
    }
}
