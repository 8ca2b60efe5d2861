//! Which keys an event carries.

use domain::{Event, KeyDigest};

/// The keys of buyers' own acts, and of staff orders.
pub(crate) fn buyer_keys(event: &Event) -> Vec<KeyDigest> {
    match event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => vec![claimed.key],
        Event::ClaimRefused { key, .. }
        | Event::ClaimReviewed { key, .. }
        | Event::ClaimReleased { key, .. }
        | Event::RequestRefused { key, .. } => vec![*key],
        Event::CommentsNoted { notes, .. } => notes.iter().map(|note| note.key).collect(),
        Event::HoldExtended { key: Some(key), by_buyer: true, .. } => vec![key.digest],
        _ => Vec::new(),
    }
}

/// The key of a host's call.
pub(crate) fn host_key(event: &Event) -> Option<KeyDigest> {
    let key = match event {
        Event::SessionOpened { key, .. }
        | Event::SessionStateChanged { key, .. }
        | Event::OfferAdded { key, .. }
        | Event::OfferChanged { key, .. }
        | Event::StockChanged { key, .. }
        | Event::HoldExtended { key, by_buyer: false, .. }
        | Event::OrderConfirmed { key, .. }
        | Event::OrderPaid { key, .. }
        | Event::OrderCancelled { key, .. } => key,
        _ => &None,
    };
    key.map(|key| key.digest)
}
