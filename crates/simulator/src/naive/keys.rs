//! Which keys an event carries.

use domain::command::Origin;
use domain::{Event, KeyDigest};

/// The keys of buyers' own acts, and of staff orders.
pub(crate) fn buyer_keys(event: &Event) -> Vec<KeyDigest> {
    match event {
        // What a person made of a card: its key has its first answer.
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) if claimed.review.is_some() => {
            Vec::new()
        }
        Event::ClaimRefused { review: Some(_), .. } => Vec::new(),
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => vec![claimed.key],
        Event::CancelBegun { key: Some(key), origin: Origin::Comment | Origin::Tap, .. }
        | Event::CancelUndone { key: Some(key), origin: Origin::Comment | Origin::Tap, .. }
        | Event::LinkOffered { key, .. } => vec![key.digest],
        Event::BuyersLinked { key, .. }
        | Event::ClaimRefused { key, .. }
        | Event::ClaimReviewed { key, .. }
        | Event::ClaimReleased { key, .. }
        | Event::RequestRefused { key, .. } => vec![*key],
        Event::CommentsNoted { notes, .. } => notes.iter().map(|note| note.key).collect(),
        Event::HoldExtended { key: Some(key), by_buyer: true, .. } => vec![key.digest],
        _ => Vec::new(),
    }
}

/// The keys of buyers' acts as the read model has them: what came of a card is under the card's key
/// too, a link code is none.
pub(crate) fn act_keys(event: &Event) -> Vec<KeyDigest> {
    match event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => vec![claimed.key],
        Event::ClaimRefused { key, .. } => vec![*key],
        Event::LinkOffered { .. } => Vec::new(),
        _ => buyer_keys(event),
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
        | Event::OrderCancelled { key, .. }
        | Event::ReviewResolved { key, .. }
        | Event::RulesChanged { key, .. }
        | Event::BuyerBlocked { key, .. }
        | Event::CancelBegun { key, origin: Origin::Host, .. }
        | Event::CancelUndone { key, origin: Origin::Host, .. } => key,
        _ => &None,
    };
    key.map(|key| key.digest)
}
