//! The border: domain events and shops at rest to the frames of `chot.journal.v1`, and back.

pub(crate) mod wire;

use domain::{Event, Snapshot};
use thiserror::Error;

/// Bytes that are no event, or no shop at rest, of any version known here.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum CodecError {
    /// Not protobuf.
    #[error("not a frame: {0}")]
    Malformed(String),
    /// A field that must be there is not, or holds what it cannot hold.
    #[error("{field} cannot be {found}")]
    Field {
        /// Which field.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// An event of a kind that this version does not know.
    #[error("an event of an unknown kind: written by a newer version")]
    UnknownKind,
}

/// Appends the event's frame: an encoded `store::Event`. The same event always gives the same bytes.
pub fn encode_event(event: &Event, into: &mut Vec<u8>) {
    unimplemented!("{event:?} {into:?}")
}

/// Reads a frame back.
///
/// # Errors
/// If it is not protobuf, is of an unknown kind, or a field holds what it cannot hold.
pub fn decode_event(frame: &[u8]) -> Result<Event, CodecError> {
    unimplemented!("{frame:?}")
}

/// A shop at rest as an encoded `store::Checkpoint`.
pub fn encode_snapshot(snapshot: &Snapshot) -> Vec<u8> {
    unimplemented!("{snapshot:?}")
}

/// Reads a shop at rest back.
///
/// # Errors
/// As [`decode_event`].
pub fn decode_snapshot(bytes: &[u8]) -> Result<Snapshot, CodecError> {
    unimplemented!("{bytes:?}")
}
