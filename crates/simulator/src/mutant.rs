//! Negative controls: switches that break one safety rule each. A run with one of them must go red.

use std::fmt;

macro_rules! mutants {
    ($($(#[doc = $words:literal])+ $name:ident,)*) => {
        /// A safety rule that is broken on purpose.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Mutant {
            $($(#[doc = $words])+ $name,)*
        }

        impl Mutant {
            /// Every one.
            pub const ALL: &[Mutant] = &[$(Self::$name,)*];
        }
    };
}

mutants! {
    /// Answers leave when they are decided, not when they are synced.
    ReleaseBeforeSync,
    /// Stock figures are shown when they are decided, not when they are synced.
    ShowBeforeSync,
    /// A frame is given out behind the one that follows it.
    AnswerOutOfOrder,
    /// A failed append is taken for a synced one.
    GoOnAfterFailed,
    /// An append of unknown fate is taken for a synced one.
    TrustUnknown,
    /// The disk says that it synced and did not.
    LyingDisk,
    /// Each session of a shop is decided on a copy of its own.
    WriterPerSession,
    /// What is decided depends on the order of a hash table.
    HashOrder,
    /// Deciding looks at the clock on the wall, not at the shop's time.
    ClockInCore,
    /// Remembered keys are lost in a crash.
    ForgetKeys,
    /// Remembered refusals are lost in a crash: asked again, the answer may turn.
    ForgetRefusals,
    /// A key that was seen is decided again.
    DecideTwice,
    /// What a cancel gives back is offered before its undo time closes.
    UndoAfterPromotion,
    /// The first two in a line change places in a crash.
    ShuffleLine,
    /// A start takes the epoch of the start before.
    KeepEpoch,
    /// Deadlines do not move by the time in which nobody could order.
    SkipResume,
    /// A snapshot of what was decided, not of what was durable, is taken for the truth.
    TrustSnapshot,
    /// What goes to the read model is less than what was taken.
    PersistLess,
    /// The read model's watermark is trusted although its rows were never written.
    PersistNothing,
    /// The read model's watermark is written before the rows, in a transaction of its own.
    WatermarkApart,
}

impl Mutant {
    /// Reads the name of [`fmt::Display`]; `None` for anything else.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mutant| mutant.to_string() == name)
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
