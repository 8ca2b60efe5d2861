//! What happened, counted over one run or many: a mishap that never happens proves nothing.

use std::collections::BTreeMap;
use std::fmt;

macro_rules! mishaps {
    ($($name:ident: $words:literal,)*) => {
        /// Something that a population of runs must have gone through.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Seen {
            $(#[doc = $words] $name,)*
        }

        /// Every one, with its words.
        const ALL: &[(Seen, &str)] = &[$((Seen::$name, $words),)*];
    };
}

mishaps! {
    Crash: "crash: kill -9 between two steps of the world",
    CrashBetween: "crash: between two steps of a machine, its outputs lost",
    CrashInRecovery: "crash: during recovery",
    AppendStops: "crash: the process ends itself after a failed sync",
    CrashAfterStart: "crash: while what a start wrote is in flight",
    InFlightLost: "power: the round in flight is lost",
    InFlightKept: "power: the round in flight is there",
    AppendFailed: "disk: a sync failed",
    UnknownKept: "disk: a sync of unknown fate, kept",
    UnknownLost: "disk: a sync of unknown fate, lost",
    DiskLow: "disk: full for new orders",
    ClockAhead: "clock: jumps ahead",
    ClockBack: "clock: falls back",
    Pause: "clock: nothing happens for up to an hour",
    LongPause: "clock: nothing happens for two days",
    Panic: "lane: a decision panics",
    SnapshotMade: "snapshot: made",
    SnapshotDamaged: "snapshot: torn or changed",
    SnapshotsRemoved: "snapshot: removed",
    RecoveredBySnapshot: "recovery: snapshot and tail",
    RecoveredByReplay: "recovery: replay from the beginning",
    Resumed: "recovery: deadlines moved by the time down",
    PersisterRestarted: "persister: starts again",
    PersisterCutOff: "persister: ends between a write and its answer",
    PersisterUnheard: "persister: the answer to a write is lost",
    ReadModelAway: "read model: dead",
    ReadModelStalled: "read model: stalled",
    SentTwice: "client: a message arrives twice",
    SentLate: "client: a message is overtaken by later ones",
    AskedAgain: "client: asks again with its key",
    AskedOtherwise: "client: asks again with other words",
    AskedLongAfter: "client: asks for an answer that it has",
    Vanished: "client: vanishes",
    CameBackWhole: "client: comes back, nothing is missing",
    CameBackInPart: "client: comes back, must ask for what it missed",
    CameBackAhead: "client: comes back from a later history",
    CameTooLate: "client: comes to a session that is over",
    AnsweredBusy: "answer: busy",
    AnsweredDiskLow: "answer: disk low",
    AnsweredInternal: "answer: internal",
    AnsweredKeyReused: "answer: the key was used for another request",
    AnsweredArchived: "answer: the session is archived",
    AnsweredRejected: "answer: a host's call that could not be",
    LeftTooSoon: "leaving: something is held for who wants to be forgotten",
    SharedStock: "sale: two sessions claimed one stock",
    ByteFlipped: "damage: a byte flips",
    TailTorn: "damage: the last round is torn off",
}

/// The facts that must be among them.
const FACTS: &[&str] = &[
    "session_opened",
    "session_state_changed",
    "offer_added",
    "offer_changed",
    "stock_changed",
    "claim_held",
    "claim_waitlisted",
    "claim_refused",
    "claim_reviewed",
    "comments_noted",
    "claim_released",
    "request_refused",
    "hold_expired",
    "hold_extended",
    "waitlist_promoted",
    "order_confirmed",
    "order_paid",
    "order_cancelled",
    "review_resolved",
    "cancel_begun",
    "cancel_undone",
    "cancel_closed",
    "rules_changed",
    "buyer_blocked",
    "link_offered",
    "buyers_linked",
    "buyer_erased",
    "resumed",
    "session_archived",
];

/// How often everything happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Coverage {
    mishaps: Vec<u64>,
    facts: BTreeMap<&'static str, u64>,
}

impl Default for Coverage {
    fn default() -> Self {
        let facts = FACTS.iter().map(|name| (*name, 0)).collect();
        Self { mishaps: vec![0; ALL.len()], facts }
    }
}

impl Coverage {
    pub(crate) fn saw(&mut self, seen: Seen) {
        self.mishaps[seen as usize] += 1;
    }

    pub(crate) fn fact(&mut self, name: &'static str) {
        *self.facts.entry(name).or_default() += 1;
    }

    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        self.mishaps.iter_mut().zip(&other.mishaps).for_each(|(sum, more)| *sum += more);
        for (name, count) in &other.facts {
            *self.facts.entry(name).or_default() += count;
        }
    }

    /// What never happened.
    pub fn missing(&self) -> Vec<&'static str> {
        self.counts().filter(|(_, count)| *count == 0).map(|(words, _)| words).collect()
    }

    fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let mishaps = ALL.iter().zip(&self.mishaps).map(|((_, words), count)| (*words, *count));
        mishaps.chain(self.facts.iter().map(|(name, count)| (*name, *count)))
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counts().try_for_each(|(words, count)| writeln!(f, "{count:>10}  {words}"))
    }
}
