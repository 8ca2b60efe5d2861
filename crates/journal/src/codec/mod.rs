//! The border: domain events and shops at rest to the frames of `chot.journal.v1`, and back.
//!
//! Frames are hashed and kept for ever: the same event always gives the same bytes, whichever way
//! they are written, and `tests/golden/` freezes one of every kind.

mod cancels;
mod cards;
mod hot;
mod parts;
mod people;
mod read;
mod rest;
mod rules;
mod terms;
mod unrest;
pub(crate) mod wire;
mod words;
mod write;

pub use write::message;

use domain::{Event, Snapshot};
use prost::Message;
use proto::store;
use std::fmt;
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

impl CodecError {
    fn field(field: &'static str, found: impl fmt::Display) -> Self {
        Self::Field { field, found: format!("{found:?}", found = found.to_string()) }
    }
}

/// Appends the event's frame: an encoded `store::Event`. The same event always gives the same
/// bytes.
pub fn encode_event(event: &Event, into: &mut Vec<u8>) {
    match event {
        Event::ClaimHeld(claimed) => wire::message(into, 6, |into| hot::claimed(into, claimed)),
        Event::ClaimWaitlisted(claimed) => {
            wire::message(into, 7, |into| hot::claimed(into, claimed));
        }
        &Event::ClaimRefused {
            session,
            key,
            body,
            buyer,
            origin,
            rule,
            number,
            reason,
            ref wants,
            review,
        } => {
            let refused = hot::Refused {
                session,
                key,
                body,
                buyer,
                origin,
                rule,
                number,
                reason,
                wants,
                review,
            };
            wire::message(into, 8, |into| hot::refused(into, &refused));
        }
        Event::CommentsNoted { session, notes } => {
            wire::message(into, 10, |into| hot::noted(into, *session, notes));
        }
        &Event::ClaimReleased { session, key, buyer, origin, rule, order, ref lines } => {
            let released = hot::Released { session, key, buyer, origin, rule, order, lines };
            wire::message(into, 11, |into| hot::released(into, &released));
        }
        Event::HoldExpired { session, order, lines } => {
            wire::message(into, 13, |into| hot::expired(into, *session, *order, lines));
        }
        Event::SessionOpened { .. }
        | Event::SessionStateChanged { .. }
        | Event::OfferAdded { .. }
        | Event::OfferChanged { .. }
        | Event::StockChanged { .. }
        | Event::ClaimReviewed { .. }
        | Event::ReviewResolved { .. }
        | Event::CancelBegun { .. }
        | Event::CancelUndone { .. }
        | Event::CancelClosed { .. }
        | Event::RequestRefused { .. }
        | Event::HoldExtended { .. }
        | Event::WaitlistPromoted { .. }
        | Event::OrderConfirmed { .. }
        | Event::OrderPaid { .. }
        | Event::OrderCancelled { .. }
        | Event::RulesChanged { .. }
        | Event::BuyerBlocked { .. }
        | Event::LinkOffered { .. }
        | Event::BuyersLinked { .. }
        | Event::BuyerErased { .. }
        | Event::Resumed { .. }
        | Event::SessionArchived { .. } => {
            message(event).encode(into).expect("a vector grows");
        }
    }
}

/// Reads a frame back.
///
/// # Errors
/// If it is not protobuf, is of an unknown kind, or a field holds what it cannot hold.
pub fn decode_event(frame: &[u8]) -> Result<Event, CodecError> {
    let message =
        store::Event::decode(frame).map_err(|why| CodecError::Malformed(why.to_string()))?;
    read::event(&message)
}

/// A shop at rest as an encoded `store::Checkpoint`.
pub fn encode_snapshot(snapshot: &Snapshot) -> Vec<u8> {
    rest::checkpoint(snapshot).encode_to_vec()
}

/// Reads a shop at rest back.
///
/// # Errors
/// As [`decode_event`].
pub fn decode_snapshot(bytes: &[u8]) -> Result<Snapshot, CodecError> {
    let message =
        store::Checkpoint::decode(bytes).map_err(|why| CodecError::Malformed(why.to_string()))?;
    unrest::snapshot(&message)
}
