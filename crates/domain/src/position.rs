//! A place in one shop's history, and the hash that pins what stands there.

use crate::id::{parse_hex, write_hex};
use crate::time::Timestamp;
use core::fmt;

/// Which writer: rises by at least one at every start of a writer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Epoch(pub u64);

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
