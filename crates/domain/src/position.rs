//! A place in one shop's history, and the hash that pins what stands there.

use crate::id::{parse_hex, write_hex};
use crate::time::Timestamp;
use core::fmt;

/// Which writer: rises by at least one at every start of a writer.
///
/// ```text
/// branch (0: never restored; else about the second of the restore) ‖ 20 bits: which start
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Epoch(pub u64);

/// Bits that count starts. With the seconds of two centuries above them an epoch stays below 2⁵³,
/// which every reader of JSON holds exactly.
const STARTS_BITS: u32 = 20;

impl Epoch {
    /// Which restore this history goes back to; 0 if it was never restored.
    pub const fn branch(self) -> u64 {
        self.0 >> STARTS_BITS
    }

    /// The epoch that a backup of `self` goes on in when it is restored at `at`. It lies so far
    /// ahead that whatever else goes on from that backup cannot count up to it: a million starts
    /// for every second since 1970. Two restores of one backup differ by their second, and by
    /// `chance` should a clock be wrong.
    pub const fn restored(self, at: Timestamp, chance: u32) -> Self {
        let (seconds, after) = (at.0 / 1_000, self.branch() + 1);
        let branch = if seconds > after { seconds } else { after };
        // The upper half is left to the starts that follow.
        let chance = chance as u64 % (1 << (STARTS_BITS - 1));
        Self((branch << STARTS_BITS) + chance + 1)
    }
}

/// Which event of the shop, from 1, without gaps; a new writer goes on counting.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Seq(pub u64);

impl Seq {
    /// The one after.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A place in one shop's history; compared by epoch, then by sequence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Position {
    /// Which writer.
    pub epoch: Epoch,
    /// Which event.
    pub seq: Seq,
}

/// A SHA-256 of the chain: `SHA-256(prev ‖ epoch ‖ seq ‖ at_ms ‖ frame)`, the numbers as 64-bit
/// big-endian. An outcome's receipt is the hash at its position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What comes before a shop's first event.
    pub const GENESIS: Hash = Hash([0; 32]);

    /// Reads 64 characters of lower-case hexadecimal; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        parse_hex(text).map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0[..4], f)
    }
}

/// Where and when an event stands, and the chain's hash there. Made by the lane, right before the
/// event is applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stamp {
    /// The event's place.
    pub position: Position,
    /// Shop time.
    pub at: Timestamp,
    /// The chain's hash after this event.
    pub hash: Hash,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment of 2026.
    const AT: Timestamp = Timestamp(1_780_000_000_000);

    #[test]
    fn a_restored_history_is_ahead_of_whatever_goes_on_from_the_same_backup() {
        let check = |backup: u64, at: Timestamp| {
            let restored = Epoch(backup).restored(at, 7);
            assert!(restored.branch() > Epoch(backup).branch(), "{restored:?}");
            assert!(restored.0 - backup > 400_000, "{restored:?}");
            assert!(restored.0 < 1 << 53, "a double holds it: {restored:?}");
        };
        for at in [AT, Timestamp(0), Timestamp(2_500_000_000_000)] {
            check(1, at);
            check(9_000, at);
            check(Epoch(3).restored(AT, 524_287).0 + 100_000, at);
        }
    }

    #[test]
    fn two_restores_of_one_backup_differ() {
        let first = Epoch(5).restored(AT, 1);
        assert!(Epoch(5).restored(Timestamp(AT.0 + 1_000), 1).branch() > first.branch());
        // A clock that stands still.
        assert_ne!(Epoch(5).restored(AT, 2), first);
        assert_ne!(Epoch(5).restored(Timestamp(0), 2), Epoch(5).restored(Timestamp(0), 1));
        assert!(first.restored(Timestamp(0), 0) > first, "a clock that has lost its time");
    }
}
