//! From a frame to a line of the ledger, and from a shop at rest to its first one.
//!
//! A line carries the journaled bytes beside their decoding, so that anybody can compute the hash
//! again.

use crate::chain;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{Hash, Position, Stamp};
use prost::Message as _;
use proto::store;
use serde::{Deserialize, Serialize};

/// Why a line could not be written: always a fault of what was handed in, never of the reader.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The bytes are no event of this version.
    #[error("event {} is not readable: {why}", at.seq.0)]
    NotAnEvent {
        /// Where it should stand.
        at: Position,
        /// What the decoder says.
        why: String,
    },
    /// The stamp's hash is not that of the frame in its place.
    #[error("event {} does not hash to its stamp: the journal is damaged", at.seq.0)]
    Unchained {
        /// Where it should stand.
        at: Position,
    },
    /// The bytes are no shop at rest.
    #[error("the shop at rest is not readable: {why}")]
    NotACheckpoint {
        /// What the decoder says.
        why: String,
    },
    /// The value has no JSON form (a time beyond the calendar).
    #[error("event {} has no JSON form: {source}", at.seq.0)]
    NoJson {
        /// Where it stands.
        at: Position,
        /// Why.
        source: serde_json::Error,
    },
}

/// Writes one event as one NDJSON line, its newline included:
/// `{"epoch","seq","at","prev","hash","frame","event":{"type",…}}`.
///
/// `frame` is the journaled bytes, `prev` the hash before it (`Hash::GENESIS` for a shop's first
/// event).
///
/// # Errors [`LedgerError::NotAnEvent`], [`LedgerError::Unchained`] or [`LedgerError::NoJson`];
/// nothing is written then.
pub fn line(stamp: &Stamp, prev: Hash, frame: &[u8]) -> Result<String, LedgerError> {
    let at = stamp.position;
    if chain::hash(prev, at, stamp.at, frame) != stamp.hash {
        return Err(LedgerError::Unchained { at });
    }
    let event = decode(frame).map_err(|why| LedgerError::NotAnEvent { at, why })?;
    let form = LineForm {
        epoch: at.epoch.0,
        seq: at.seq.0,
        at: stamp.at.to_string(),
        prev: Some(prev.to_string()),
        hash: stamp.hash.to_string(),
        frame: Some(STANDARD.encode(frame)),
        event: &store::Event { event: Some(event) },
    };
    written(&form, at)
}

/// Writes the first line of a ledger that does not begin with the shop's first event, its newline
/// included: `{"epoch","seq","at","hash","event":{"type":"checkpoint",…}}`.
///
/// `stamp` is that of the event before the next line's, `snapshot` an encoded
/// `chot.journal.v1.Checkpoint` taken there. Keys and titles are left out: nobody needs them to
/// check what follows. Cards stay: they may be answered yet.
///
/// # Errors
/// [`LedgerError::NotACheckpoint`] if the bytes are none or were taken elsewhere,
/// [`LedgerError::NoJson`].
pub fn checkpoint_line(stamp: &Stamp, snapshot: &[u8]) -> Result<String, LedgerError> {
    let refused = |why: &str| LedgerError::NotACheckpoint { why: why.into() };
    let mut shop =
        store::Checkpoint::decode(snapshot).map_err(|error| refused(&error.to_string()))?;
    let at = stamp.position;
    let taken = shop.stamp.take().ok_or_else(|| refused("it has no stamp"))?;
    if (taken.epoch, taken.seq, taken.at_ms) != (at.epoch.0, at.seq.0, stamp.at.0)
        || (taken.hash != stamp.hash.0 && !taken.hash.is_empty())
    {
        return Err(refused("it was taken at another event"));
    }
    shop.keys.clear();
    for session in &mut shop.sessions {
        session.title.clear();
    }
    let form = LineForm {
        epoch: at.epoch.0,
        seq: at.seq.0,
        at: stamp.at.to_string(),
        prev: None,
        hash: stamp.hash.to_string(),
        frame: None,
        event: &First::Checkpoint(shop),
    };
    written(&form, at)
}

/// What a frame says.
pub(crate) fn decode(frame: &[u8]) -> Result<store::event::Event, String> {
    let event = store::Event::decode(frame).map_err(|error| error.to_string())?;
    event.event.ok_or_else(|| "it is of a kind that this version does not know".into())
}

/// The event of a first line.
#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum First {
    /// The stock as it stood.
    Checkpoint(store::Checkpoint),
}

#[derive(Serialize)]
struct LineForm<'a, E> {
    epoch: u64,
    seq: u64,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prev: Option<String>,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<String>,
    event: &'a E,
}

fn written<E: Serialize>(form: &LineForm<'_, E>, at: Position) -> Result<String, LedgerError> {
    let mut text =
        serde_json::to_string(form).map_err(|source| LedgerError::NoJson { at, source })?;
    text.push('\n');
    Ok(text)
}
