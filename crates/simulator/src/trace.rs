//! What happened, as one number, as a list of faults and as counts: equal runs have equal numbers.

use crate::coverage::{Coverage, Seen};

/// The record of a run.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// Steps so far.
    pub(crate) step: u64,
    /// Faults so far, each with its step.
    pub(crate) faults: Vec<(u64, String)>,
    pub(crate) coverage: Coverage,
    hash: u64,
}

impl Trace {
    pub(crate) fn new() -> Self {
        let (faults, coverage) = (Vec::new(), Coverage::default());
        Self { step: 0, faults, coverage, hash: 0xcbf2_9ce4_8422_2325 }
    }

    /// Mixes bytes in (FNV-1a).
    pub(crate) fn mix(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.mix(&number.to_be_bytes());
    }

    /// Something went wrong, in words.
    pub(crate) fn fault(&mut self, seen: Seen, what: impl Into<String>) {
        let what = what.into();
        self.mix(what.as_bytes());
        self.faults.push((self.step, what));
        self.saw(seen);
    }

    /// Something is counted.
    pub(crate) fn saw(&mut self, seen: Seen) {
        self.coverage.saw(seen);
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }
}
