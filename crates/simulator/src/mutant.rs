//! Negative controls: switches that break one safety rule each. A run with one of them must go red.

use std::fmt;

/// A safety rule that is broken on purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutant {
    /// Answers leave when they are decided, not when they are synced.
    ReleaseBeforeSync,
    /// A failed append is taken for a synced one.
    GoOnAfterFailed,
    /// An append of unknown fate is taken for a synced one.
    TrustUnknown,
    /// Remembered keys are lost in a crash.
    ForgetKeys,
    /// A key that was seen is decided again.
    DecideTwice,
    /// The first two in a line change places in a crash.
    ShuffleLine,
    /// A start takes the epoch of the start before.
    KeepEpoch,
    /// Deadlines do not move by the time in which nobody could order.
    SkipResume,
    /// The disk says that it synced and did not.
    LyingDisk,
    /// What goes to the read model is less than what was taken.
    PersistLess,
    /// The read model's watermark is trusted although its rows were never written.
    PersistNothing,
    /// A snapshot of what was decided, not of what was durable, is taken for the truth.
    TrustSnapshot,
}

impl Mutant {
    /// Every one.
    pub const ALL: [Mutant; 12] = [
        Self::ReleaseBeforeSync,
        Self::GoOnAfterFailed,
        Self::TrustUnknown,
        Self::ForgetKeys,
        Self::DecideTwice,
        Self::ShuffleLine,
        Self::KeepEpoch,
        Self::SkipResume,
        Self::LyingDisk,
        Self::PersistLess,
        Self::PersistNothing,
        Self::TrustSnapshot,
    ];

    /// Reads the name of [`fmt::Display`]; `None` for anything else.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mutant| mutant.to_string() == name)
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
