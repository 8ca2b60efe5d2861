//! What an event changes beside the state: how sessions look, which orders their buyers are shown.

use crate::ask::Touched;
use domain::{Event, SessionId};

/// What an event changes about how sessions look.
pub(crate) enum Change {
    /// Stock or no more than the position; items may be shared, so every session is shown anew.
    Figures,
    /// One session's words: codes, prices, state.
    Words(SessionId),
    /// All deadlines.
    Deadlines,
}

/// What an event changes about how sessions look. Each changes the position at least: whoever has
/// seen an outcome at it would wait for stock of that position in vain.
pub(crate) fn changes(event: &Event) -> Change {
    match event {
        Event::SessionOpened { session, .. }
        | Event::SessionStateChanged { session, .. }
        | Event::OfferAdded { session, .. }
        | Event::OfferChanged { session, .. }
        | Event::RulesChanged { session, .. }
        | Event::SessionArchived { session } => Change::Words(*session),
        Event::StockChanged { .. }
        | Event::ClaimHeld(_)
        | Event::ClaimWaitlisted(_)
        | Event::ClaimRefused { .. }
        | Event::ClaimReviewed { .. }
        | Event::ReviewResolved { .. }
        | Event::CommentsNoted { .. }
        | Event::ClaimReleased { .. }
        | Event::CancelBegun { .. }
        | Event::CancelUndone { .. }
        | Event::CancelClosed { .. }
        | Event::RequestRefused { .. }
        | Event::HoldExpired { .. }
        | Event::HoldExtended { .. }
        | Event::WaitlistPromoted { .. }
        | Event::OrderConfirmed { .. }
        | Event::OrderPaid { .. }
        | Event::OrderCancelled { .. }
        | Event::BuyerBlocked { .. }
        | Event::LinkOffered { .. }
        | Event::BuyersLinked { .. }
        | Event::BuyerErased { .. } => Change::Figures,
        Event::Resumed { .. } => Change::Deadlines,
    }
}

/// The orders that an event changes; those of linked buyers are found in the state.
pub(crate) fn touches(event: &Event) -> Vec<Touched> {
    match event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
            vec![(claimed.session, claimed.order)]
        }
        Event::ClaimReleased { session, order, .. }
        | Event::CancelBegun { session, order, .. }
        | Event::CancelUndone { session, order, .. }
        | Event::CancelClosed { session, order, .. }
        | Event::HoldExpired { session, order, .. }
        | Event::HoldExtended { session, order, .. }
        | Event::OrderConfirmed { session, order, .. }
        | Event::OrderPaid { session, order, .. }
        | Event::OrderCancelled { session, order, .. } => vec![(*session, *order)],
        Event::WaitlistPromoted { session, order, into, .. } => {
            vec![(*session, *order), (*session, *into)]
        }
        Event::SessionOpened { .. }
        | Event::SessionStateChanged { .. }
        | Event::OfferAdded { .. }
        | Event::OfferChanged { .. }
        | Event::StockChanged { .. }
        | Event::ClaimRefused { .. }
        | Event::ClaimReviewed { .. }
        | Event::ReviewResolved { .. }
        | Event::CommentsNoted { .. }
        | Event::RequestRefused { .. }
        | Event::RulesChanged { .. }
        | Event::BuyerBlocked { .. }
        | Event::LinkOffered { .. }
        | Event::BuyersLinked { .. }
        | Event::BuyerErased { .. }
        | Event::Resumed { .. }
        | Event::SessionArchived { .. } => Vec::new(),
    }
}
